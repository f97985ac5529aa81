"""Opens the account of a stack's cloud for a sweep. The modules and the SDKs of other clouds are not imported."""

from collections.abc import Callable

from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster

from anykube_cli.sweep.sweep import Account


def account_factory(stack: str, spec: ManagedCluster) -> Callable[[], Account]:
    """Returns a function that opens the account that the environment's credentials belong to."""
    factory: Callable[[], Account] = resolve(definitions()[spec.cloud].sweep)(stack, spec)
    return factory
