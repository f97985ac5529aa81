"""Judges inputs by the shape that the SDK declares: names, required ones, types. Every failure is told."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anykube_cli.plugin.values import Unknown

from anykube_rehearsal.cloud.plugin.sdk import Property, Type


@dataclass(frozen=True)
class Failure:
    """One thing that is wrong with the inputs."""

    path: str
    """Where, such as `taints[0].effect`."""
    reason: str


_SAID = {
    "string": "a string",
    "json": "a string or a document",
    "integer": "a whole number",
    "number": "a number",
    "bool": "true or false",
    "list": "a list",
    "map": "a map",
    "object": "an object",
    "union": "an object",
}


def shape(properties: Mapping[str, Property], values: Mapping[str, object], above: str = "") -> list[Failure]:
    """Unknown, missing and wrongly typed properties. Values that are not known yet pass."""
    found = []
    for wire, value in values.items():
        if wire in properties:
            found += _typed(properties[wire].type, value, f"{above}{wire}")
        elif not wire.startswith("__"):
            found.append(Failure(f"{above}{wire}", _unknown(wire, properties)))
    found += [
        Failure(f"{above}{wire}", f"is required, and is missing; it is {_SAID.get(prop.type.kind, 'a value')}")
        for wire, prop in properties.items()
        if prop.required and values.get(wire) is None
    ]
    return found


def _unknown(wire: str, properties: Mapping[str, Property]) -> str:
    close = difflib.get_close_matches(wire, properties, 1)
    right = f"did you mean {close[0]}?" if close else f"there are {', '.join(sorted(properties)) or 'none'}"
    return f"there is no property of this name; {right}"


def _typed(kind: Type, value: object, path: str) -> list[Failure]:
    if value is None or isinstance(value, Unknown) or kind.kind == "any":
        return []
    if not _fits(kind.kind, value):
        said = "a map" if isinstance(value, Mapping) else "a list" if _list(value) else repr(value)
        return [Failure(path, f"must be {_SAID[kind.kind]}, and is {said}")]
    found = []
    if kind.values and str(value) not in kind.values:
        return [Failure(path, f"must be one of {', '.join(kind.values)}, and is {value!r}")]
    if kind.kind == "union":
        return min((_typed(choice, value, path) for choice in kind.choices), key=len)
    if kind.kind == "list" and kind.items and _list(value):
        assert isinstance(value, Sequence)
        for index, item in enumerate(value):
            found += _typed(kind.items, item, f"{path}[{index}]")
    elif isinstance(value, Mapping) and kind.kind == "map" and kind.items:
        for key, item in value.items():
            found += _typed(kind.items, item, f"{path}[{key!r}]")
    elif isinstance(value, Mapping) and kind.kind == "object":
        found += shape(kind.properties, value, f"{path}.")
    return found


def _list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _fits(kind: str, value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = {
        "string": isinstance(value, str),
        "json": isinstance(value, str | Mapping),
        "integer": number and float(value).is_integer() if isinstance(value, int | float) else False,
        "number": number,
        "bool": isinstance(value, bool),
        "list": _list(value),
        "map": isinstance(value, Mapping),
        "object": isinstance(value, Mapping),
        "union": isinstance(value, Mapping),
    }
    return fits[kind]
