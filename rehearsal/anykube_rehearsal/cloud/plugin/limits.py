"""Judges inputs by what the provider allows of each: values, ranges, patterns, formats, and what excludes what."""

import ipaddress
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from anykube_cli.plugin.values import Unknown

from anykube_rehearsal.cloud.plugin.checks import Failure
from anykube_rehearsal.cloud.plugin.table import Row, Table

Format = tuple[Callable[[str], bool], str]
"""Whether a text has a form, and what that would be."""


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


def limits(table: Table, values: Mapping[str, object], formats: Mapping[str, Format] = _FORMATS) -> list[Failure]:
    """Everything that is outside of what the table allows. Values that are not known yet pass.

    `formats` are those of a cloud beside the common ones.
    """
    forms = {**_FORMATS, **formats}
    found: list[Failure] = []
    for path, where, value, siblings in _walk(values, "", ""):
        row = table.rows.get(path)
        if row is not None:
            found += [Failure(where, reason) for reason in _judge(row, value, forms)]
            found += _exclusions(row, path, where, siblings, values)
    return [*found, *_missing_choices(table, values)]


def _walk(
    values: Mapping[str, object], above: str, where: str
) -> Iterator[tuple[str, str, object, Mapping[str, object]]]:
    """Every property that is given: path in the table, place in the inputs, value, and the object it is in."""
    for wire, value in values.items():
        if value is None:
            continue
        yield f"{above}{wire}", f"{where}{wire}", value, values
        if isinstance(value, Mapping):
            yield from _walk(value, f"{above}{wire}.", f"{where}{wire}.")
        elif isinstance(value, Sequence) and not isinstance(value, str):
            for index, item in enumerate(value):
                if isinstance(item, Mapping):
                    yield from _walk(item, f"{above}{wire}.", f"{where}{wire}[{index}].")


def _judge(row: Row, value: object, forms: Mapping[str, Format]) -> Iterator[str]:
    items: Sequence[Any]
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = value
        if len(value) < row.get("minItems", 0):
            yield f"must have at least {row['minItems']} items, and has {len(value)}"
        if "maxItems" in row and len(value) > row["maxItems"]:
            yield f"must have at most {row['maxItems']} items, and has {len(value)}"
    else:
        items = [value]
    for item in items:
        if not isinstance(item, Unknown | Mapping):
            yield from _scalar(row, item, forms)


def _scalar(row: Row, value: Any, forms: Mapping[str, Format]) -> Iterator[str]:
    if "values" in row and value not in row["values"]:
        yield f"must be one of {', '.join(map(str, row['values']))}, and is {value!r}"
    size, what = (len(value), "characters") if isinstance(value, str) else (value, "")
    if not isinstance(value, bool):
        if "min" in row and size < row["min"]:
            yield f"must be at least {row['min']} {what}".strip() + f", and is {size}"
        if "max" in row and size > row["max"]:
            yield f"must be at most {row['max']} {what}".strip() + f", and is {size}"
    if isinstance(value, str):
        if "pattern" in row and not re.search(row["pattern"], value):
            yield f"must match {row['pattern']}, and is {value!r}"
        judge, right = forms.get(row.get("format", ""), (None, ""))
        # An empty string counts as nothing, as it does in Terraform.
        if judge and value and not judge(value):
            yield f"must be {right}, and is {value!r}"


def _given(path: str, other: str, siblings: Mapping[str, object], values: Mapping[str, object]) -> bool:
    """Whether another property is given: beside this one where they are in the same object, else from the top."""
    if path.rpartition(".")[0] == other.rpartition(".")[0]:
        return siblings.get(other.rpartition(".")[2]) is not None
    here: object = values
    for step in other.split("."):
        here = here.get(step) if isinstance(here, Mapping) else None
    return here is not None


def _exclusions(
    row: Row, path: str, where: str, siblings: Mapping[str, object], values: Mapping[str, object]
) -> Iterator[Failure]:
    others = dict.fromkeys([*row.get("conflicts", []), *row.get("exactlyOneOf", [])])
    given = [other for other in others if other != path and _given(path, other, siblings, values)]
    if given:
        yield Failure(where, f"cannot be given together with {', '.join(given)}: only one of them")


def _missing_choices(table: Table, values: Mapping[str, object]) -> Iterator[Failure]:
    """Where exactly one of several has to be given, and none is; asked only where the object they are in is there."""
    seen = set()
    for path, row in table.rows.items():
        choices = tuple(row.get("exactlyOneOf", []))
        if not choices or choices in seen:
            continue
        seen.add(choices)
        parent = path.rpartition(".")[0]
        here: object = values
        for step in filter(None, parent.split(".")):
            here = here.get(step) if isinstance(here, Mapping) else None
        if isinstance(here, Mapping) and not any(here.get(choice.rpartition(".")[2]) is not None for choice in choices):
            yield Failure(parent or choices[0], f"exactly one of {', '.join(choices)} must be given, and none is")
