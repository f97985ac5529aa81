"""How much of a quota is left, and what is said where it does not do."""

from collections.abc import Iterable
from dataclasses import dataclass

from anykube_cli.preflight.problem import Problem


@dataclass(frozen=True)
class Need:
    """What is to be had beside what is there already, and how to do with less."""

    planned: float
    there: float
    what: str
    less: str

    @property
    def total(self) -> float:
        return self.planned + self.there


def beyond(name: str, limit: float, need: Need, more: str) -> Iterable[Problem]:
    """Whether the quota of this name holds what is needed; `more` says how one asks the cloud for more."""
    if need.planned > 0 and need.total > limit:
        yield Problem(
            f"quota {name}",
            f"{need.what}; with {need.there:g} that are there it makes {need.total:g}, and {limit:g} are allowed",
            f"{need.less}, or ask for more: {more}",
        )
