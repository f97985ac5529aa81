"""The folder of pages: what there is, and a page merged with those that it extends."""

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
"""Where the pages of this project are: `NAME.yaml` for the stack NAME, and below `base/` what they extend.

ANYKUBE_ENVIRONMENTS names another folder: a rehearsal changes copies of the pages.
"""

_BASE = "base"

_NAME = TypeAdapter[str](DnsLabel)


def names(folder: Path) -> list[str]:
    """The names of all stacks' pages, sorted."""
    return sorted(file.stem for file in folder.glob("*.yaml"))


def _file(name: str, folder: Path) -> Path:
    """The page of that name; one below `base/` where no stack has it."""
    own, base = folder / f"{name}.yaml", folder / _BASE / f"{name}.yaml"
    return base if base.exists() and not own.exists() else own


def read(name: str, folder: Path) -> tuple[SourceNode, list[Problem]]:
    """The page with all that it inherits, not validated yet, and what is wrong with its keys.

    Raises UnreadableError where it, or a page that it extends, is missing or cannot be read.
    """
    chain, problems = [], list[Problem]()
    current, asked = name, None
    while True:
        page, found = _parse(current, folder, asked)
        chain.append(page)
        problems += found
        asked = _parent(page)
        if asked is None:
            break
        current = str(asked.value)
        if any(shown_name(folder, current) == seen.file for seen in chain):
            path = " → ".join([*(Path(seen.file).stem for seen in chain), current])
            what = f"goes in a circle: {path}"
            remedy = "let one of these pages extend none"
            raise UnreadableError(Problem(asked.file, asked.line, "extends", what, remedy))
    merged = chain.pop()
    while chain:
        merged = merge(merged, chain.pop())
    return merged, problems


def shown_name(folder: Path, name: str) -> str:
    """The file of a page as it is named in problems: below the project's folder where it is there."""
    file = _file(name, folder)
    root = project.root()
    return str(file.relative_to(root) if file.is_relative_to(root) else file)


def _parse(name: str, folder: Path, asked: SourceNode | None) -> tuple[SourceNode, list[Problem]]:
    shown = shown_name(folder, name)
    try:
        return parse(_file(name, folder).read_text(encoding="utf-8"), shown)
    except UnicodeDecodeError:
        raise UnreadableError(Problem(shown, None, "", "is not UTF-8 text", "save it as UTF-8")) from None
    except OSError as wrong:
        remedy = choice(name, [*names(folder), *names(folder / _BASE)] if asked else names(folder), "page")
        if asked is not None:
            what = f"names the page {name}, which is not there"
            raise UnreadableError(Problem(asked.file, asked.line, "extends", what, remedy)) from None
        what = "is not there" if isinstance(wrong, FileNotFoundError) else f"cannot be read: {wrong.strerror}"
        raise UnreadableError(Problem(shown, None, "", what, remedy)) from None


def _parent(page: SourceNode) -> SourceNode | None:
    """The value of `extends`, where it could be the name of a page; validation tells of all else."""
    asked = page.value.get("extends") if isinstance(page.value, dict) else None
    if asked is None:
        return None
    try:
        _NAME.validate_python(asked.value, strict=True)
    except ValidationError:
        return None
    return asked


def merge(base: SourceNode, over: SourceNode) -> SourceNode:
    """A page laid over another: mappings are joined, `null` takes away, all else replaces."""
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
