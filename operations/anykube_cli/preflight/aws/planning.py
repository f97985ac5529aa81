"""Turns the settings of an EKS cluster into a plan."""

from anykube._clusters.eks.machines import resolve
from anykube._clusters.eks.spec import EksClusterSpec

from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.planning import cluster_plan, pool_plan


def plan(stack: str, spec: EksClusterSpec) -> AwsPlan:
    """The plan of a stack, with its instance types resolved."""
    pools = [pool_plan(name, pool, resolve(pool.machine, spot=pool.spot)) for name, pool in spec.pools.items()]
    return AwsPlan(**vars(cluster_plan(stack, spec, pools, has_existing_network=spec.eks.vpc is not None)))
