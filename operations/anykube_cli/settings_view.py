"""Prints settings as YAML, each value with the file and line that it comes from."""

import json
import sys
from collections.abc import Sequence
from typing import Any, TextIO

from anykube.settings.effective import Difference, Setting
from rich.console import Console
from rich.text import Text
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

_COLUMN = 60
"""The column of the origins, unless the value is longer."""


def write_yaml(settings: Sequence[Setting], out: TextIO = sys.stdout) -> None:
    """Prints the settings as YAML, each with its origin as a comment. Without defaults this is a settings file."""
    document = CommentedMap()
    for setting in settings:
        *parents, last = setting.path
        node: Any = document
        for step, next_step in zip(parents, setting.path[1:], strict=True):
            node = _child(node, step, CommentedMap if isinstance(next_step, str) else CommentedSeq)
        if isinstance(last, str):
            node[last] = setting.value
        else:
            node.append(setting.value)
        node.yaml_add_eol_comment(setting.origin, last, column=_COLUMN)
    yaml = YAML()
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(document, out)


def print_differences(stack: str, other: str, differing: Sequence[Difference], console: Console) -> None:
    """Prints each path whose values differ, with both values."""
    width = max(len(stack), len(other))
    for path, first, second in differing:
        console.print(Text(path, "bold"), soft_wrap=True)
        for name, setting in ((stack, first), (other, second)):
            value, origin = (json.dumps(setting.value), setting.origin) if setting else ("–", "not set")
            console.print(Text(f"  {name:<{width}}  {value}").append(f"  # {origin}", "dim"), soft_wrap=True)
    if not differing:
        console.print(Text(f"The effective settings of {stack} and {other} are equal."))


def _child(node: Any, step: str | int, kind: type[CommentedMap | CommentedSeq]) -> Any:
    """The node at the step; created if it is missing."""
    if isinstance(step, str):
        return node.setdefault(step, kind())
    if step == len(node):
        node.append(kind())
    return node[step]
