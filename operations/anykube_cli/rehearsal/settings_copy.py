"""A copy of a settings file, for changes."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


class SettingsCopy:
    """A settings file to edit in a `with` block, which writes it back at the end unless an error occurs."""

    def __init__(self, file: Path) -> None:
        self._file, self._yaml = file, YAML()

    def __enter__(self) -> dict[str, Any]:
        self._content = self._yaml.load(self._file)
        content: dict[str, Any] = self._content
        return content

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if error is None:
            self._yaml.dump(self._content, self._file)
