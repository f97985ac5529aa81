"""The account's functions: client configuration, cluster credentials, versions, and reading resources."""

import base64
import json
from collections.abc import Mapping
from http import HTTPStatus

from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.account.catalogue import versions
from anykube_rehearsal.azure.account.clusters import kubeconfig
from anykube_rehearsal.azure.account.lookup import find
from anykube_rehearsal.azure.account.names import identifier
from anykube_rehearsal.azure.plugin.facts import CLUSTER, PATHS
from anykube_rehearsal.cloud.account.account import Account, Function
from anykube_rehearsal.cloud.account.model import Json, Record, RefusedError

_NAMES = "https://learn.microsoft.com/en-us/azure/aks/private-clusters#disable-a-public-fqdn"
_LOCAL = "https://learn.microsoft.com/en-us/azure/aks/manage-local-accounts-managed-azure-ad"


def _client_config(account: Account, arguments: Json) -> Json:
    del account, arguments
    return {
        "clientId": directory.DEPLOYER,
        "objectId": directory.object_id(directory.DEPLOYER),
        "tenantId": directory.DIRECTORY.tenant,
        "subscriptionId": directory.DIRECTORY.subscription,
    }


def _client_token(account: Account, arguments: Json) -> Json:
    """A token without a signature, with the claims by which a login is recognised.

    https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference
    """
    del arguments
    principal_id = directory.object_id(directory.DEPLOYER)
    principal = directory.find(account, principal_id)
    kind = "user" if principal and principal.kind == "User" else "app"
    claims = {"oid": principal_id, "appid": directory.DEPLOYER, "idtyp": kind, "tid": directory.DIRECTORY.tenant}
    return {"token": ".".join(_encode(part) for part in ({"alg": "none"}, claims)) + "."}


def _encode(part: Mapping[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def _cluster(account: Account, arguments: Json) -> Record:
    cluster = find(account, CLUSTER, identifier(CLUSTER)(arguments))
    if cluster is None:
        name = arguments.get("resourceName")
        raise RefusedError(HTTPStatus.NOT_FOUND, f"ResourceNotFound: there is no cluster {name}")
    return cluster


def _user_credentials(account: Account, arguments: Json) -> Json:
    cluster = _cluster(account, arguments)
    if not (cluster.inputs.get("aadProfile") or {}).get("managed"):
        return _admin_credentials(account, arguments)
    public_name = arguments.get("serverFqdn") == "public"
    if public_name and not cluster.outputs.get("fqdn"):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "BadRequest: the private cluster has no public FQDN", _NAMES)
    value = kubeconfig(account, cluster, public_name=public_name)
    return {"kubeconfigs": [{"name": "clusterUser", "value": value}]}


def _admin_credentials(account: Account, arguments: Json) -> Json:
    cluster = _cluster(account, arguments)
    if cluster.inputs.get("disableLocalAccounts"):
        message = "Getting static credential is not allowed because this cluster is set to disable local accounts"
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"BadRequest: {message}", _LOCAL)
    message = "static credentials are not simulated. Disable local accounts, and use Entra"
    raise RefusedError(HTTPStatus.NOT_IMPLEMENTED, message)


def _versions(account: Account, arguments: Json) -> Json:
    del account, arguments
    values = [
        {"version": minor, "patchVersions": {patch: {} for patch in patches}, "isDefault": minor == versions.DEFAULT}
        for minor, patches in versions.PATCHES.items()
    ]
    return {"values": values}


def _read(token: str) -> Function:
    def read(account: Account, arguments: Json) -> Json:
        resource_id = identifier(token)({**arguments, **{wire: arguments.get(wire) for wire in PATHS[token]}})
        record = find(account, token, resource_id)
        if record is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"ResourceNotFound: The resource {resource_id} was not found")
        return {**record.inputs, **record.outputs, "id": record.id}

    return read


_SERVICE = "azure-native:containerservice"
FUNCTIONS: Mapping[str, Function] = {
    "azure-native:authorization:getClientConfig": _client_config,
    "azure-native:authorization:getClientToken": _client_token,
    f"{_SERVICE}:listManagedClusterUserCredentials": _user_credentials,
    f"{_SERVICE}:listManagedClusterAdminCredentials": _admin_credentials,
    "versions": _versions,
    **{f"{token.rpartition(':')[0]}:get{token.rpartition(':')[2]}": _read(token) for token in PATHS},
}
"""Functions by the SDK's token. Each resource type has a function that reads it."""
