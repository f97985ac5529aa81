"""The outputs that Azure computes, by resource type."""

import hashlib
import ipaddress
import json
from collections.abc import Callable, Mapping
from typing import Any

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.directory import DIRECTORY
from anykube_rehearsal.azure.account.lookup import find, last_segment, name, parent
from anykube_rehearsal.azure.account.names import ARM_TYPES
from anykube_rehearsal.azure.plugin.facts import (
    ASSIGNMENT,
    CREDENTIAL,
    DIAGNOSTICS,
    GROUP,
    IDENTITY,
    KEY,
    LOCK,
    MAINTENANCE,
    NAT,
    NETWORK,
    PUBLIC_IP,
    SECURITY_GROUP,
    SUBNET,
    VAULT,
    WORKSPACE,
)
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Json, Record

_VERSIONS: Mapping[str, str] = {
    "Microsoft.Resources": "2024-03-01",
    "Microsoft.Network": "2024-05-01",
    "Microsoft.ManagedIdentity": "2023-01-31",
    "Microsoft.ContainerService": "2025-09-01",
    "Microsoft.OperationalInsights": "2023-09-01",
    "Microsoft.Insights": "2021-05-01-preview",
    "Microsoft.KeyVault": "2024-11-01",
    "Microsoft.Authorization/roleAssignments": "2022-04-01",
    "Microsoft.Authorization/locks": "2020-05-01",
}
"""The API versions of azure-native 3.29."""
_DAY = "2026-11-26T09:00:00Z"
"""The creation time of all resources, so that recorded outputs do not depend on the clock."""
_ADDRESSES = ipaddress.ip_network("198.51.100.0/24")
"""TEST-NET-2: https://www.rfc-editor.org/rfc/rfc5737"""
_SYSTEM_DATA: Json = {"createdAt": _DAY, "createdByType": "Application", "lastModifiedAt": _DAY}


def outputs(account: Account, record: Record) -> Json:
    """The computed outputs of a resource."""
    kind = ARM_TYPES[record.token]
    common = {
        "name": last_segment(record.id),
        "type": kind,
        "azureApiVersion": _VERSIONS.get(kind) or _VERSIONS[kind.partition("/")[0]],
        **_location(account, record),
    }
    outputs_of_type = _OUTPUTS.get(record.token)
    return {**common, **(outputs_of_type(account, record) if outputs_of_type else {})}


def _location(account: Account, record: Record) -> Json:
    """The region: the input `location`, or the resource group's location.

    https://www.pulumi.com/registry/packages/azure-native/how-to-guides
    """
    group = record.inputs.get("resourceGroupName")
    if record.token in (GROUP, SUBNET, CREDENTIAL, MAINTENANCE, KEY) or group is None:
        return {}
    if record.inputs.get("location"):
        return {"location": str(record.inputs["location"])}
    resource_group = find(account, GROUP, record.id.partition("/providers/")[0])
    return {"location": str(resource_group.inputs.get("location"))} if resource_group else {}


def etag(record: Record) -> str:
    """An ETag that depends only on the id and the inputs."""
    return ids.guid(record.id, json.dumps(record.inputs, sort_keys=True))


def _network_outputs(**defaults: Any) -> Callable[[Account, Record], Json]:
    def compute(account: Account, record: Record) -> Json:
        del account
        state = {"provisioningState": "Succeeded", "resourceGuid": ids.guid("resource", record.id)}
        return {"etag": f'W/"{etag(record)}"', **state, **defaults}

    return compute


def _address(account: Account, record: Record) -> Json:
    index = int(hashlib.sha256(record.id.encode()).hexdigest(), 16) % (_ADDRESSES.num_addresses - 2) + 1
    version = {"publicIPAddressVersion": record.inputs.get("publicIPAddressVersion", "IPv4")}
    return {**_network_outputs()(account, record), **version, "ipAddress": str(_ADDRESSES[index])}


def _subnet(account: Account, record: Record) -> Json:
    subnet = _network_outputs(
        ipConfigurationProfiles=[],
        ipConfigurations=[],
        privateEndpoints=[],
        resourceNavigationLinks=[],
        serviceAssociationLinks=[],
        purpose="",
    )(account, record)
    del subnet["resourceGuid"]
    return subnet


def _identity(account: Account, record: Record) -> Json:
    del account, record
    return {"tenantId": DIRECTORY.tenant, "systemData": _SYSTEM_DATA}


def _system_data(account: Account, record: Record) -> Json:
    del account, record
    return {"systemData": _SYSTEM_DATA}


def _assignment(account: Account, record: Record) -> Json:
    del account, record
    return {"createdBy": "", "createdOn": _DAY, "updatedBy": "", "updatedOn": _DAY, "systemData": _SYSTEM_DATA}


def _workspace(account: Account, record: Record) -> Json:
    del account
    return {
        "customerId": ids.guid("workspace", record.id),
        "createdDate": _DAY,
        "modifiedDate": _DAY,
        "privateLinkScopedResources": [],
        "provisioningState": "Succeeded",
        "systemData": _SYSTEM_DATA,
    }


def _vault(account: Account, record: Record) -> Json:
    del account
    properties = record.inputs.get("properties") or {}
    computed = {
        "vaultUri": f"https://{name(record)}.vault.azure.net/",
        "hsmPoolResourceId": "",
        "privateEndpointConnections": [],
        "provisioningState": "Succeeded",
    }
    return {"properties": {**properties, **computed}, "systemData": _SYSTEM_DATA}


def _key(account: Account, record: Record) -> Json:
    vault = find(account, VAULT, parent(record.id, "keys"))
    uri = f"https://{name(vault) if vault else ''}.vault.azure.net/keys/{name(record)}"
    properties = {key: value for key, value in (record.inputs.get("properties") or {}).items() if key != "attributes"}
    version = ids.guid("key", record.id).replace("-", "")
    return {
        **properties,
        "attributes": {"enabled": True, "exportable": False, "recoveryLevel": "Recoverable+Purgeable"},
        "keyUri": uri,
        "keyUriWithVersion": f"{uri}/{version}",
        "location": str(vault.outputs.get("location", "")) if vault else "",
    }


_OUTPUTS: Mapping[str, Callable[[Account, Record], Json]] = {
    GROUP: lambda *_: {"properties": {"provisioningState": "Succeeded"}},
    PUBLIC_IP: _address,
    NAT: _network_outputs(subnets=[]),
    NETWORK: _network_outputs(flowLogs=[]),
    SUBNET: _subnet,
    SECURITY_GROUP: _network_outputs(defaultSecurityRules=[], flowLogs=[], networkInterfaces=[], subnets=[]),
    IDENTITY: _identity,
    CREDENTIAL: _system_data,
    ASSIGNMENT: _assignment,
    LOCK: _system_data,
    MAINTENANCE: _system_data,
    WORKSPACE: _workspace,
    DIAGNOSTICS: _system_data,
    VAULT: _vault,
    KEY: _key,
}
