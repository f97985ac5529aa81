"""The clouds whose accounts can be asked. One's modules, and its SDK, are imported only for a stack of it."""

from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster

from anykube_cli.preflight.problem import Preflight

CLOUDS = tuple(definitions())


def check(stack: str, spec: ManagedCluster) -> Preflight:
    """Asks the account that the environment's credentials lead to what it has against the stack's cluster."""
    preflight = definitions()[spec.cloud].preflight
    found: Preflight = resolve(preflight.check)(resolve(preflight.plan)(stack, spec))
    return found
