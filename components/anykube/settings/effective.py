"""The effective settings of a stack: every value after merging and defaults, with the file and line it comes from."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from anykube._rules.findings import ValuePath, dotted
from anykube._rules.source import Data, SourceNode
from anykube.settings import files
from anykube.settings.loader import load

DEFAULT = "default"
"""Origin of a value that no settings file has."""


class Setting(NamedTuple):
    """A value: a scalar, or an empty list or mapping."""

    path: ValuePath
    value: Data
    origin: str
    """`FILE:LINE`, or DEFAULT."""


def effective(stack: str, folder: Path = files.ENVIRONMENTS) -> Iterator[Setting]:
    """All values of a stack's settings, including defaults that are not empty. Raises SettingsError.

    A secret appears as its reference, never as its value.
    """
    settings = json.loads(load(stack, folder).model_dump_json())
    settings.pop("extends")
    source, _ = files.read(stack, folder)
    return _values(settings, source, ())


def _values(value: Data, source: SourceNode | None, path: ValuePath) -> Iterator[Setting]:
    if isinstance(value, dict) and value:
        # In the order of the file, then in that of the model, so that readers recognise their file.
        keys = [*(source.value if source and isinstance(source.value, dict) else ()), *value]
        for key in dict.fromkeys(key for key in keys if key in value):
            yield from _values(value[key], source.child(key) if source else None, (*path, key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _values(item, source.child(index) if source else None, (*path, index))
    elif source:
        yield Setting(path, value, f"{source.file}:{source.line}")
    elif value not in (None, [], {}):
        yield Setting(path, value, DEFAULT)


class Difference(NamedTuple):
    """A path at which two stacks have different values. None: the stack has no value there."""

    path: str
    first: Setting | None
    second: Setting | None


def differences(stack: str, other: str, folder: Path = files.ENVIRONMENTS) -> Iterator[Difference]:
    """The differences between two stacks, in the order of the first one's settings. Raises SettingsError."""
    yield from compare((stack, folder), (other, folder))


def compare(first: tuple[str, Path], second: tuple[str, Path]) -> Iterator[Difference]:
    """The same for two stacks in different folders, each as (stack, folder)."""
    settings, other = ({dotted(setting.path): setting for setting in effective(*stack)} for stack in (first, second))
    for path in dict.fromkeys((*settings, *other)):
        left, right = settings.get(path), other.get(path)
        if (left and left.value) != (right and right.value) or (left is None) != (right is None):
            yield Difference(path, left, right)
