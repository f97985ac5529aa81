"""The order in which CI deploys stacks: dev, staging, prod of each cloud, a cluster before the stacks on it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from anykube._clusters.managed import ManagedCluster
from anykube.settings.files import ENVIRONMENTS, names
from anykube.settings.problems import SettingsError

from anykube_cli.stack_settings import base_stack, load_stack_settings

STAGES = ("dev", "staging", "prod")
"""The environments in the order of promotion. A part of the stack's name: `aws-dev`, `aws-dev-shop`."""


@dataclass(frozen=True)
class PromotedStack:
    """A stack that CI deploys."""

    stack: str
    cloud: str
    environment: str
    on: str | None
    """The stack whose cluster it uses."""

    @property
    def sort_key(self) -> tuple[str, int, bool, str]:
        """Its position in the order."""
        return self.cloud, STAGES.index(self.environment), self.on is not None, self.stack


def promoted(stacks: Iterable[str] | None = None) -> Iterator[PromotedStack]:
    """The stacks in clouds that belong to an environment, in order. `stacks`: only these.

    Leaves out stacks with invalid settings: `ci pull-request` reports those.
    """
    selected = None if stacks is None else set(stacks)
    candidates = (_promoted(name) for name in names(ENVIRONMENTS) if selected is None or name in selected)
    yield from sorted((stack for stack in candidates if stack), key=lambda stack: stack.sort_key)


def _promoted(stack: str) -> PromotedStack | None:
    try:
        settings = load_stack_settings(stack)
        base = base_stack(settings)
        cluster = load_stack_settings(base).cluster if base else settings.cluster
    except SettingsError:
        return None
    environment = _stage(stack) or (_stage(base) if base else None)
    if environment is None or not isinstance(cluster, ManagedCluster):
        return None
    return PromotedStack(stack, cluster.cloud, environment, base)


def _stage(stack: str) -> str | None:
    return next((segment for segment in stack.split("-") if segment in STAGES), None)
