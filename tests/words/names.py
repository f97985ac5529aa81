"""Counts names that say an object's role in a sentence and not what it is: `python -m tests.words.names`."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.words.messages import PACKAGES, ROOT

DROPPED = ("one", "found", "asked", "there", "made", "wanted", "given", "own", "ours", "said", "told")


def counts(*folders: str) -> Counter[str]:
    """How often each of these words is defined as a name: a variable, parameter, field, function, class or module."""
    return Counter(name for folder in folders for name in _names(ROOT / folder) if name in DROPPED)


def _names(folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*.py")):
        if ".anykube" not in file.parts:
            yield file.stem
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                yield from (name.strip("_") for name in _defined(node))


def _defined(node: ast.AST) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        yield node.attr


if __name__ == "__main__":
    for folders in (PACKAGES, ("tests",)):
        total = counts(*folders)
        print(", ".join(folders), {word: total[word] for word in DROPPED})
