"""The functions of pulumi_gcp that stacks use, answered by the account."""

from collections.abc import Callable, Mapping
from typing import Any

from anykube_rehearsal.gcp.account.access import deployer
from anykube_rehearsal.gcp.account.names import NUMBER
from anykube_rehearsal.gcp.plugin.account import Account

Values = Mapping[str, Any]


def _versions(account: Account, given: Values) -> dict[str, Any]:
    location = str(given.get("location") or account.region)
    return account.client.call("engine-versions", location=location, versionPrefix=given.get("versionPrefix", ""))


def _project(account: Account, given: Values) -> dict[str, Any]:
    project = str(given.get("projectId") or account.project)
    return {"id": f"projects/{project}", "projectId": project, "name": project, "number": NUMBER}


def _client_config(account: Account, given: Values) -> dict[str, Any]:
    del given
    about = {"id": f"projects/{account.project}", "project": account.project}
    # A token would be a secret in the state: who wants one asks gke-gcloud-auth-plugin.
    return {**about, "region": account.region, "zone": account.zone, "accessToken": ""}


def _user(account: Account, given: Values) -> dict[str, Any]:
    del given
    address = deployer(account.project)
    return {"email": address, "id": address}


def _zones(account: Account, given: Values) -> dict[str, Any]:
    region = str(given.get("region") or account.region)
    return {"id": f"projects/{account.project}/regions/{region}", **account.client.call("zones", region=region)}


ANSWERS: Mapping[str, Callable[[Account, Values], dict[str, Any]]] = {
    "gcp:container/getEngineVersions:getEngineVersions": _versions,
    "gcp:organizations/getProject:getProject": _project,
    "gcp:organizations/getClientConfig:getClientConfig": _client_config,
    "gcp:organizations/getClientOpenIdUserInfo:getClientOpenIdUserInfo": _user,
    "gcp:compute/getZones:getZones": _zones,
}
