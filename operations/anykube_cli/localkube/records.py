"""Stores the inputs of each pool next to the cluster's files, so that an import can read them."""

import json
from pathlib import Path

from anykube_cli.certificates import write_private
from anykube_cli.plugin.values import Properties


def _file(cluster: Path, group: str) -> Path:
    return cluster / "pools" / f"{group}.json"


def read(cluster: Path, group: str) -> dict[str, object] | None:
    """Returns the inputs of a pool, or None if it does not exist."""
    try:
        recorded: dict[str, object] = json.loads(_file(cluster, group).read_text())
    except FileNotFoundError:
        return None
    return recorded


def write(cluster: Path, group: str, inputs: Properties) -> None:
    """Saves the inputs of a pool."""
    file = _file(cluster, group)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    write_private(file, json.dumps(inputs))


def remove(cluster: Path, group: str) -> None:
    """Removes the record of a pool."""
    _file(cluster, group).unlink(missing_ok=True)


def groups(cluster: Path) -> set[str]:
    """Returns the recorded pools of a cluster."""
    return {file.stem for file in (cluster / "pools").glob("*.json")}
