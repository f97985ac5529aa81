"""What Azure says of things beside what was asked for, type by type."""

import hashlib
import ipaddress
import json
from collections.abc import Callable, Mapping
from typing import Any

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.directory import HERE
from anykube_rehearsal.azure.account.lookup import find, last, name, parent
from anykube_rehearsal.azure.account.names import ARM_TYPES
from anykube_rehearsal.azure.plugin.facts import (
    ADDRESS,
    ASSIGNMENT,
    CREDENTIAL,
    DIAGNOSTICS,
    GROUP,
    IDENTITY,
    KEY,
    LOCK,
    NAT,
    NETWORK,
    SECURITY,
    SUBNET,
    VAULT,
    WINDOWS,
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
"""The versions of the API that azure-native 3.29 speaks."""
_DAY = "2026-11-26T09:00:00Z"
"""The day on which everything is made: what a rehearsal keeps does not depend on the clock."""
_ADDRESSES = ipaddress.ip_network("198.51.100.0/24")
"""TEST-NET-2: https://www.rfc-editor.org/rfc/rfc5737"""
_WRITTEN: Json = {"createdAt": _DAY, "createdByType": "Application", "lastModifiedAt": _DAY}


def outputs(account: Account, record: Record) -> Json:
    """The outputs of any type."""
    kind = ARM_TYPES[record.token]
    common = {
        "name": last(record.id),
        "type": kind,
        "azureApiVersion": _VERSIONS.get(kind) or _VERSIONS[kind.partition("/")[0]],
        **_location(account, record),
    }
    own = _OWN.get(record.token)
    return {**common, **(own(account, record) if own else {})}


def _location(account: Account, record: Record) -> Json:
    """The region: what is given, else the group's.

    https://www.pulumi.com/registry/packages/azure-native/how-to-guides: location is the group's where none is given.
    """
    group = record.inputs.get("resourceGroupName")
    if record.token in (GROUP, SUBNET, CREDENTIAL, WINDOWS, KEY) or group is None:
        return {}
    if record.inputs.get("location"):
        return {"location": str(record.inputs["location"])}
    found = find(account, GROUP, record.id.partition("/providers/")[0])
    return {"location": str(found.inputs.get("location"))} if found else {}


def etag(record: Record) -> str:
    """Changes with what was asked for."""
    return ids.guid(record.id, json.dumps(record.inputs, sort_keys=True))


def _network_thing(**more: Any) -> Callable[[Account, Record], Json]:
    def own(account: Account, record: Record) -> Json:
        del account
        state = {"provisioningState": "Succeeded", "resourceGuid": ids.guid("resource", record.id)}
        return {"etag": f'W/"{etag(record)}"', **state, **more}

    return own


def _address(account: Account, record: Record) -> Json:
    place = int(hashlib.sha256(record.id.encode()).hexdigest(), 16) % (_ADDRESSES.num_addresses - 2) + 1
    version = {"publicIPAddressVersion": record.inputs.get("publicIPAddressVersion", "IPv4")}
    return {**_network_thing()(account, record), **version, "ipAddress": str(_ADDRESSES[place])}


def _subnet(account: Account, record: Record) -> Json:
    about = _network_thing(
        ipConfigurationProfiles=[],
        ipConfigurations=[],
        privateEndpoints=[],
        resourceNavigationLinks=[],
        serviceAssociationLinks=[],
        purpose="",
    )(account, record)
    del about["resourceGuid"]
    return about


def _identity(account: Account, record: Record) -> Json:
    del account, record
    return {"tenantId": HERE.tenant, "systemData": _WRITTEN}


def _written(account: Account, record: Record) -> Json:
    del account, record
    return {"systemData": _WRITTEN}


def _assignment(account: Account, record: Record) -> Json:
    del account, record
    return {"createdBy": "", "createdOn": _DAY, "updatedBy": "", "updatedOn": _DAY, "systemData": _WRITTEN}


def _workspace(account: Account, record: Record) -> Json:
    del account
    return {
        "customerId": ids.guid("workspace", record.id),
        "createdDate": _DAY,
        "modifiedDate": _DAY,
        "privateLinkScopedResources": [],
        "provisioningState": "Succeeded",
        "systemData": _WRITTEN,
    }


def _vault(account: Account, record: Record) -> Json:
    del account
    given = record.inputs.get("properties") or {}
    made = {
        "vaultUri": f"https://{name(record)}.vault.azure.net/",
        "hsmPoolResourceId": "",
        "privateEndpointConnections": [],
        "provisioningState": "Succeeded",
    }
    return {"properties": {**given, **made}, "systemData": _WRITTEN}


def _key(account: Account, record: Record) -> Json:
    found = find(account, VAULT, parent(record.id, "keys"))
    uri = f"https://{name(found) if found else ''}.vault.azure.net/keys/{name(record)}"
    given = {key: value for key, value in (record.inputs.get("properties") or {}).items() if key != "attributes"}
    version = ids.guid("key", record.id).replace("-", "")
    return {
        **given,
        "attributes": {"enabled": True, "exportable": False, "recoveryLevel": "Recoverable+Purgeable"},
        "keyUri": uri,
        "keyUriWithVersion": f"{uri}/{version}",
        "location": str(found.outputs.get("location", "")) if found else "",
    }


_OWN: Mapping[str, Callable[[Account, Record], Json]] = {
    GROUP: lambda *_: {"properties": {"provisioningState": "Succeeded"}},
    ADDRESS: _address,
    NAT: _network_thing(subnets=[]),
    NETWORK: _network_thing(flowLogs=[]),
    SUBNET: _subnet,
    SECURITY: _network_thing(defaultSecurityRules=[], flowLogs=[], networkInterfaces=[], subnets=[]),
    IDENTITY: _identity,
    CREDENTIAL: _written,
    ASSIGNMENT: _assignment,
    LOCK: _written,
    WINDOWS: _written,
    WORKSPACE: _workspace,
    DIAGNOSTICS: _written,
    VAULT: _vault,
    KEY: _key,
}
