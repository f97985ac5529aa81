"""Violations that the rules of settings, the simulated plugin, or the simulated account reject.

The message must name the field and the rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

Resource = tuple[str, str, dict[str, Any]]
"""Name, type and properties."""


class Violation(NamedTuple):
    """An invalid input, and the message that must name it."""

    invalid: Any
    """A part of the cluster settings, or a resource as (type, properties)."""
    field: str
    rule: str
    """A part of the message."""


class Step(NamedTuple):
    """An `up` of raw resources, or a `destroy`."""

    resources: Sequence[Resource] | None
    """None for a destroy."""
    messages: Sequence[str] = ()
    """Parts of the account's error messages. Without any, the step succeeds."""


@dataclass(frozen=True)
class Violations:
    """The violations for one cloud."""

    stack: str
    """The stack whose rehearsal runs the tests."""
    cluster: Mapping[str, Any]
    """Valid cluster settings."""
    invalid_settings: Mapping[str, Mapping[str, Violation]]
    """Violations by stack name. All violations of a stack are reported together."""
    provider: Mapping[str, Violation]
    """Resources, each in its own program."""
    requests: Sequence[Step]
    """Steps in order, each on the result of the previous one. After the last one, a destroy succeeds."""

    @property
    def count(self) -> int:
        """The number of violations."""
        return (
            sum(map(len, self.invalid_settings.values()))
            + len(self.provider)
            + sum(len(step.messages) for step in self.requests)
        )
