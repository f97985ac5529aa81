"""The clouds whose leavings are swept. One's module, and its SDK, is imported only for a stack of it."""

from collections.abc import Callable

from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster

from anykube_cli.sweep.sweep import Account


def entrance(stack: str, spec: ManagedCluster) -> Callable[[], Account]:
    """Enters the account that the environment's credentials lead to, for what the stack's cluster leaves there."""
    found: Callable[[], Account] = resolve(definitions()[spec.cloud].sweep)(stack, spec)
    return found
