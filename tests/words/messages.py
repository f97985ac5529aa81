"""Lists what Anykube says: `python -m tests.words.messages`.

Every string literal of the packages with at least three words, but for docstrings, is a message: an error, a warning,
a progress line, a help text. Placeholders are shown as {name}. With the docstrings of commands, which become --help.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("components", "policies", "operations", "rehearsal")
_THREE_WORDS = re.compile(r"[A-Za-z{][\w'’{}.-]*,? [A-Za-z{`-][\w'’{}.`-]*,? [A-Za-z{`-]")


@dataclass(frozen=True)
class Message:
    """A text that a user may see, and where it is written."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


def messages() -> Iterator[Message]:
    """All messages, by file and line."""
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            if ".anykube" not in file.parts and file.name != "dicts.py":
                yield from _in_file(file)


def _in_file(file: Path) -> Iterator[Message]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docstrings = {id(text) for text in _docstrings(tree)}
    nested = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    nested -= {id(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)}
    for node in ast.walk(tree):
        text = _text(node) if id(node) not in docstrings and id(node) not in nested else ""
        if _THREE_WORDS.search(text):
            yield Message(str(file.relative_to(ROOT)), node.lineno, " ".join(text.split()))  # type: ignore[attr-defined]
    yield from _help(file, tree)


def _docstrings(tree: ast.AST) -> Iterator[ast.AST]:
    """The strings that stand as statements: documentation of modules, classes, functions and attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"
            for part in node.values
            if isinstance(part, (ast.Constant, ast.FormattedValue))
        )
    return ""


def _help(file: Path, tree: ast.AST) -> Iterator[Message]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and "command" in map(_name, node.decorator_list):
            text = ast.get_docstring(node) or ""
            yield Message(str(file.relative_to(ROOT)), node.lineno, " ".join(text.split()))


def _name(decorator: ast.expr) -> str:
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


if __name__ == "__main__":
    print(*messages(), sep="\n")
