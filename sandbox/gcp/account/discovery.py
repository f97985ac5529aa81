"""Requests of GKE, judged by Google's own description of its API: enumerations, kinds of values, formats.

It ships with google-api-python-client: https://developers.google.com/discovery/v1/reference/apis. The provider's names
are the API's where both have the same, below the same object; what the provider calls something else is looked up in
`_ELSEWHERE`, and what it alone has is not judged here.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

_ELSEWHERE: Mapping[str, Mapping[str, str]] = {
    "Cluster": {
        "gatewayApiConfig": "networkConfig.gatewayApiConfig",
        "datapathProvider": "networkConfig.datapathProvider",
        "dnsConfig": "networkConfig.dnsConfig",
        "enableIntranodeVisibility": "networkConfig.enableIntraNodeVisibility",
        "enableL4IlbSubsetting": "networkConfig.enableL4ilbSubsetting",
        "inTransitEncryptionConfig": "networkConfig.inTransitEncryptionConfig",
        "privateIpv6GoogleAccess": "networkConfig.privateIpv6GoogleAccess",
        "nodeLocations": "locations",
        "minMasterVersion": "initialClusterVersion",
    },
    "NodePool": {"nodeConfig": "config", "nodeLocations": "locations", "nodeCount": "initialNodeCount"},
    "NodeConfig": {"guestAccelerators": "accelerators"},
    "AcceleratorConfig": {"count": "acceleratorCount", "type": "acceleratorType"},
    "MaintenancePolicy": {"recurringWindow": "window.recurringWindow"},
}
"""By schema: where the API has what the provider calls so."""

_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


@cache
def _schemas() -> Mapping[str, Any]:
    document = files("googleapiclient.discovery_cache").joinpath("documents/container.v1.json")
    schemas: Mapping[str, Any] = json.loads(document.read_text("utf-8"))["schemas"]
    return schemas


def misfits(schema: str, values: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """A sentence for everything in the values that the API's schema does not take."""
    for wire, value in values.items():
        found = _property(schema, wire)
        if found is not None and value is not None:
            yield from _misfits(found, value, f"{path}{wire}")


def _property(schema: str, wire: str) -> Mapping[str, Any] | None:
    """The API's description of what the provider calls so; None where the API has nothing of that name."""
    place = _ELSEWHERE.get(schema, {}).get(wire, wire)
    found: Mapping[str, Any] = {"$ref": schema}
    for step in place.split("."):
        properties = _schemas().get(found.get("$ref", ""), {}).get("properties", {})
        if step not in properties:
            return None
        found = properties[step]
    return found


def _misfits(of: Mapping[str, Any], value: object, path: str) -> Iterator[str]:
    if "$ref" in of:
        if isinstance(value, Mapping):
            yield from misfits(of["$ref"], value, f"{path}.")
    elif of.get("type") == "array":
        for index, item in enumerate(value if isinstance(value, list) else []):
            yield from _misfits(of["items"], item, f"{path}[{index}]")
    elif isinstance(value, list | Mapping):
        return  # The provider has another shape for it.
    elif "enum" in of and value not in of["enum"]:
        yield f"{path}: {value!r} is none of {', '.join(of['enum'])}, which the API has"
    elif of.get("type") in _KINDS and not _fits(of, value):
        yield f"{path}: the API takes a value of the kind {of.get('format') or of['type']}, and not {value!r}"


def _fits(of: Mapping[str, Any], value: object) -> bool:
    kind = of["type"]
    if kind == "string" and of.get("format") in ("int64", "uint64"):
        return isinstance(value, int) or (isinstance(value, str) and value.lstrip("-").isdecimal())
    if kind in ("integer", "number") and isinstance(value, bool):
        return False
    return isinstance(value, _KINDS[kind])
