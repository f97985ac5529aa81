"""Writes settings as YAML, with comments that say where each app is from."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from anykube_cli.importing.reading import ImportingError

_FIRST = ("kind", "namespace", "image", "command", "args", "replicas", "autoscaling", "port", "port_name", "service")
_LAST = ("resources", "run_as_user", "stop_seconds", "manifests", "patches")
"""Settings of an app that come before and after the others."""
_WIDTH = 4096
"""Lines are not folded, so that a text stays as it was."""


def settings_text(data: Mapping[str, Any], inputs: Sequence[str], origins: Mapping[str, str]) -> str:
    """The settings file. `origins`: where each app is from."""
    document = _commented({**data, "apps": {name: _ordered(app) for name, app in data["apps"].items()}})
    document.yaml_set_start_comment(f"Written by `anykube import {' '.join(inputs)}`.")
    for app, origin in origins.items():
        if app in document["apps"]:
            document["apps"].yaml_set_comment_before_after_key(app, before=f"From {origin}.", indent=2)
    yaml = YAML()
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _ordered(app: Mapping[str, Any]) -> dict[str, Any]:
    middle = [key for key in app if key not in (*_FIRST, *_LAST)]
    return {key: app[key] for key in (*_FIRST, *middle, *_LAST) if key in app}


def _commented(value: Any) -> Any:
    if isinstance(value, Mapping):
        return CommentedMap({_text(str(key)): _commented(child) for key, child in value.items()})
    if isinstance(value, (list, tuple)):
        return CommentedSeq([_commented(child) for child in value])
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    """The text in a style that keeps each character."""
    printable = all(character == "\n" or character.isprintable() for character in value)
    lines = value.split("\n")
    if not printable or "\ufeff" in value:
        text: str = DoubleQuotedScalarString(value)
        return text
    if len(lines) > 2 and value.strip() and not lines[0].startswith(" ") and lines[0]:
        literal: str = LiteralScalarString(value)
        return literal
    return value


def write_file(path: Path, text: str) -> None:
    """Writes the file. Raises ImportingError instead of overwriting one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ImportingError(f"{path} exists. Choose another file, or move this one away") from None
    except OSError as error:
        raise ImportingError(f"{path} cannot be written: {error.strerror}") from None
