"""`SourceNode`: a value of a settings file or of a program's arguments, with its position."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import BaseModel

from anykube._rules.findings import ValuePath

Data: TypeAlias = str | int | float | bool | list["Data"] | dict[str, "Data"] | None
"""A JSON value."""


class Opaque:
    """A value that rules cannot check, such as an output that the update resolves."""


@dataclass(frozen=True, slots=True)
class SourceNode:
    """A value and its position."""

    value: "str | int | float | bool | list[SourceNode] | dict[str, SourceNode] | Opaque | None"
    file: str = ""
    """Empty: an argument of a program."""
    line: int = 0
    text: str = ""
    """A scalar as it is written in the file."""

    def to_data(self) -> Data:
        """The value without positions."""
        if isinstance(self.value, dict):
            return {key: child.to_data() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.to_data() for child in self.value]
        return None if isinstance(self.value, Opaque) else self.value

    def nearest(self, path: ValuePath) -> "SourceNode":
        """The value at the path, or the last one on the way to it."""
        node = self
        for step in path:
            child = node.child(step)
            if child is None:
                break
            node = child
        return node

    def child(self, step: str | int) -> "SourceNode | None":
        """The entry of a mapping or the element of a list. None: absent."""
        if isinstance(self.value, dict):
            return self.value.get(step) if isinstance(step, str) else None
        if isinstance(self.value, list):
            return self.value[step] if isinstance(step, int) and step < len(self.value) else None
        return None


def source_of(value: Any) -> SourceNode:
    """A value of a program. Of a model, only the fields that the program set."""
    match value:
        case BaseModel():
            fields = type(value).model_fields
            return SourceNode(
                {name: source_of(getattr(value, name)) for name in fields if name in value.model_fields_set}
            )
        case Mapping():
            return SourceNode({str(key): source_of(child) for key, child in value.items()})
        case list() | tuple():
            return SourceNode([source_of(child) for child in value])
        case bool():
            return SourceNode(value, text="true" if value else "false")
        case None:
            return SourceNode(None)
        case str() | int() | float():
            return SourceNode(value, text=str(value))
    return SourceNode(Opaque())
