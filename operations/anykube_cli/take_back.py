"""Takes back fields that somebody changed outside Anykube, for `anykube up --take-back`.

Removes the other managers of these fields from the objects' records, which changes no value:
https://kubernetes.io/docs/reference/using-api/server-side-apply/#clearing-managedfields
Then Pulumi reads the objects, and the run sets the fields without a conflict. Nothing of this is kept for later runs.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from anykube_cli.cluster_api import ClusterApi, StatusError
from anykube_cli.conflicts import option_name
from anykube_cli.live_objects import object_path, state_objects

Json = Mapping[str, Any]


class UnknownNameError(Exception):
    """The stack has no app and no object of this name. The text lacks the full stop."""


def take_back(api: ClusterApi, deployment: Json, names: Collection[str]) -> list[str]:
    """Removes the other managers of the fields of these apps and objects. Returns the URNs of their objects.

    `names`: of apps, or Pulumi names of objects. Raises UnknownNameError, UnreachableError, StatusError.
    """
    resources = {resource["urn"]: resource for resource in deployment.get("resources") or ()}
    selected = {
        item.urn: item
        for item in state_objects(deployment)
        if {option_name(item.urn, resources[item.urn].get("parent") or ""), item.urn.rpartition("::")[2]} & {*names}
    }
    known = {name for urn in selected for name in _names(urn, resources[urn])}
    if unknown := sorted({*names} - known):
        raise UnknownNameError(f"the stack has no app or object {', '.join(unknown)} to take back")
    for urn, item in selected.items():
        _clear(api, object_path(api, item), resources[urn])
    return list(selected)


def _names(urn: str, resource: Json) -> Iterator[str]:
    yield option_name(urn, resource.get("parent") or "")
    yield urn.rpartition("::")[2]


def _clear(api: ClusterApi, path: str | None, resource: Json) -> None:
    """Removes the managers of an object that hold one of Pulumi's fields, except Pulumi."""
    try:
        live = api.request("GET", path) if path else None
    except StatusError as error:
        if error.code != 404:
            raise
        live = None
    if live is None:
        return
    inputs, pulumi = resource.get("inputs") or {}, (resource.get("outputs") or {}).get("__fieldManager")
    managers = live["metadata"].get("managedFields") or []
    kept = [
        entry
        for entry in managers
        if entry["manager"] == pulumi or entry.get("subresource") == "status" or not holds(entry["fieldsV1"], inputs)
    ]
    if kept != managers:
        version = {"op": "test", "path": "/metadata/resourceVersion", "value": live["metadata"]["resourceVersion"]}
        # An empty list would be ignored. https://kubernetes.io/docs/reference/using-api/server-side-apply/
        change = {"op": "replace", "path": "/metadata/managedFields", "value": kept or [{}]}
        api.request("PATCH", path or "", body=[version, change], headers={"Content-Type": _JSON_PATCH})


_JSON_PATCH = "application/json-patch+json"


def holds(fields: Json, inputs: Any) -> bool:
    """Whether a manager's fields include a field that the inputs set.

    https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ (FieldsV1)
    """
    return any(_held(step, below, inputs) for step, below in fields.items())


def _held(step: str, below: Json, inputs: Any) -> bool:
    kind, _, key = step.partition(":")
    if kind == "f" and isinstance(inputs, Mapping) and key in inputs:
        return holds(below, inputs[key]) if below.keys() - {"."} else True
    if kind == "k" and isinstance(inputs, list):
        identity = json.loads(key)
        matching = (item for item in inputs if isinstance(item, Mapping) and identity.items() <= item.items())
        return any(holds(below, item) if below.keys() - {"."} else True for item in matching)
    return kind == "v" and isinstance(inputs, list) and json.loads(key) in inputs
