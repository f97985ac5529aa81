"""Converts between inputs, the current state in the account, and the engine's state."""

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


def planned_outputs(signature: Signature, table: Table, inputs: Values) -> dict[str, object]:
    """The outputs in a preview: the inputs and their defaults. Outputs that the cloud computes are unknown."""
    return _planned(signature.outputs, signature.inputs, table, inputs, "")


def _planned(
    outputs: Mapping[str, Property], inputs: Mapping[str, Property], table: Table, values: Values, prefix: str
) -> dict[str, object]:
    planned: dict[str, object] = dict(values)
    for wire, prop in outputs.items():
        path, value = f"{prefix}{wire}", values.get(wire)
        if value is None:
            row = table.row(path)
            if row.get("computed") or wire not in inputs:
                planned[wire] = UNKNOWN
            elif row.get("default") is not None:
                planned[wire] = row["default"]
        elif prop.type.kind in ("object", "map") and isinstance(value, list):
            # An input list that is an output map: azure-native reports it as unknown.
            planned[wire] = UNKNOWN
        elif prop.type.kind == "object" and isinstance(value, Mapping) and wire in inputs:
            inner = inputs[wire].type.properties
            planned[wire] = _planned(prop.type.properties, inner, table, value, f"{path}.")
    return planned


def state_outputs(
    cloud: Cloud[A], signature: Signature, account: A, inputs: Values, current: Values
) -> dict[str, object]:
    """The outputs for the engine's state: the current values, in the input's notation if both mean the same."""
    outputs: dict[str, object] = {key: value for key, value in inputs.items() if not key.startswith("__")}
    table, maps = cloud.tables.table(signature.token), {cloud.labels.input_of(signature.token), cloud.labels.all_output}
    for wire, value in current.items():
        if wire in maps:
            outputs[wire] = value
        elif wire != LABELS and value is not None:
            outputs[wire] = _in_input_notation(table, wire, inputs.get(wire), value)
    if LABELS in current:
        outputs |= _labels(cloud.labels, signature.token, account, inputs, current[LABELS])
    return {**outputs, **cloud.common_outputs(account, signature)}


def _in_input_notation(table: Table, path: str, desired: object, current: object) -> object:
    """The current value, written like the input if both mean the same."""
    if isinstance(desired, Mapping) and isinstance(current, Mapping):
        return {
            key: _in_input_notation(table, f"{path}.{key}", desired.get(key), value) for key, value in current.items()
        }
    return desired if desired is not None and same(desired, current, table.row(path)) else current


def _labels(labels: Labels[A], token: str, account: A, inputs: Values, current: Mapping[str, str]) -> dict[str, object]:
    """The output with all tags or labels, and the input's output without the provider's defaults."""
    visible = {key: value for key, value in current.items() if not labels.is_hidden(key)}
    wire = labels.input_of(token)
    desired, default = inputs.get(wire) or {}, labels.default(account)
    resource_labels = {key: value for key, value in visible.items() if key in desired or default.get(key) != value}
    all_labels = {labels.all_output: visible} if labels.all_output else {}
    return {**all_labels, **({wire: resource_labels} if resource_labels or desired else {})}


def refreshed_inputs(cloud: Cloud[Any], signature: Signature, inputs: Values, state: Values) -> dict[str, object]:
    """The inputs that match the current state: the program's inputs with current values.

    At an import, which has no inputs: every input that differs from the provider's default.
    """
    table = cloud.tables.table(signature.token)
    if not {key for key in inputs if not key.startswith("__")}:
        return {
            wire: _only_inputs(prop, state[wire])
            for wire, prop in signature.inputs.items()
            if wire in state and (prop.required or not same(None, state[wire], table.row(wire)))
        }
    refreshed: dict[str, object] = {key: _refreshed(value, state.get(key, value)) for key, value in inputs.items()}
    for wire in filter(None, (cloud.labels.input_of(signature.token), cloud.labels.all_output)):
        if wire in state and (state[wire] or wire in inputs):
            refreshed[wire] = state[wire]
    return refreshed


def _refreshed(desired: object, current: object) -> object:
    if _matches(desired, current):
        return desired
    if isinstance(desired, Mapping) and isinstance(current, Mapping):
        return {key: _refreshed(value, current.get(key, value)) for key, value in desired.items()}
    return current


def _matches(desired: object, current: object) -> bool:
    """Whether the current value has everything in the input. The cloud may add properties and reorder lists."""
    if isinstance(desired, Mapping) and isinstance(current, Mapping):
        return all(_matches(value, current.get(key)) for key, value in desired.items())
    if isinstance(desired, list) and isinstance(current, list) and any(isinstance(item, Mapping) for item in desired):
        remaining = list(current)
        for item in desired:
            match = next((index for index, other in enumerate(remaining) if _matches(item, other)), None)
            if match is None:
                return False
            del remaining[match]
        return not remaining
    return desired == current or (not desired and not current)


def _only_inputs(prop: Property, value: object) -> object:
    """A nested object without properties that are outputs only."""
    if prop.type.kind != "object" or not isinstance(value, Mapping):
        return value
    inner = prop.type.properties
    return {key: _only_inputs(inner[key], item) for key, item in value.items() if key in inner and item is not None}
