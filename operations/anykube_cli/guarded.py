"""The guarded resource types: those in guarded.toml, and those that each cloud adds to its kinds.

The guard of runs and the guard of golden states share this table.
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
    """A kind of guarded resource."""

    name: str
    noun: str
    """What a message calls it: `node pool`."""
    settings: str
    """The settings that define such a resource."""
    needs: str | None = None
    """The input without which it holds nothing that could be lost, as a path: `spec.volumeClaimTemplates`."""


@cache
def guarded() -> Mapping[str, Kind]:
    """The kind of every guarded type, by type."""
    return {
        token: Kind(name, row["noun"], row["settings"], row.get("with", {}).get(token))
        for name, row in _table().items()
        for token in (*row["types"], *_cloud_types(name))
    }


@cache
def free() -> frozenset[str]:
    """The known types of all clouds that are not guarded."""
    return frozenset(token for cloud in definitions().values() for token in cloud.resource_types.unguarded)


def _cloud_types(kind: str) -> Iterator[str]:
    for cloud in definitions().values():
        yield from cloud.resource_types.guarded.get(kind, ())


def _table() -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = tomllib.loads(_FILE.read_text())
    return table
