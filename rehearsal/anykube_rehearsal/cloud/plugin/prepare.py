"""What the provider adds to inputs, and what it says of them, before anything is made."""

import json
from collections.abc import Mapping
from typing import Any

from anykube_cli.plugin.values import Unknown

from anykube_rehearsal.cloud.plugin.checks import Failure, shape
from anykube_rehearsal.cloud.plugin.cloud import Cloud
from anykube_rehearsal.cloud.plugin.limits import limits


def prepare(
    cloud: Cloud[Any],
    token: str,
    resource: str,
    seed: bytes,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    default_labels: Mapping[str, str],
) -> tuple[dict[str, object], list[Failure]]:
    """The inputs to add or replace, and everything that is wrong."""
    try:
        signature = cloud.sdk.resource(token)
    except KeyError as error:
        return {}, [Failure("", str(error.args[0]))]
    named = cloud.naming.autoname(signature, resource, seed, old, new)
    # Always there, so that inputs that are in a state are never empty.
    added: dict[str, object] = {**named, "__defaults": list(named)}
    for wire, value in new.items():
        kind = signature.inputs[wire].type.kind if wire in signature.inputs else ""
        if kind == "json" and isinstance(value, Mapping) and not _unknown(value):
            added[wire] = json.dumps(_policy(value))
    labels, own = cloud.labels, cloud.labels.of(token)
    if own in signature.inputs and labels.all in signature.outputs:
        added |= _all(labels.all, new.get(own), default_labels)
    values = {**new, **{key: value for key, value in added.items() if key != labels.all}}
    wrong = shape(signature.inputs, values)
    return added, wrong or limits(cloud.tables.table(token), values, cloud.formats)


def _all(wire: str, given: object, default_labels: Mapping[str, str]) -> dict[str, object]:
    """All tags or labels together: the program's win over the provider's own."""
    if isinstance(given, Unknown):
        return {wire: given}
    everything = {**default_labels, **(given if isinstance(given, Mapping) else {})}
    return {wire: everything} if everything else {}


def _unknown(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_unknown, value.values()))
    if isinstance(value, list):
        return any(map(_unknown, value))
    return isinstance(value, Unknown)


def _policy(value: object) -> object:
    """A policy document without what it leaves open."""
    if isinstance(value, Mapping):
        return {key: _policy(item) for key, item in value.items() if item is not None}
    return [_policy(item) for item in value] if isinstance(value, list) else value
