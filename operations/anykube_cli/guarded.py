"""What is guarded: guarded.toml, and the types that each cloud adds to its kinds.

The guard of runs and that of golden states have this one table.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from anykube._clouds.registry import definitions

_FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Kind:
    """A kind of things that are guarded."""

    name: str
    said: str
    """One of them, as a sentence has it: `a node pool`."""
    page: str
    """The fields of a page that decide on it."""
    needs: str | None = None
    """The input without which it holds nothing, as a path: `spec.volumeClaimTemplates`."""


@cache
def guarded() -> Mapping[str, Kind]:
    """The kind of every guarded type, by type."""
    return {
        token: Kind(name, row["said"], row["page"], row.get("with", {}).get(token))
        for name, row in _table().items()
        for token in (*row["types"], *_of_clouds(name))
    }


@cache
def free() -> frozenset[str]:
    """The types of clouds that are known and not guarded."""
    return frozenset(token for cloud in definitions().values() for token in cloud.resource_types.unguarded)


def _of_clouds(kind: str) -> Iterator[str]:
    for cloud in definitions().values():
        yield from cloud.resource_types.guarded.get(kind, ())


def _table() -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = tomllib.loads(_FILE.read_text())
    return table
