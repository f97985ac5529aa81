"""From a page's cluster to what a preflight asks AWS about."""

from anykube._clusters.eks.machines import resolve
from anykube._clusters.eks.spec import EksClusterSpec

from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.planning import cluster_plan, pool_plan


def plan(stack: str, spec: EksClusterSpec) -> AwsPlan:
    """The plan of a stack: machines by name, the network that it makes, and what counts as its own."""
    pools = [pool_plan(name, pool, resolve(pool.machine, spot=pool.spot)) for name, pool in spec.pools.items()]
    return AwsPlan(**vars(cluster_plan(stack, spec, pools, brought=spec.eks.vpc is not None)))
