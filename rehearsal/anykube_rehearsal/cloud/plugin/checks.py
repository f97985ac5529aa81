"""Validates inputs against the SDK's types: unknown names, missing required properties, wrong types."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anykube_cli.plugin.values import Unknown

from anykube_rehearsal.cloud.plugin.sdk import Property, PropertyType


@dataclass(frozen=True)
class Failure:
    """An invalid input."""

    path: str
    """Path in the inputs, such as `taints[0].effect`."""
    reason: str


_KIND_NAMES = {
    "string": "a string",
    "json": "a string or a JSON document",
    "integer": "an integer",
    "number": "a number",
    "bool": "true or false",
    "list": "a list",
    "map": "a map",
    "object": "an object",
    "union": "an object",
}


def check_types(properties: Mapping[str, Property], values: Mapping[str, object], prefix: str = "") -> list[Failure]:
    """Unknown, missing and wrongly typed properties. Values that are not known yet pass."""
    failures = []
    for wire, value in values.items():
        if wire in properties:
            failures += _check_type(properties[wire].type, value, f"{prefix}{wire}")
        elif not wire.startswith("__"):
            failures.append(Failure(f"{prefix}{wire}", _unknown_property(wire, properties)))
    failures += [
        Failure(f"{prefix}{wire}", f"is required; set it to {_KIND_NAMES.get(prop.type.kind, 'a value')}")
        for wire, prop in properties.items()
        if prop.required and values.get(wire) is None
    ]
    return failures


def _unknown_property(wire: str, properties: Mapping[str, Property]) -> str:
    close = difflib.get_close_matches(wire, properties, 1)
    hint = f"did you mean {close[0]}?" if close else f"properties are: {', '.join(sorted(properties)) or 'none'}"
    return f"no such property; {hint}"


def _check_type(kind: PropertyType, value: object, path: str) -> list[Failure]:
    if value is None or isinstance(value, Unknown) or kind.kind == "any":
        return []
    if not _fits(kind.kind, value):
        actual = "a map" if isinstance(value, Mapping) else "a list" if _is_list(value) else repr(value)
        return [Failure(path, f"must be {_KIND_NAMES[kind.kind]}, not {actual}")]
    failures = []
    if kind.values and str(value) not in kind.values:
        return [Failure(path, f"must be one of {', '.join(kind.values)}, not {value!r}")]
    if kind.kind == "union":
        return min((_check_type(choice, value, path) for choice in kind.choices), key=len)
    if kind.kind == "list" and kind.items and _is_list(value):
        assert isinstance(value, Sequence)
        for index, item in enumerate(value):
            failures += _check_type(kind.items, item, f"{path}[{index}]")
    elif isinstance(value, Mapping) and kind.kind == "map" and kind.items:
        for key, item in value.items():
            failures += _check_type(kind.items, item, f"{path}[{key!r}]")
    elif isinstance(value, Mapping) and kind.kind == "object":
        failures += check_types(kind.properties, value, f"{path}.")
    return failures


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _fits(kind: str, value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = {
        "string": isinstance(value, str),
        "json": isinstance(value, str | Mapping),
        "integer": number and float(value).is_integer() if isinstance(value, int | float) else False,
        "number": number,
        "bool": isinstance(value, bool),
        "list": _is_list(value),
        "map": isinstance(value, Mapping),
        "object": isinstance(value, Mapping),
        "union": isinstance(value, Mapping),
    }
    return fits[kind]
