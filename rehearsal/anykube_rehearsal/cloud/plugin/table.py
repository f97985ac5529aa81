"""Reads a cloud's table.json: facts of the real provider about the properties of the types that stacks use.

`replaces` of a row is true, false, "changed" (replaces unless the property was unset), "removed" (replaces only when it
is unset), a list of changes from one value to another that replace, or null if it is not known.
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
    """The properties of one type, by path; items of a list have the list's path."""

    rows: Mapping[str, Row]
    has_type: bool
    """Whether the table has this type."""
    common: Mapping[str, Row]
    """Rows for every type of the provider."""

    def row(self, path: str) -> Row:
        """The row of a property; `replaces` is None if the table has none."""
        return self.rows.get(path) or self.common.get(path) or {"replaces": None}


class Tables:
    """The tables of a cloud, from table.json in a folder."""

    def __init__(self, folder: Path, common: Mapping[str, Row]) -> None:
        self._folder, self._common = folder, common

    @cached_property
    def _all(self) -> Mapping[str, Mapping[str, Row]]:
        types: Mapping[str, Mapping[str, Row]] = json.loads((self._folder / "table.json").read_text())["types"]
        return types

    def types(self) -> list[str]:
        """The types in the table."""
        return sorted(self._all)

    def table(self, token: str) -> Table:
        """The table of a type; empty if table.json does not have the type."""
        return Table(self._all.get(token, {}), token in self._all, self._common)
