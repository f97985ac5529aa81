"""What the real provider says of each property of the types that stacks use: reads a cloud's table.json.

`replaces` of a row is true, false, "changed" (a value that was there, not a first one), "removed", a list of changes
from one value to another, or null where it is not known.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """One type's properties, by wire path; what is in a list has the list's path."""

    rows: Mapping[str, Row]
    known: bool
    everywhere: Mapping[str, Row]
    """What holds for every type of the provider."""

    def row(self, path: str) -> Row:
        """What is known of a property; `replaces` None where it is not known."""
        return self.rows.get(path) or self.everywhere.get(path) or {"replaces": None}


class Tables:
    """The tables of a cloud, out of a folder's table.json."""

    def __init__(self, folder: Path, everywhere: Mapping[str, Row]) -> None:
        self._folder, self._everywhere = folder, everywhere

    @cached_property
    def _all(self) -> Mapping[str, Mapping[str, Row]]:
        types: Mapping[str, Mapping[str, Row]] = json.loads((self._folder / "table.json").read_text())["types"]
        return types

    def types(self) -> list[str]:
        """The types in the table."""
        return sorted(self._all)

    def table(self, token: str) -> Table:
        """The rows of a type; none for a type outside the table."""
        return Table(self._all.get(token, {}), token in self._all, self._everywhere)
