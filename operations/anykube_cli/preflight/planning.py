"""Turns a cluster's settings into a plan: the fields shared by all clouds."""

from collections.abc import Sequence

from anykube._clusters.machines import MachineType
from anykube._clusters.managed import ManagedCluster
from anykube._clusters.spec import NodePool

from anykube_cli.preflight.plan import Plan, PoolPlan


def cluster_plan(stack: str, spec: ManagedCluster, pools: Sequence[PoolPlan], *, has_existing_network: bool) -> Plan:
    """The plan of a cluster in a new network, or in an existing one."""
    return Plan(
        cluster=spec.name,
        region=spec.region,
        version=spec.version,
        zones=spec.zones,
        cidr=None if has_existing_network else spec.network.cidr,
        nat=spec.network.nat,
        pools=pools,
        stack=stack,
    )


def pool_plan(name: str, pool: NodePool, machines: Sequence[MachineType]) -> PoolPlan:
    """The plan of a node pool whose nodes can be any of the machine types."""
    return PoolPlan(
        name=name,
        machines=[machine.name for machine in machines],
        max=pool.max if pool.max is not None else pool.initial_count,
        spot=pool.spot,
        zones=pool.zones,
        gpu=machines[0].gpu > 0,
    )
