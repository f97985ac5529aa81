"""Merges the YAML of a page into a file, as a reader would."""

import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


def merge(file: Path, fragment: str) -> None:
    """Merges a fragment into a YAML file, or writes the file. Mappings are merged, null removes, the rest replaces."""
    yaml = YAML()
    added = yaml.load(fragment)
    current = yaml.load(file.read_text(encoding="utf-8")) if file.is_file() else {}
    _merge(current, added)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as stream:
        yaml.dump(current, stream)


def _merge(current: MutableMapping[str, Any], added: Mapping[str, Any]) -> None:
    for key, value in added.items():
        if value is None:
            current.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(current.get(key), MutableMapping):
            _merge(current[key], value)
        else:
            current[key] = value


def main() -> None:
    """Merges standard input into the file that the first argument names."""
    merge(Path(sys.argv[1]), sys.stdin.read())


if __name__ == "__main__":
    main()
