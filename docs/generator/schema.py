"""The JSON schema of the settings, as types in words and links."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from anykube.settings.schema import SCHEMA

Schema = Mapping[str, Any]
ROOT = "StackSettings"
"""The name of the outermost definition, which the file has at its top level."""


@cache
def definitions() -> dict[str, Schema]:
    """All objects of the settings by name, the outermost first. Placeholders for any JSON value are left out."""
    document = json.loads(SCHEMA.read_text(encoding="utf-8"))
    nested = {name: schema for name, schema in document.pop("$defs").items() if "properties" in schema}
    return {ROOT: document, **nested}


def references(schema: Any) -> Iterator[str]:
    """The names of the definitions that a schema refers to, in order of appearance."""
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        for key, value in schema.items():
            if key not in {"default", "examples", "$defs"}:
                yield from references(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from references(item)


def reachable(name: str) -> set[str]:
    """A definition and all definitions that it refers to, directly or not."""
    found: set[str] = set()
    queue = [name]
    while queue:
        current = queue.pop()
        if current in found or current not in definitions():
            continue
        found.add(current)
        queue += references(definitions()[current])
    return found


def type_in_words(schema: Schema, links: Mapping[str, str]) -> str:
    """Such as "integer, 0 to 1000" or "list of [Taint](#taint)". `links`: the address of each definition."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}]({links[name]})" if name in links else "any value"
    for key in ("anyOf", "oneOf"):
        if key in schema:
            variants = [variant for variant in schema[key] if variant.get("type") != "null"]
            return " or ".join(dict.fromkeys(type_in_words(variant, links) for variant in variants))
    if "const" in schema:
        return _code(schema["const"])
    if "enum" in schema:
        return "one of " + ", ".join(_code(value) for value in schema["enum"])
    return _TYPES.get(schema.get("type", ""), _any)(schema, links)


def _any(_: Schema, __: Mapping[str, str]) -> str:
    return "any value"


def _array(schema: Schema, links: Mapping[str, str]) -> str:
    item = type_in_words(schema.get("items", {}), links)
    for singular in ("non-empty string", "string", "integer", "mapping"):
        item = re.sub(rf"^{singular}\b", f"{singular}s", item)
    return f"list of {item}{_size(schema, 'Items', 'items')}"


def _object(schema: Schema, links: Mapping[str, str]) -> str:
    values = schema.get("additionalProperties")
    if not isinstance(values, Mapping) and "patternProperties" in schema:
        values = next(iter(schema["patternProperties"].values()))
    text = type_in_words(values, links) if isinstance(values, Mapping) else "any value"
    names = "" if text == "any value" else f" of names to {text}"
    return f"mapping{names}" + _size(schema, "Properties", "entries")


def _number(schema: Schema, _: Mapping[str, str]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f"{schema['type']}, {low} to {high}"
    if low is not None:
        return f"{schema['type']}, at least {low}"
    return f"{schema['type']}, at most {high}" if high is not None else str(schema["type"])


def _string(schema: Schema, _: Mapping[str, str]) -> str:
    pattern = f", pattern {_code(schema['pattern'])}" if "pattern" in schema else ""
    if schema.get("minLength") == 1 and "maxLength" not in schema:
        return f"non-empty string{pattern}"
    return f"string{_size(schema, 'Length', 'characters')}{pattern}"


def _boolean(_: Schema, __: Mapping[str, str]) -> str:
    return "boolean"


_TYPES = {
    "array": _array,
    "boolean": _boolean,
    "integer": _number,
    "number": _number,
    "object": _object,
    "string": _string,
}


def _size(schema: Schema, suffix: str, unit: str) -> str:
    low, high = schema.get(f"min{suffix}"), schema.get(f"max{suffix}")
    if low and high:
        return f", {low} to {high} {unit}" if low != high else f", {low} {unit}"
    if low:
        return f", at least {low} {unit}" if low > 1 else ", not empty"
    return f", at most {high} {unit}" if high else ""


def _code(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    fence = "``" if "`" in text else "`"
    pad = " " if "`" in text or not text else ""
    return f"{fence}{pad}{text}{pad}{fence}"
