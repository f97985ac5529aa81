"""Checks of a Toy account before a deployment."""

from anykube_cli.preflight.plan import Plan
from anykube_cli.preflight.planning import cluster_plan, pool_plan
from anykube_cli.preflight.problem import Preflight, Problem

from anykube_toy.settings import TkeClusterSpec

REGIONS = ("toy-1", "toy-2")


def plan(stack: str, spec: TkeClusterSpec) -> Plan:
    """The plan for a cluster and its pools."""
    from anykube_toy.facts import MACHINES

    pools = [pool_plan(name, pool, MACHINES.resolve(pool.machine)) for name, pool in spec.pools.items()]
    return cluster_plan(stack, spec, pools, brought=spec.tke.network is not None)


def check(planned: Plan) -> Preflight:
    """Checks the region."""
    problem = Problem("region", f"{planned.region} is closed", f"choose one of {', '.join(REGIONS)}")
    return Preflight(planned.where, () if planned.region in REGIONS else (problem,), asked=["region"])
