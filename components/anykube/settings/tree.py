"""Strict YAML: values that know their file and line.

The scalars are those of YAML 1.2's core schema, as in an editor (https://yaml.org/spec/1.2.2/#103-core-schema): `no`
and `on` are text, `010` is ten. Tags of one's own, and a key given twice, are mistakes. PyYAML does the
parsing, since it comes with Pulumi and, in C, takes a tenth of the time of any other.
"""

import math
import re
from collections.abc import Callable

import yaml

from anykube._rules.findings import ValuePath, dotted
from anykube._rules.source import SourceNode
from anykube.settings.problems import Problem

_DEEPEST = 40


class UnreadableError(Exception):
    """The text is no YAML document that could be a page."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def parse(text: str, file: str) -> tuple[SourceNode, list[Problem]]:
    """The document in `text`, and what is wrong with its keys. `file` is named in positions.

    Raises UnreadableError where it is empty, is no YAML, or no mapping.
    """
    try:
        _refuse_bombs(text, file)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else None
        what = f"is not YAML: {wrong.problem or wrong.context}"
        raise UnreadableError(Problem(file, line, "", what, "correct its syntax here")) from None
    except (yaml.YAMLError, RecursionError) as wrong:
        first = str(wrong).partition("\n")[0]
        raise UnreadableError(Problem(file, None, "", f"is not YAML: {first}", "correct its syntax")) from None
    if root is None:
        remedy = "write at least `cluster:`, or `extends:` another page"
        raise UnreadableError(Problem(file, None, "", "is empty", remedy))
    if not isinstance(root, yaml.MappingNode):
        remedy = "begin with `cluster:` at the left margin"
        raise UnreadableError(Problem(file, root.start_mark.line + 1, "", "is not a mapping", remedy))
    build = _Build(file)
    return build.marked(root, root.start_mark.line + 1, ()), build.problems


def _refuse_bombs(text: str, file: str) -> None:
    """Small texts that stand for huge documents: aliases of aliases, and nesting that no page needs."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent):
            remedy = "write the value in full, or put what pages share into one that they extend"
            raise UnreadableError(Problem(file, line, "", f"uses the alias *{event.anchor}", remedy))
        if depth > _DEEPEST:
            raise UnreadableError(Problem(file, line, "", f"is nested more than {_DEEPEST} deep", "nest it less"))


class _Build:
    """Makes marked values of PyYAML's nodes, and collects what is wrong on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def marked(self, node: yaml.Node, line: int, path: ValuePath) -> SourceNode:
        if isinstance(node, yaml.ScalarNode):
            return SourceNode(self._scalar(node), self.file, line, node.value)
        if isinstance(node, yaml.SequenceNode):
            self._known(node, "seq")
            items = [
                self.marked(child, child.start_mark.line + 1, (*path, index)) for index, child in enumerate(node.value)
            ]
            return SourceNode(items, self.file, line)
        self._known(node, "map")
        return SourceNode(self._mapping(node, path), self.file, line)

    def _mapping(self, node: yaml.Node, path: ValuePath) -> dict[str, SourceNode]:
        found: dict[str, SourceNode] = {}
        for key_node, child in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._unreadable(key_node, "is a list or mapping as a key", "write a name before the ':'")
            key = key_node.value
            value = self.marked(child, line, (*path, key))
            if key in found:
                what = f"is given twice, first in line {found[key].line}"
                self.problems.append(Problem(self.file, line, dotted((*path, key)), what, "keep one of the two"))
                continue
            found[key] = value
        return found

    def _scalar(self, node: yaml.ScalarNode) -> str | int | float | bool | None:
        kind = self._known(node, *_SCALARS)
        try:
            return _SCALARS[kind](node.value)
        except ValueError:
            raise self._unreadable(node, f"has a value that is no {kind}", "correct it") from None

    def _known(self, node: yaml.Node, *kinds: str) -> str:
        kind = str(node.tag).removeprefix(_TAG)
        if kind not in kinds:
            raise self._unreadable(node, f"has the tag {node.tag}", "leave tags (`!…`) out")
        return kind

    def _unreadable(self, node: yaml.Node, what: str, remedy: str) -> UnreadableError:
        return UnreadableError(Problem(self.file, node.start_mark.line + 1, "", what, remedy))


_TAG = "tag:yaml.org,2002:"


def _float(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


_SCALARS: dict[str, Callable[[str], str | int | float | bool | None]] = {
    "str": str,
    "null": lambda _: None,
    "bool": lambda text: text.lower() == "true",
    "int": lambda text: int(text, 0 if text[:2] in ("0o", "0x") else 10),
    "float": _float,
}


class _Loader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
    """PyYAML's own, with the core schema of YAML 1.2 in place of 1.1's."""


for _kind, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    _Loader.add_implicit_resolver(_TAG + _kind, re.compile(rf"(?:{_pattern})\Z"), _first)
