"""Compares two sets of inputs, and tells which changes replace the resource."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from anykube_cli.plugin.values import Unknown

from anykube_rehearsal.cloud.plugin.table import Row, Table

_EMPTY: Mapping[str, object] = {}


@dataclass(frozen=True)
class Change:
    """A property that differs."""

    path: str
    """Path in the table, such as `taints.effect`."""
    input_path: str
    """Path in the inputs, such as `taints[0].effect`."""
    kind: str
    """add, delete or update."""
    replaces: bool
    effect_known: bool
    """Whether the table says if this change replaces the resource."""


def changes(table: Table, old: Mapping[str, object], new: Mapping[str, object]) -> list[Change]:
    """Every property that differs, at the deepest path possible."""
    return list(_objects(table, old, new, "", ""))


def delete_before_replace(differences: Sequence[Change], new: Mapping[str, object], names: frozenset[str]) -> bool:
    """Whether a replacement must delete first: the program chose the name and keeps it, so both cannot exist at once.

    `names` are the inputs that name this type. Names that autonaming chose are listed in `__defaults` of `new`.
    """
    if not any(change.replaces for change in differences):
        return False
    defaults = new.get("__defaults")
    automatic = set(defaults) if isinstance(defaults, Sequence) else set()
    changed = {change.path for change in differences}
    return any(new.get(name) is not None and name not in automatic and name not in changed for name in names)


def _objects(
    table: Table, old: Mapping[str, object], new: Mapping[str, object], path: str, input_path: str
) -> Iterator[Change]:
    for wire in sorted(old.keys() | new.keys()):
        if not wire.startswith("__"):
            yield from _values(table, old.get(wire), new.get(wire), f"{path}{wire}", f"{input_path}{wire}")


def _values(table: Table, old: object, new: object, path: str, input_path: str) -> Iterator[Change]:
    row = table.row(path)
    if same(old, new, row) or row.get("readOnly") or (new is None and row.get("computed")):
        # A computed property keeps its value when the program no longer sets it.
        return
    if _is_object(table, path, old, new):
        yield from _object_change(table, old, new, path, input_path)
        return
    if (
        isinstance(old, list)
        and isinstance(new, list)
        and not row.get("set")
        and _has_objects(old, new)
        and len(old) == len(new)
    ):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _values(table, before, after, path, f"{input_path}[{index}]")
        return
    yield _change(row, old, new, path, input_path, _inner_replaces(table, old, new, path))


def _object_change(table: Table, old: object, new: object, path: str, input_path: str) -> Iterator[Change]:
    before = old if isinstance(old, Mapping) else _EMPTY
    after = new if isinstance(new, Mapping) else _EMPTY
    row = table.row(path)
    inner = list(_objects(table, before, after, f"{path}.", f"{input_path}."))
    if old is None or new is None:
        effect_known = row["replaces"] is not None
        replaces = _replaces(row, old, new) or any(change.replaces for change in inner)
        yield Change(path, input_path, _kind(old, new), replaces, effect_known)
    else:
        yield from inner


def _change(row: Row, old: object, new: object, path: str, input_path: str, inner: bool) -> Change:
    replaces = inner or _replaces(row, old, new)
    return Change(path, input_path, _kind(old, new), replaces, row["replaces"] is not None)


def _replaces(row: Row, old: object, new: object) -> bool:
    rule = row["replaces"]
    if isinstance(rule, list):
        # Changes from one value to another, such as from "dedicated" to "default".
        default = row.get("default")
        return [old or default, new or default] in rule
    was_set = old is not None
    return rule is True or (rule == "removed" and was_set and new is None) or (rule == "changed" and was_set)


def _kind(old: object, new: object) -> str:
    return "add" if old is None else "delete" if new is None else "update"


def _is_object(table: Table, path: str, *values: object) -> bool:
    """Whether these are objects with declared properties. A map, such as tags, is one value."""
    nested = any(other.startswith(f"{path}.") for other in table.rows) or not table.has_type
    return nested and all(value is None or isinstance(value, Mapping) for value in values)


def _has_objects(*values: object) -> bool:
    return any(isinstance(item, Mapping) for value in values if isinstance(value, list) for item in value)


def _inner_replaces(table: Table, old: object, new: object, path: str) -> bool:
    """Whether a list of objects gained or lost items that have a property whose change replaces."""
    if not _has_objects(old, new):
        return False
    keys = {key for value in (old, new) if isinstance(value, list) for item in value for key in _keys(item)}
    return any(table.row(f"{path}.{key}")["replaces"] is True for key in keys)


def _keys(item: object) -> set[str]:
    return set(item) if isinstance(item, Mapping) else set()


def same(old: object, new: object, row: Row) -> bool:
    """Whether two values mean the same to the provider."""
    if isinstance(old, Unknown) or isinstance(new, Unknown):
        return False
    default = row.get("default")
    if default is not None:
        old, new = default if old is None else old, default if new is None else new
    if old is None or new is None:
        # Terraform does not distinguish null from "", 0, false and empty collections.
        return not old and not new
    if row.get("format") == "json" and isinstance(old, str) and isinstance(new, str):
        return _document(old) == _document(new)
    if row.get("set") and isinstance(old, list) and isinstance(new, list):
        return sorted(map(_text, old)) == sorted(map(_text, new))
    return _text(old) == _text(new)


def _document(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=lambda unknown: f"unknown {id(unknown)}")
