"""Completes and validates inputs, as the provider does in Check."""

import json
from collections.abc import Mapping
from typing import Any

from anykube_cli.plugin.values import Unknown

from anykube_rehearsal.cloud.plugin.checks import Failure, check_types
from anykube_rehearsal.cloud.plugin.cloud import Cloud
from anykube_rehearsal.cloud.plugin.limits import check_limits


def prepare(
    cloud: Cloud[Any],
    token: str,
    resource: str,
    seed: bytes,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    default_labels: Mapping[str, str],
) -> tuple[dict[str, object], list[Failure]]:
    """The inputs to add or replace, and everything that is invalid."""
    try:
        signature = cloud.sdk.resource(token)
    except KeyError as error:
        return {}, [Failure("", str(error.args[0]))]
    name = cloud.naming.autoname(signature, resource, seed, old, new)
    # Always present, so that the inputs in a state are never empty.
    added: dict[str, object] = {**name, "__defaults": list(name)}
    for wire, value in new.items():
        kind = signature.inputs[wire].type.kind if wire in signature.inputs else ""
        if kind == "json" and isinstance(value, Mapping) and not _has_unknown(value):
            added[wire] = json.dumps(_policy(value))
    labels, wire = cloud.labels, cloud.labels.input_of(token)
    if wire in signature.inputs and labels.all_output in signature.outputs:
        added |= _merge_labels(labels.all_output, new.get(wire), default_labels)
    values = {**new, **{key: value for key, value in added.items() if key != labels.all_output}}
    failures = check_types(signature.inputs, values)
    return added, failures or check_limits(cloud.tables.table(token), values, cloud.formats)


def _merge_labels(wire: str, labels: object, default_labels: Mapping[str, str]) -> dict[str, object]:
    """All tags or labels: the resource's override the provider's defaults."""
    if isinstance(labels, Unknown):
        return {wire: labels}
    merged = {**default_labels, **(labels if isinstance(labels, Mapping) else {})}
    return {wire: merged} if merged else {}


def _has_unknown(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(_has_unknown, value))
    return isinstance(value, Unknown)


def _policy(value: object) -> object:
    """A policy document without null values."""
    if isinstance(value, Mapping):
        return {key: _policy(item) for key, item in value.items() if item is not None}
    return [_policy(item) for item in value] if isinstance(value, list) else value
