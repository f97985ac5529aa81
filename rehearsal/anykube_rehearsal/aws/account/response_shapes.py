"""Validates and serializes values by the shapes of a service model."""

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


def validate(shape: Shape, value: object, path: str = "") -> Iterator[str]:
    """A message for every violation of the shape."""
    kind = _PYTHON[shape.type_name]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        yield f"{path or 'The request'} must be of type {shape.type_name}"
    elif isinstance(shape, StructureShape) and isinstance(value, dict):
        yield from _members(shape, value, f"{path}." if path else "")
    elif isinstance(shape, ListShape) and isinstance(value, list):
        yield from _bounds(shape, len(value), f"{path} has {len(value)} items")
        for index, item in enumerate(value):
            yield from validate(shape.member, item, f"{path}[{index}]")
    elif isinstance(shape, MapShape) and isinstance(value, dict):
        yield from _bounds(shape, len(value), f"{path} has {len(value)} keys")
        for key, item in value.items():
            yield from validate(shape.key, key, f"{path} key {key}")
            yield from validate(shape.value, item, f"{path}.{key}")
    elif isinstance(value, str):
        yield from _text(shape, value, path)
    elif shape.type_name in ("integer", "long") and isinstance(value, int):
        yield from _bounds(shape, value, f"{path} is {value}")


def _members(shape: StructureShape, value: Json, prefix: str) -> Iterator[str]:
    yield from (f"Unknown parameter: {prefix}{name}" for name in value if name not in shape.members)
    yield from (f"Missing required parameter: {prefix}{name}" for name in shape.required_members if name not in value)
    for name, member in shape.members.items():
        if name in value:
            yield from validate(member, value[name], f"{prefix}{name}")


def _text(shape: Shape, value: str, path: str) -> Iterator[str]:
    yield from _bounds(shape, len(value), f"{path} has {len(value)} characters")
    enum = shape.metadata.get("enum")
    if enum and value not in enum:
        yield f"{path} is {value}, but must be one of [{', '.join(enum)}]"
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        yield f"{path} is {value}, but must satisfy the pattern {pattern}"


def _bounds(shape: Shape, size: int, description: str) -> Iterator[str]:
    minimum, maximum = shape.metadata.get("min"), shape.metadata.get("max")
    if minimum is not None and size < minimum:
        yield f"{description}, but the minimum is {minimum}"
    if maximum is not None and size > maximum:
        yield f"{description}, but the maximum is {maximum}"


def serialize(shape: Shape, value: Any) -> Any:
    """The value for JSON, with only the members of the shape."""
    if isinstance(shape, StructureShape):
        return {
            member.serialization.get("name", name): serialize(member, value[name])
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if isinstance(shape, ListShape):
        return [serialize(shape.member, item) for item in value]
    if isinstance(shape, MapShape):
        return {key: serialize(shape.value, item) for key, item in value.items()}
    return value.timestamp() if isinstance(value, datetime) else value
