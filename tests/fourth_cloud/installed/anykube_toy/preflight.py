"""Checks of a Toy account before a deployment."""

from anykube_cli.preflight.plan import Plan
from anykube_cli.preflight.planning import cluster_plan, pool_plan
from anykube_cli.preflight.problem import PreflightResult, Problem

from anykube_toy.settings import TkeClusterSpec

REGIONS = ("toy-1", "toy-2")


def plan(stack: str, spec: TkeClusterSpec) -> Plan:
    """The plan for a cluster and its pools."""
    from anykube_toy.facts import MACHINES

    pools = [pool_plan(name, pool, MACHINES.resolve(pool.machine)) for name, pool in spec.pools.items()]
    return cluster_plan(stack, spec, pools, has_existing_network=spec.tke.network is not None)


def check(planned: Plan) -> PreflightResult:
    """Checks the region."""
    problem = Problem("region", f"{planned.region} is closed", f"choose one of {', '.join(REGIONS)}")
    return PreflightResult(planned.location, () if planned.region in REGIONS else (problem,), completed=["region"])
