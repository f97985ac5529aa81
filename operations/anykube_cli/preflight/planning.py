"""What every cloud's plan says of a page's cluster."""

from collections.abc import Sequence

from anykube._clusters.machines import MachineType
from anykube._clusters.managed import ManagedCluster
from anykube._clusters.spec import NodePool

from anykube_cli.preflight.plan import Plan, PoolPlan


def cluster_plan(stack: str, spec: ManagedCluster, pools: Sequence[PoolPlan], *, brought: bool) -> Plan:
    """Of a cluster, whose network is made or `brought`."""
    return Plan(
        cluster=spec.name,
        region=spec.region,
        version=spec.version,
        zones=spec.zones,
        cidr=None if brought else spec.network.cidr,
        nat=spec.network.nat,
        pools=pools,
        stack=stack,
    )


def pool_plan(name: str, asked: NodePool, machines: Sequence[MachineType]) -> PoolPlan:
    """Of a pool; any of the machines will do."""
    return PoolPlan(
        name=name,
        machines=[machine.name for machine in machines],
        max=asked.max if asked.max is not None else asked.initial_count,
        spot=asked.spot,
        zones=asked.zones,
        gpu=machines[0].gpu > 0,
    )
