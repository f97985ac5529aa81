"""What the real provider says of each property of the types that stacks use: reads table.json.

`replaces` of a row is true, false, "changed" (a value that was there, not a first one), "removed", a list of changes
from one value to another, or null where it is not known.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]


_EVERYWHERE: Mapping[str, Row] = {"tagsAll": {"replaces": False}, "tags": {"replaces": False}}
"""What holds for every type of the provider."""


@dataclass(frozen=True)
class Table:
    """One type's properties, by wire path; what is in a list has the list's path."""

    rows: Mapping[str, Row]
    known: bool

    def row(self, path: str) -> Row:
        """What is known of a property; `replaces` None where it is not known."""
        return self.rows.get(path) or _EVERYWHERE.get(path) or {"replaces": None}


@cache
def _all() -> Mapping[str, Mapping[str, Row]]:
    types: Mapping[str, Mapping[str, Row]] = json.loads(Path(__file__).with_name("table.json").read_text())["types"]
    return types


def types() -> list[str]:
    """The types in the table."""
    return sorted(_all())


@cache
def table(token: str) -> Table:
    """The rows of a type; none for a type outside the table."""
    return Table(_all().get(token, {}), token in _all())
