"""What a stack's settings come to, value by value, and which file said each one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from anykube._rules.findings import ValuePath, dotted
from anykube._rules.source import Plain, SourceNode
from anykube.settings import pages
from anykube.settings.loader import load

DEFAULT = "default"
"""Where a value comes from that no page gives."""


class Setting(NamedTuple):
    """One value: a scalar, or a list or mapping with nothing in it."""

    path: ValuePath
    value: Plain
    origin: str
    """`FILE:LINE`, or DEFAULT."""


def effective(stack: str, folder: Path = pages.ENVIRONMENTS) -> Iterator[Setting]:
    """Every value of the stack's page, defaults too, but for those that mean nothing. Raises SettingsError.

    A secret is what the page says of it: a reference, never its value.
    """
    page = json.loads(load(stack, folder).model_dump_json())
    page.pop("extends")
    given, _ = pages.read(stack, folder)
    return _values(page, given, ())


def _values(value: Plain, given: SourceNode | None, path: ValuePath) -> Iterator[Setting]:
    if isinstance(value, dict) and value:
        # In the order of the page, and then that of the spec: so somebody finds there what was read here.
        keys = [*(given.value if given and isinstance(given.value, dict) else ()), *value]
        for key in dict.fromkeys(key for key in keys if key in value):
            yield from _values(value[key], given.child(key) if given else None, (*path, key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _values(item, given.child(index) if given else None, (*path, index))
    elif given:
        yield Setting(path, value, f"{given.file}:{given.line}")
    elif value not in (None, [], {}):
        yield Setting(path, value, DEFAULT)


class Difference(NamedTuple):
    """A value that two stacks have differently; None for one that has none."""

    path: str
    one: Setting | None
    other: Setting | None


def differences(stack: str, other: str, folder: Path = pages.ENVIRONMENTS) -> Iterator[Difference]:
    """What differs between two stacks, in the order of the first one's page. Raises SettingsError."""
    yield from between((stack, folder), (other, folder))


def between(one: tuple[str, Path], other: tuple[str, Path]) -> Iterator[Difference]:
    """The same for two stacks, each with the folder of its pages."""
    ours, theirs = ({dotted(setting.path): setting for setting in effective(*page)} for page in (one, other))
    for path in dict.fromkeys((*ours, *theirs)):
        mine, its = ours.get(path), theirs.get(path)
        if (mine and mine.value) != (its and its.value) or (mine is None) != (its is None):
            yield Difference(path, mine, its)
