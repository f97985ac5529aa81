"""Strict YAML, whose values know their file and line.

Scalars follow the core schema of YAML 1.2, as in editors (https://yaml.org/spec/1.2.2/#103-core-schema): `no` and `on`
are text, `010` is ten. Custom tags and duplicate keys are mistakes. PyYAML parses, since it comes with Pulumi and its C
parser takes a tenth of the time of others.
"""

import math
import re
from collections.abc import Callable

import yaml

from anykube._rules.findings import ValuePath, dotted
from anykube._rules.source import SourceNode
from anykube.settings.problems import Problem

_MAX_DEPTH = 40


class UnreadableError(Exception):
    """The text is not a valid settings file."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def parse(text: str, file: str) -> tuple[SourceNode, list[Problem]]:
    """The document in `text`, and the problems with its keys. `file` is the name in positions.

    Raises UnreadableError if it is empty, not YAML, or not a mapping.
    """
    try:
        _reject_bombs(text, file)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        message = f"invalid YAML: {error.problem or error.context}"
        raise UnreadableError(Problem(file, line, "", message, "correct the syntax here")) from None
    except (yaml.YAMLError, RecursionError) as error:
        first_line = str(error).partition("\n")[0]
        message = f"invalid YAML: {first_line}"
        raise UnreadableError(Problem(file, None, "", message, "correct the syntax")) from None
    if root is None:
        remedy = "write at least `cluster:`, or `extends:` with another settings file"
        raise UnreadableError(Problem(file, None, "", "the file is empty", remedy))
    if not isinstance(root, yaml.MappingNode):
        message, remedy = "the file is not a mapping", "begin with `cluster:` at the left margin"
        raise UnreadableError(Problem(file, root.start_mark.line + 1, "", message, remedy))
    builder = _Builder(file)
    return builder.source(root, root.start_mark.line + 1, ()), builder.problems


def _reject_bombs(text: str, file: str) -> None:
    """Rejects small texts that expand to huge documents: by aliases of aliases, or by deep nesting."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent):
            message = f"the YAML alias *{event.anchor} is not supported"
            remedy = "write out the value, or move shared settings to a file that others extend"
            raise UnreadableError(Problem(file, line, "", message, remedy))
        if depth > _MAX_DEPTH:
            message = f"the nesting is deeper than {_MAX_DEPTH} levels"
            raise UnreadableError(Problem(file, line, "", message, "nest it less"))


class _Builder:
    """Converts PyYAML's nodes to SourceNodes, and collects problems."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def source(self, node: yaml.Node, line: int, path: ValuePath) -> SourceNode:
        if isinstance(node, yaml.ScalarNode):
            return SourceNode(self._scalar(node), self.file, line, node.value)
        if isinstance(node, yaml.SequenceNode):
            self._require_kind(node, "seq")
            items = [
                self.source(child, child.start_mark.line + 1, (*path, index)) for index, child in enumerate(node.value)
            ]
            return SourceNode(items, self.file, line)
        self._require_kind(node, "map")
        return SourceNode(self._mapping(node, path), self.file, line)

    def _mapping(self, node: yaml.Node, path: ValuePath) -> dict[str, SourceNode]:
        entries: dict[str, SourceNode] = {}
        for key_node, child in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._unreadable(key_node, "a key is a list or mapping", "write a name before the ':'")
            key = key_node.value
            value = self.source(child, line, (*path, key))
            if key in entries:
                message = f"duplicate key, first used in line {entries[key].line}"
                self.problems.append(Problem(self.file, line, dotted((*path, key)), message, "remove one of them"))
                continue
            entries[key] = value
        return entries

    def _scalar(self, node: yaml.ScalarNode) -> str | int | float | bool | None:
        kind = self._require_kind(node, *_SCALARS)
        try:
            return _SCALARS[kind](node.value)
        except ValueError:
            raise self._unreadable(node, f"{node.value} is not a valid {kind}", "correct it") from None

    def _require_kind(self, node: yaml.Node, *kinds: str) -> str:
        kind = str(node.tag).removeprefix(_TAG)
        if kind not in kinds:
            raise self._unreadable(node, f"the YAML tag {node.tag} is not supported", "remove it")
        return kind

    def _unreadable(self, node: yaml.Node, message: str, remedy: str) -> UnreadableError:
        return UnreadableError(Problem(self.file, node.start_mark.line + 1, "", message, remedy))


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
    """PyYAML's loader with the core schema of YAML 1.2 instead of 1.1."""


for _kind, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    _Loader.add_implicit_resolver(_TAG + _kind, re.compile(rf"(?:{_pattern})\Z"), _first)
