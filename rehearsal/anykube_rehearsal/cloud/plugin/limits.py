"""Validates inputs against the provider's limits: values, ranges, patterns, formats and mutual exclusions."""

import ipaddress
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from anykube_cli.plugin.values import Unknown

from anykube_rehearsal.cloud.plugin.checks import Failure
from anykube_rehearsal.cloud.plugin.table import Row, Table

Format = tuple[Callable[[str], bool], str]
"""Whether a string has the format, and a description of the format."""


def _cidr(value: str) -> bool:
    try:
        ipaddress.ip_network(value)
    except ValueError:
        return False
    return "/" in value


def _ip(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _json(value: str) -> bool:
    try:
        return isinstance(json.loads(value), dict)
    except ValueError:
        return False


_FORMATS: Mapping[str, Format] = {
    "cidr": (_cidr, "a CIDR block whose host bits are zero, such as 10.0.0.0/16"),
    "ip": (_ip, "an IP address"),
    "json": (_json, "a JSON object"),
}


def check_limits(table: Table, values: Mapping[str, object], formats: Mapping[str, Format] = _FORMATS) -> list[Failure]:
    """Everything that the table does not allow. Values that are not known yet pass.

    `formats` are the cloud's formats in addition to the common ones.
    """
    all_formats = {**_FORMATS, **formats}
    failures: list[Failure] = []
    for path, input_path, value, siblings in _walk(values, "", ""):
        row = table.rows.get(path)
        if row is not None:
            failures += [Failure(input_path, reason) for reason in _check(row, value, all_formats)]
            failures += _exclusions(row, path, input_path, siblings, values)
    return [*failures, *_missing_choices(table, values)]


def _walk(
    values: Mapping[str, object], path_prefix: str, input_prefix: str
) -> Iterator[tuple[str, str, object, Mapping[str, object]]]:
    """Every property that is set: its path in the table, its path in the inputs, its value, and its object."""
    for wire, value in values.items():
        if value is None:
            continue
        yield f"{path_prefix}{wire}", f"{input_prefix}{wire}", value, values
        if isinstance(value, Mapping):
            yield from _walk(value, f"{path_prefix}{wire}.", f"{input_prefix}{wire}.")
        elif isinstance(value, Sequence) and not isinstance(value, str):
            for index, item in enumerate(value):
                if isinstance(item, Mapping):
                    yield from _walk(item, f"{path_prefix}{wire}.", f"{input_prefix}{wire}[{index}].")


def _check(row: Row, value: object, formats: Mapping[str, Format]) -> Iterator[str]:
    items: Sequence[Any]
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = value
        if len(value) < row.get("minItems", 0):
            yield f"must have at least {row['minItems']} items, not {len(value)}"
        if "maxItems" in row and len(value) > row["maxItems"]:
            yield f"must have at most {row['maxItems']} items, not {len(value)}"
    else:
        items = [value]
    for item in items:
        if not isinstance(item, Unknown | Mapping):
            yield from _check_scalar(row, item, formats)


def _check_scalar(row: Row, value: Any, formats: Mapping[str, Format]) -> Iterator[str]:
    if "values" in row and value not in row["values"]:
        yield f"must be one of {', '.join(map(str, row['values']))}, not {value!r}"
    size, unit = (len(value), " characters") if isinstance(value, str) else (value, "")
    if not isinstance(value, bool):
        if "min" in row and size < row["min"]:
            yield f"must be at least {row['min']}{unit}, not {size}"
        if "max" in row and size > row["max"]:
            yield f"must be at most {row['max']}{unit}, not {size}"
    if isinstance(value, str):
        if "pattern" in row and not re.search(row["pattern"], value):
            yield f"must match {row['pattern']}, not {value!r}"
        matches, description = formats.get(row.get("format", ""), (None, ""))
        # An empty string counts as unset, as it does in Terraform.
        if matches and value and not matches(value):
            yield f"must be {description}, not {value!r}"


def _is_set(path: str, other: str, siblings: Mapping[str, object], values: Mapping[str, object]) -> bool:
    """Whether another property is set: looked up in the same object if both are in one, else from the root."""
    if path.rpartition(".")[0] == other.rpartition(".")[0]:
        return siblings.get(other.rpartition(".")[2]) is not None
    value: object = values
    for key in other.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value is not None


def _exclusions(
    row: Row, path: str, input_path: str, siblings: Mapping[str, object], values: Mapping[str, object]
) -> Iterator[Failure]:
    others = dict.fromkeys([*row.get("conflicts", []), *row.get("exactlyOneOf", [])])
    conflicts = [other for other in others if other != path and _is_set(path, other, siblings, values)]
    if conflicts:
        yield Failure(input_path, f"conflicts with {', '.join(conflicts)}: set only one of them")


def _missing_choices(table: Table, values: Mapping[str, object]) -> Iterator[Failure]:
    """Where exactly one of several properties must be set, and none is, in objects that are set."""
    checked = set()
    for path, row in table.rows.items():
        choices = tuple(row.get("exactlyOneOf", []))
        if not choices or choices in checked:
            continue
        checked.add(choices)
        parent = path.rpartition(".")[0]
        value: object = values
        for key in filter(None, parent.split(".")):
            value = value.get(key) if isinstance(value, Mapping) else None
        names = [choice.rpartition(".")[2] for choice in choices]
        if isinstance(value, Mapping) and not any(value.get(name) is not None for name in names):
            yield Failure(parent or choices[0], f"set exactly one of {', '.join(choices)}")
