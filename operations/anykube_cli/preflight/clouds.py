"""Runs the preflight of a stack's cloud. The modules and the SDK of other clouds are not imported."""

from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster

from anykube_cli.preflight.problem import PreflightResult

CLOUDS = tuple(definitions())


def check(stack: str, spec: ManagedCluster) -> PreflightResult:
    """Checks the account that the environment's credentials belong to for a stack's cluster."""
    preflight = definitions()[spec.cloud].preflight
    result: PreflightResult = resolve(preflight.check)(resolve(preflight.plan)(stack, spec))
    return result
