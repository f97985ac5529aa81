"""Requests, judged by Google's own descriptions of its APIs: enumerations, kinds of values, formats.

They ship with google-api-python-client: https://developers.google.com/discovery/v1/reference/apis. The provider's names
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
    "Network": {
        name: f"routingConfig.{name}"
        for name in ("routingMode", "bgpAlwaysCompareMed", "bgpBestPathSelectionMode", "bgpInterRegionCost")
    },
    "Firewall": {"allows": "allowed", "denies": "denied", "enableLogging": "logConfig.enable"},
    "RouterNatSubnetworkToNat": {"sourceIpRangesToNats": "sourceIpRangesToNat"},
}
"""By schema: where the API has what the provider calls so."""

_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


@cache
def _schemas(service: str) -> Mapping[str, Any]:
    document = files("googleapiclient.discovery_cache").joinpath(f"documents/{service}.json")
    schemas: Mapping[str, Any] = json.loads(document.read_text("utf-8"))["schemas"]
    return schemas


def misfits(service: str, schema: str, values: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """A sentence for everything in the values that the schema of a service, such as `compute.v1`, does not take."""
    for wire, value in values.items():
        found = _property(service, schema, wire)
        if found is not None and value is not None:
            yield from _misfits(service, found, value, f"{path}{wire}")


def _property(service: str, schema: str, wire: str) -> Mapping[str, Any] | None:
    """The API's description of what the provider calls so; None where the API has nothing of that name."""
    place = _ELSEWHERE.get(schema, {}).get(wire, wire)
    found: Mapping[str, Any] = {"$ref": schema}
    for step in place.split("."):
        properties = _schemas(service).get(found.get("$ref", ""), {}).get("properties", {})
        if step not in properties:
            return None
        found = properties[step]
    return found


def _misfits(service: str, of: Mapping[str, Any], value: object, path: str) -> Iterator[str]:
    if "$ref" in of:
        if isinstance(value, Mapping):
            yield from misfits(service, of["$ref"], value, f"{path}.")
    elif of.get("type") == "array":
        for index, item in enumerate(value if isinstance(value, list) else []):
            yield from _misfits(service, of["items"], item, f"{path}[{index}]")
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
