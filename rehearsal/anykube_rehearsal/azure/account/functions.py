"""What the account answers beside its resources: who calls, credentials, versions."""

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

_LOCAL = "https://learn.microsoft.com/en-us/azure/aks/manage-local-accounts-managed-azure-ad"


def _client_config(account: Account, asked: Json) -> Json:
    del account, asked
    who = directory.DEPLOYER
    known = {"tenantId": directory.HERE.tenant, "subscriptionId": directory.HERE.subscription}
    return {"clientId": who, "objectId": directory.object_id(who), **known}


def _cluster(account: Account, asked: Json) -> Record:
    found = find(account, CLUSTER, identifier(CLUSTER)(asked))
    if found is None:
        raise RefusedError(HTTPStatus.NOT_FOUND, f"ResourceNotFound: there is no cluster {asked.get('resourceName')}")
    return found


def _user_credentials(account: Account, asked: Json) -> Json:
    cluster = _cluster(account, asked)
    if not (cluster.inputs.get("aadProfile") or {}).get("managed"):
        return _admin_credentials(account, asked)
    return {"kubeconfigs": [{"name": "clusterUser", "value": kubeconfig(account, cluster)}]}


def _admin_credentials(account: Account, asked: Json) -> Json:
    cluster = _cluster(account, asked)
    if cluster.inputs.get("disableLocalAccounts"):
        said = "Getting static credential is not allowed because this cluster is set to disable local accounts"
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"BadRequest: {said}", _LOCAL)
    said = "static credentials are not simulated: a rehearsal has no local accounts"
    raise RefusedError(HTTPStatus.NOT_IMPLEMENTED, said)


def _versions(account: Account, asked: Json) -> Json:
    del account, asked
    offered = [
        {"version": minor, "patchVersions": {patch: {} for patch in patches}, "isDefault": minor == versions.DEFAULT}
        for minor, patches in versions.PATCHES.items()
    ]
    return {"values": offered}


def _read(token: str) -> Function:
    def answer(account: Account, asked: Json) -> Json:
        wanted = identifier(token)({**asked, **{wire: asked.get(wire) for wire in PATHS[token]}})
        found = find(account, token, wanted)
        if found is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"ResourceNotFound: The resource {wanted} was not found")
        return {**found.inputs, **found.outputs, "id": found.id}

    return answer


_SERVICE = "azure-native:containerservice"
FUNCTIONS: Mapping[str, Function] = {
    "azure-native:authorization:getClientConfig": _client_config,
    f"{_SERVICE}:listManagedClusterUserCredentials": _user_credentials,
    f"{_SERVICE}:listManagedClusterAdminCredentials": _admin_credentials,
    "versions": _versions,
    **{f"{token.rpartition(':')[0]}:get{token.rpartition(':')[2]}": _read(token) for token in PATHS},
}
"""By the token of the SDK's function; each resource type has one that reads."""
