"""What a preflight found, and what would be right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """Where something is wrong, what it is, and what would be right.

    An error is what the plan fails at: when it is brought up or, of quotas, when its pools grow to their maximum.
    """

    subject: str
    what: str
    remedy: str
    severity: Severity = "error"


@dataclass(frozen=True)
class Preflight:
    """All that was found, beside facts that a person wants to see before anything is made."""

    facts: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    asked: Sequence[str] = ()
    """The questions that have an answer."""
    unasked: Sequence[str] = ()
    """The questions that have none: why stands in the problems."""

    @property
    def errors(self) -> Sequence[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def warnings(self) -> Sequence[Problem]:
        return [problem for problem in self.problems if problem.severity == "warning"]
