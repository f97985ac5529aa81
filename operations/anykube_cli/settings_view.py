"""Settings for a person to read: as YAML, each value with where it comes from."""

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
"""Where origins begin, if the value leaves room."""


def written(settings: Sequence[Setting], out: TextIO = sys.stdout) -> None:
    """All values as YAML, each with its origin as a comment. Without defaults that is a page."""
    page = CommentedMap()
    for setting in settings:
        *above, last = setting.path
        node: Any = page
        for step, following in zip(above, setting.path[1:], strict=True):
            node = _child(node, step, CommentedMap if isinstance(following, str) else CommentedSeq)
        if isinstance(last, str):
            node[last] = setting.value
        else:
            node.append(setting.value)
        node.yaml_add_eol_comment(setting.origin, last, column=_COLUMN)
    yaml = YAML()
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(page, out)


def compared(stack: str, other: str, differing: Sequence[Difference], console: Console) -> None:
    """What differs, path by path."""
    width = max(len(stack), len(other))
    for path, one, its in differing:
        console.print(Text(path, "bold"), soft_wrap=True)
        for name, setting in ((stack, one), (other, its)):
            value, origin = (json.dumps(setting.value), setting.origin) if setting else ("–", "not there")
            console.print(Text(f"  {name:<{width}}  {value}").append(f"  # {origin}", "dim"), soft_wrap=True)
    if not differing:
        console.print(Text(f"{stack} and {other} say the same."))


def _child(node: Any, step: str | int, kind: type[CommentedMap | CommentedSeq]) -> Any:
    """What is there at the step, made where nothing is."""
    if isinstance(step, str):
        return node.setdefault(step, kind())
    if step == len(node):
        node.append(kind())
    return node[step]
