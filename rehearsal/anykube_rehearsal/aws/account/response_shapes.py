"""Values and the shapes that a service model has for them: what fits, and how it is written."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

Json = dict[str, Any]

_PYTHON: Mapping[str, type | tuple[type, ...]] = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "timestamp": (str, int, float),
}


def misfits(shape: Shape, value: object, path: str = "") -> Iterator[str]:
    """A sentence for everything in the value that the shape does not take."""
    kind = _PYTHON[shape.type_name]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        yield f"{path or 'The request'} is no {shape.type_name}"
    elif isinstance(shape, StructureShape) and isinstance(value, dict):
        yield from _members(shape, value, f"{path}." if path else "")
    elif isinstance(shape, ListShape) and isinstance(value, list):
        yield from _bounds(shape, len(value), f"{path} has {len(value)} items")
        for index, item in enumerate(value):
            yield from misfits(shape.member, item, f"{path}[{index}]")
    elif isinstance(shape, MapShape) and isinstance(value, dict):
        yield from _bounds(shape, len(value), f"{path} has {len(value)} keys")
        for key, item in value.items():
            yield from misfits(shape.key, key, f"{path} key {key}")
            yield from misfits(shape.value, item, f"{path}.{key}")
    elif isinstance(value, str):
        yield from _text(shape, value, path)
    elif shape.type_name in ("integer", "long") and isinstance(value, int):
        yield from _bounds(shape, value, f"{path} is {value}")


def _members(shape: StructureShape, value: Json, prefix: str) -> Iterator[str]:
    yield from (f"Unknown parameter: {prefix}{name}" for name in value if name not in shape.members)
    yield from (f"Missing required parameter: {prefix}{name}" for name in shape.required_members if name not in value)
    for name, member in shape.members.items():
        if name in value:
            yield from misfits(member, value[name], f"{prefix}{name}")


def _text(shape: Shape, value: str, path: str) -> Iterator[str]:
    yield from _bounds(shape, len(value), f"{path} has {len(value)} characters")
    enum = shape.metadata.get("enum")
    if enum and value not in enum:
        yield f"{path} is {value}, but must be one of [{', '.join(enum)}]"
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        yield f"{path} is {value}, but must satisfy the pattern {pattern}"


def _bounds(shape: Shape, measure: int, said: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and measure < least:
        yield f"{said}, but the least is {least}"
    if most is not None and measure > most:
        yield f"{said}, but the most is {most}"


def written(shape: Shape, value: Any) -> Any:
    """The value as JSON has it, reduced to what the shape says that there is."""
    if isinstance(shape, StructureShape):
        return {
            member.serialization.get("name", name): written(member, value[name])
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if isinstance(shape, ListShape):
        return [written(shape.member, item) for item in value]
    if isinstance(shape, MapShape):
        return {key: written(shape.value, item) for key, item in value.items()}
    return value.timestamp() if isinstance(value, datetime) else value
