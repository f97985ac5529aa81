"""From a page's cluster to what a preflight asks AWS about."""

from components.clusters.eks.machines import resolve
from components.clusters.eks.spec import EksClusterSpec
from operations.preflight.aws.plan import AwsPlan
from operations.preflight.planning import cluster_plan, pool_plan


def plan(stack: str, spec: EksClusterSpec) -> AwsPlan:
    """The plan of a stack: machines by name, the network that it makes, and what counts as its own."""
    pools = [pool_plan(name, pool, resolve(pool.machine, spot=pool.spot)) for name, pool in spec.pools.items()]
    return AwsPlan(**vars(cluster_plan(stack, spec, pools, brought=spec.eks.vpc is not None)))
