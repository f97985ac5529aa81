"""Between what was asked for, what was found, and what the engine keeps."""

from collections.abc import Mapping
from typing import Any, TypeVar

from anykube_cli.plugin.values import UNKNOWN

from anykube_rehearsal.cloud.plugin.cloud import Cloud, Labels
from anykube_rehearsal.cloud.plugin.diff import same
from anykube_rehearsal.cloud.plugin.kind import LABELS
from anykube_rehearsal.cloud.plugin.sdk import Property, Signature
from anykube_rehearsal.cloud.plugin.table import Table

Values = Mapping[str, Any]
A = TypeVar("A")


def planned(signature: Signature, table: Table, inputs: Values) -> dict[str, object]:
    """The outputs that a preview can tell: what is given, and unknown what the cloud will say."""
    return _planned(signature.outputs, signature.inputs, table, inputs, "")


def _planned(
    outputs: Mapping[str, Property], inputs: Mapping[str, Property], table: Table, given: Values, above: str
) -> dict[str, object]:
    made: dict[str, object] = dict(given)
    for wire, prop in outputs.items():
        path, value = f"{above}{wire}", given.get(wire)
        if value is None:
            row = table.row(path)
            if row.get("computed") or wire not in inputs:
                made[wire] = UNKNOWN
            elif row.get("default") is not None:
                made[wire] = row["default"]
        elif prop.type.kind in ("object", "map") and isinstance(value, list):
            # Asked for as a list, told as a map: azure-native says then that it does not know.
            made[wire] = UNKNOWN
        elif prop.type.kind == "object" and isinstance(value, Mapping) and wire in inputs:
            inner = inputs[wire].type.properties
            made[wire] = _planned(prop.type.properties, inner, table, value, f"{path}.")
    return made


def outputs(cloud: Cloud[A], signature: Signature, account: A, inputs: Values, found: Values) -> dict[str, object]:
    """What the engine keeps: what was found, in the words of the inputs where that means the same."""
    made: dict[str, object] = {key: value for key, value in inputs.items() if not key.startswith("__")}
    table, maps = cloud.tables.table(signature.token), {cloud.labels.of(signature.token), cloud.labels.all}
    for wire, value in found.items():
        if wire in maps:
            made[wire] = value
        elif wire != LABELS and value is not None:
            made[wire] = _worded(table, wire, inputs.get(wire), value)
    if LABELS in found:
        made |= _labels(cloud.labels, signature.token, account, inputs, found[LABELS])
    return {**made, **cloud.always(account, signature)}


def _worded(table: Table, path: str, given: object, found: object) -> object:
    """What was found; where the inputs say the same in other words, in theirs."""
    if isinstance(given, Mapping) and isinstance(found, Mapping):
        return {key: _worded(table, f"{path}.{key}", given.get(key), value) for key, value in found.items()}
    return given if given is not None and same(given, found, table.row(path)) else found


def _labels(labels: Labels[A], token: str, account: A, inputs: Values, found: Mapping[str, str]) -> dict[str, object]:
    """All tags or labels, and those that are not the provider's own."""
    everything = {key: value for key, value in found.items() if not labels.hidden(key)}
    wire = labels.of(token)
    given, default = inputs.get(wire) or {}, labels.default(account)
    own = {key: value for key, value in everything.items() if key in given or default.get(key) != value}
    shown = {labels.all: everything} if labels.all else {}
    return {**shown, **({wire: own} if own or given else {})}


def refreshed(cloud: Cloud[Any], signature: Signature, inputs: Values, state: Values) -> dict[str, object]:
    """The inputs as they would have to be for things to be as they are: what was given, with the values of now.

    Of an import, where nothing was given: every input that is not what the provider would say by itself.
    """
    table = cloud.tables.table(signature.token)
    if not {key for key in inputs if not key.startswith("__")}:
        return {
            wire: _given_shape(prop, state[wire])
            for wire, prop in signature.inputs.items()
            if wire in state and (prop.required or not same(None, state[wire], table.row(wire)))
        }
    now: dict[str, object] = {key: _refreshed(value, state.get(key, value)) for key, value in inputs.items()}
    for wire in filter(None, (cloud.labels.of(signature.token), cloud.labels.all)):
        if wire in state and (state[wire] or wire in inputs):
            now[wire] = state[wire]
    return now


def _refreshed(given: object, now: object) -> object:
    if _agrees(given, now):
        return given
    if isinstance(given, Mapping) and isinstance(now, Mapping):
        return {key: _refreshed(value, now.get(key, value)) for key, value in given.items()}
    return now


def _agrees(given: object, now: object) -> bool:
    """Whether all that was given is still so; a cloud says more of a thing than was asked for, and in its own order."""
    if isinstance(given, Mapping) and isinstance(now, Mapping):
        return all(_agrees(value, now.get(key)) for key, value in given.items())
    if isinstance(given, list) and isinstance(now, list) and any(isinstance(item, Mapping) for item in given):
        left = list(now)
        for item in given:
            match = next((index for index, other in enumerate(left) if _agrees(item, other)), None)
            if match is None:
                return False
            del left[match]
        return not left
    return given == now or (not given and not now)


def _given_shape(prop: Property, value: object) -> object:
    """A nested object without what only the provider says of it."""
    if prop.type.kind != "object" or not isinstance(value, Mapping):
        return value
    inner = prop.type.properties
    return {key: _given_shape(inner[key], item) for key, item in value.items() if key in inner and item is not None}
