"""From a page's cluster to what a preflight asks AWS about."""

from components.clusters.eks.machines import resolve
from components.clusters.eks.spec import EksClusterSpec
from operations.preflight import Plan, PoolPlan


def plan(stack: str, spec: EksClusterSpec) -> Plan:
    """The plan of a stack: machines by name, the network that it makes, and what counts as its own."""
    pools = []
    for name, pool in spec.pools.items():
        machines = resolve(pool.machine, spot=pool.spot)
        pools.append(
            PoolPlan(
                name=name,
                instance_types=[machine.name for machine in machines],
                max=pool.max if pool.max is not None else pool.initial_count,
                spot=pool.spot,
                zones=pool.zones,
                gpu=machines[0].gpu > 0,
            )
        )
    return Plan(
        cluster=spec.name,
        region=spec.region,
        version=spec.version,
        zones=spec.zones,
        cidr=None if spec.eks.vpc else spec.network.cidr,
        nat=spec.network.nat,
        pools=pools,
        stack=stack,
    )
