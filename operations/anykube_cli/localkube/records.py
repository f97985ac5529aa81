"""What each pool of a cluster was asked to be, beside the cluster's own files: what an import reads."""

import json
from pathlib import Path

from anykube_cli.certificates import write_private
from anykube_cli.plugin.values import Properties


def _file(cluster: Path, group: str) -> Path:
    return cluster / "pools" / f"{group}.json"


def read(cluster: Path, group: str) -> dict[str, object] | None:
    """The inputs of a pool; None where there is none of that name."""
    try:
        recorded: dict[str, object] = json.loads(_file(cluster, group).read_text())
    except FileNotFoundError:
        return None
    return recorded


def write(cluster: Path, group: str, inputs: Properties) -> None:
    """Keeps the inputs of a pool."""
    file = _file(cluster, group)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    write_private(file, json.dumps(inputs))


def remove(cluster: Path, group: str) -> None:
    """Forgets a pool."""
    _file(cluster, group).unlink(missing_ok=True)


def groups(cluster: Path) -> set[str]:
    """The pools that there are."""
    return {file.stem for file in (cluster / "pools").glob("*.json")}
