"""The clouds whose leavings are swept. One's module, and its SDK, is imported only for a stack of it."""

from collections.abc import Callable
from importlib import import_module

from anykube.clusters.managed import ManagedCluster

from anykube_cli.sweep.sweep import Account


def entrance(stack: str, spec: ManagedCluster) -> Callable[[], Account]:
    """Enters the account that the environment's credentials lead to, for what the stack's cluster leaves there.

    By folder of the page's `cloud`, each with `entrance`; the extra with its SDK has the same name.
    """
    found: Callable[[], Account] = import_module(f"{__package__}.{spec.cloud}").entrance(stack, spec)
    return found
