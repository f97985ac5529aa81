"""Where in the settings a refused value comes from."""

import re
from collections.abc import Iterator
from pathlib import Path

from anykube._rules.findings import ValuePath, dotted
from anykube._rules.source import SourceNode
from anykube.settings import files
from anykube.settings.tree import UnreadableError

_VALUE = re.compile(r'(?:Invalid|Unsupported|Duplicate) value: "((?:[^"\\]|\\.)*)"')


class Places:
    """The settings of a stack with their lines."""

    def __init__(self, stack: str, folder: Path | None = None) -> None:
        try:
            self._settings, _ = files.read(stack, folder or files.ENVIRONMENTS)
        except UnreadableError:
            self._settings = SourceNode({})

    def of(self, app: str, message: str) -> str:
        """`PATH (FILE:LINE)` of the setting with the value that the message quotes, or of the app."""
        path: ValuePath = ("apps", app) if app else ("namespace",)
        node = self._settings.nearest(path)
        if quoted := _VALUE.search(message):
            value = quoted[1].replace('\\"', '"')
            matches = [(at, leaf) for at, leaf in _leaves(node, path) if leaf.text == value]
            if len(matches) == 1:
                [(path, node)] = matches
        return f"{dotted(path)} ({node.file}:{node.line})" if node.file else dotted(path)


def _leaves(node: SourceNode, path: ValuePath) -> Iterator[tuple[ValuePath, SourceNode]]:
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from _leaves(child, (*path, key))
    elif isinstance(node.value, list):
        for index, child in enumerate(node.value):
            yield from _leaves(child, (*path, index))
    else:
        yield path, node
