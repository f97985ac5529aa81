"""The clouds whose accounts can be asked. One's modules, and its SDK, are imported only for a stack of it."""

from importlib import import_module

from anykube.clusters.managed import ManagedCluster

from anykube_cli.preflight.problem import Preflight

CLOUDS = ("aws", "gcp", "azure")
"""By folder, each with `planning.plan` and `check.check`; the extra with its SDK has the same name."""


def check(stack: str, spec: ManagedCluster) -> Preflight:
    """Asks the account that the environment's credentials lead to what it has against the stack's cluster."""
    here = f"{__package__}.{spec.cloud}"
    plan = import_module(f"{here}.planning").plan(stack, spec)
    found: Preflight = import_module(f"{here}.check").check(plan)
    return found
