"""What is refused, and by what: settings by their rules, resources by the provider, requests by the account.

Each has a name, what is wrong, and what the sentence has to say: the field, and the rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

Resource = tuple[str, str, dict[str, Any]]
"""Name, type and properties."""


class Violation(NamedTuple):
    """Something that must not get through."""

    wrong: Any
    """A fragment of a page's cluster section, or a resource as (type, properties)."""
    field: str
    rule: str
    """A part of the sentence."""


class Step(NamedTuple):
    """An `up` of resources past every component of ours, or the end of them."""

    resources: Sequence[Resource] | None
    """None: a destroy."""
    said: Sequence[str] = ()
    """Parts of the sentences with which the account refuses. None: all goes well."""


@dataclass(frozen=True)
class Violations:
    """Those of one cloud."""

    stack: str
    """Whose rehearsal they are tried on."""
    cluster: Mapping[str, Any]
    """A cluster section that is right."""
    pages: Mapping[str, Mapping[str, Violation]]
    """By a name; those of one page are told together."""
    provider: Mapping[str, Violation]
    """Each alone in a program."""
    requests: Sequence[Step]
    """In turn, each on what the one before left; at the end nothing holds a destroy."""

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(map(len, self.pages.values())) + len(self.provider) + sum(len(step.said) for step in self.requests)
