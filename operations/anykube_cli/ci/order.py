"""The order in which CI brings stacks up: dev, staging, prod of each cloud, a cluster before what is layered on it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from anykube._clusters.managed import ManagedCluster
from anykube._clusters.spec import ClusterReference
from anykube.settings.pages import ENVIRONMENTS, names
from anykube.settings.problems import SettingsError

from anykube_cli.pages import page_of

STAGES = ("dev", "staging", "prod")
"""In the order of promotion. A page is of the one whose name is a part of its own: `aws-dev`, `aws-dev-shop`."""


@dataclass(frozen=True)
class Promoted:
    """A stack that CI brings up."""

    stack: str
    cloud: str
    environment: str
    on: str | None
    """The stack on whose cluster it is layered."""

    @property
    def place(self) -> tuple[str, int, bool, str]:
        """Where it stands in the order."""
        return self.cloud, STAGES.index(self.environment), self.on is not None, self.stack


def promoted(stacks: Iterable[str] | None = None) -> Iterator[Promoted]:
    """The stacks of clouds that are of an environment, in order; of these alone where some are named.

    A page that is wrong is left out: `ci pull-request` says what is wrong with it.
    """
    wanted = None if stacks is None else set(stacks)
    there = (found for name in names(ENVIRONMENTS) if (wanted is None or name in wanted) and (found := _of(name)))
    yield from sorted(there, key=lambda one: one.place)


def _of(stack: str) -> Promoted | None:
    try:
        page = page_of(stack)
        base = page.cluster.stack if isinstance(page.cluster, ClusterReference) else None
        cluster = page_of(base).cluster if base else page.cluster
    except SettingsError:
        return None
    environment = _stage(stack) or (_stage(base) if base else None)
    if environment is None or not isinstance(cluster, ManagedCluster):
        return None
    return Promoted(stack, cluster.cloud, environment, base)


def _stage(stack: str) -> str | None:
    return next((part for part in stack.split("-") if part in STAGES), None)
