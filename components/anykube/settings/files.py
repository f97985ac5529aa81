"""Settings files: their folder, their names, and a file merged with those that it extends."""

import os
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from anykube import project
from anykube._names import DnsLabel
from anykube._rules.source import SourceNode
from anykube._rules.wording import choice
from anykube.settings.problems import Problem
from anykube.settings.tree import UnreadableError, parse

ENVIRONMENTS = Path(os.environ.get("ANYKUBE_ENVIRONMENTS") or project.root() / "stacks" / "environments")
"""Folder of the project's settings files: `NAME.yaml` for the stack NAME. Files in `base/` are only for `extends`.

ANYKUBE_ENVIRONMENTS sets another folder, such as for a rehearsal, which changes copies of the files.
"""

_BASE = "base"

_NAME = TypeAdapter[str](DnsLabel)


def names(folder: Path) -> list[str]:
    """The names of all stacks that have settings, sorted."""
    return sorted(file.stem for file in folder.glob("*.yaml"))


def _file(name: str, folder: Path) -> Path:
    """The settings file of that name. A file in `base/` is used if no stack has the name."""
    stack_file, base_file = folder / f"{name}.yaml", folder / _BASE / f"{name}.yaml"
    return base_file if base_file.exists() and not stack_file.exists() else stack_file


def read(name: str, folder: Path) -> tuple[SourceNode, list[Problem]]:
    """A settings file merged with all that it extends, not validated, and the problems with its keys.

    Raises UnreadableError if it, or a file that it extends, is missing or cannot be read.
    """
    chain, problems = [], list[Problem]()
    current, parent = name, None
    while True:
        settings, key_problems = _parse(current, folder, parent)
        chain.append(settings)
        problems += key_problems
        parent = _parent(settings)
        if parent is None:
            break
        current = str(parent.value)
        if any(shown_name(folder, current) == descendant.file for descendant in chain):
            cycle = " → ".join([*(Path(descendant.file).stem for descendant in chain), current])
            message = f"settings files extend each other: {cycle}"
            raise UnreadableError(
                Problem(parent.file, parent.line, "extends", message, "remove extends from one of these files")
            )
    merged = chain.pop()
    while chain:
        merged = merge(merged, chain.pop())
    return merged, problems


def shown_name(folder: Path, name: str) -> str:
    """The path of a settings file in messages, relative to the project's folder if it is inside."""
    file = _file(name, folder)
    root = project.root()
    return str(file.relative_to(root) if file.is_relative_to(root) else file)


def _parse(name: str, folder: Path, parent: SourceNode | None) -> tuple[SourceNode, list[Problem]]:
    shown = shown_name(folder, name)
    try:
        return parse(_file(name, folder).read_text(encoding="utf-8"), shown)
    except UnicodeDecodeError:
        raise UnreadableError(Problem(shown, None, "", "the file is not UTF-8 text", "save it as UTF-8")) from None
    except OSError as error:
        available = [*names(folder), *names(folder / _BASE)] if parent else names(folder)
        remedy = choice(name, available, "settings file")
        if parent is not None:
            message = f"there is no settings file {name}"
            raise UnreadableError(Problem(parent.file, parent.line, "extends", message, remedy)) from None
        is_missing = isinstance(error, FileNotFoundError)
        message = "there is no such settings file" if is_missing else f"the file cannot be read: {error.strerror}"
        raise UnreadableError(Problem(shown, None, "", message, remedy)) from None


def _parent(settings: SourceNode) -> SourceNode | None:
    """The value of `extends`, if it is a valid name. Validation reports other values."""
    parent = settings.value.get("extends") if isinstance(settings.value, dict) else None
    if parent is None:
        return None
    try:
        _NAME.validate_python(parent.value, strict=True)
    except ValidationError:
        return None
    return parent


def merge(base: SourceNode, over: SourceNode) -> SourceNode:
    """`over` merged into `base`: mappings are merged, null removes a value, all other values replace."""
    if not (isinstance(base.value, dict) and isinstance(over.value, dict)):
        return over
    merged = dict(base.value)
    for key, value in over.value.items():
        if key not in merged:
            merged[key] = value
        elif value.value is None:
            del merged[key]
        else:
            merged[key] = merge(merged[key], value)
    return SourceNode(merged, over.file, over.line)
