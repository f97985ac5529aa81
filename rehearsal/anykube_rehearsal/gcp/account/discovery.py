"""Validates requests against Google's discovery documents: enumerations, types and formats.

They ship with google-api-python-client: https://developers.google.com/discovery/v1/reference/apis. The provider names
most properties as the API does; `_API_PATHS` translates the others. Properties that only the provider has are not
validated here.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

_API_PATHS: Mapping[str, Mapping[str, str]] = {
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
"""Paths in the API of properties that the provider names differently, by schema."""

_TYPES: Mapping[str, type | tuple[type, ...]] = {
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


def schema_errors(service: str, schema: str, values: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """An error message for each value that does not match the schema of a service, such as `compute.v1`."""
    for wire, value in values.items():
        description = _property(service, schema, wire)
        if description is not None and value is not None:
            yield from _value_errors(service, description, value, f"{path}{wire}")


def _property(service: str, schema: str, wire: str) -> Mapping[str, Any] | None:
    """The API's description of one of the provider's properties; None if the API has no such property."""
    description: Mapping[str, Any] = {"$ref": schema}
    for step in _API_PATHS.get(schema, {}).get(wire, wire).split("."):
        properties = _schemas(service).get(description.get("$ref", ""), {}).get("properties", {})
        if step not in properties:
            return None
        description = properties[step]
    return description


def _value_errors(service: str, description: Mapping[str, Any], value: object, path: str) -> Iterator[str]:
    if "$ref" in description:
        if isinstance(value, Mapping):
            yield from schema_errors(service, description["$ref"], value, f"{path}.")
    elif description.get("type") == "array":
        for index, item in enumerate(value if isinstance(value, list) else []):
            yield from _value_errors(service, description["items"], item, f"{path}[{index}]")
    elif isinstance(value, list | Mapping):
        return  # The provider gives this property another shape.
    elif "enum" in description and value not in description["enum"]:
        yield f"{path}: {value!r} is not a valid value. Valid values: {', '.join(description['enum'])}"
    elif description.get("type") in _TYPES and not _has_type(description, value):
        yield f"{path}: must be of type {description.get('format') or description['type']}, but is {value!r}"


def _has_type(description: Mapping[str, Any], value: object) -> bool:
    name = description["type"]
    if name == "string" and description.get("format") in ("int64", "uint64"):
        return isinstance(value, int) or (isinstance(value, str) and value.lstrip("-").isdecimal())
    if name in ("integer", "number") and isinstance(value, bool):
        return False
    return isinstance(value, _TYPES[name])
