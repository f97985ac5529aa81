"""Problems, and the result of a preflight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """What is wrong, and what to do.

    An error makes the deployment fail: at once or, for a quota, when a node pool grows to its maximum.
    """

    subject: str
    message: str
    remedy: str
    severity: Severity = "error"


@dataclass(frozen=True)
class PreflightResult:
    """All problems, and facts about the account to read before a deployment."""

    facts: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    completed: Sequence[str] = ()
    """Checks with a result."""
    skipped: Sequence[str] = ()
    """Checks without a result. A problem says why."""

    def __add__(self, other: "PreflightResult") -> "PreflightResult":
        """Both results together."""
        return PreflightResult(
            {**self.facts, **other.facts},
            [*self.problems, *other.problems],
            [*self.completed, *other.completed],
            [*self.skipped, *other.skipped],
        )

    @property
    def errors(self) -> Sequence[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def warnings(self) -> Sequence[Problem]:
        return [problem for problem in self.problems if problem.severity == "warning"]
