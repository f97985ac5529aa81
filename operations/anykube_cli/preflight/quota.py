"""Compares what a stack needs with a quota."""

from collections.abc import Iterable
from dataclasses import dataclass

from anykube_cli.preflight.problem import Problem


@dataclass(frozen=True)
class QuotaDemand:
    """How much of a quota the stack needs in addition to what is in use."""

    planned: float
    in_use: float
    reason: str
    """What needs it, such as "pool servers can grow to 8 vCPUs"."""
    alternative: str
    """How to need less, such as "lower the pool's maximum"."""

    @property
    def total(self) -> float:
        return self.planned + self.in_use


def check_quota(name: str, limit: float, demand: QuotaDemand, request: str) -> Iterable[Problem]:
    """Reports a quota that is too low. `request` is a command or a URL that requests an increase."""
    if demand.planned > 0 and demand.total > limit:
        yield Problem(
            f"quota {name}",
            f"{demand.reason}; with {demand.in_use:g} in use that makes {demand.total:g}, and the limit is {limit:g}",
            f"{demand.alternative}, or request an increase: {request}",
        )
