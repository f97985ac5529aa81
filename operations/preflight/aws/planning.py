"""From a page's cluster to what a preflight asks AWS about."""

from components.clusters.eks.machines import resolve
from components.clusters.eks.spec import EksClusterSpec
from operations.preflight.aws.plan import AwsPlan
from operations.preflight.plan import PoolPlan


def plan(stack: str, spec: EksClusterSpec) -> AwsPlan:
    """The plan of a stack: machines by name, the network that it makes, and what counts as its own."""
    pools = []
    for name, pool in spec.pools.items():
        machines = resolve(pool.machine, spot=pool.spot)
        pools.append(
            PoolPlan(
                name=name,
                machines=[machine.name for machine in machines],
                max=pool.max if pool.max is not None else pool.initial_count,
                spot=pool.spot,
                zones=pool.zones,
                gpu=machines[0].gpu > 0,
            )
        )
    return AwsPlan(
        cluster=spec.name,
        region=spec.region,
        version=spec.version,
        zones=spec.zones,
        cidr=None if spec.eks.vpc else spec.network.cidr,
        nat=spec.network.nat,
        pools=pools,
        stack=stack,
    )
