"""The functions of pulumi_gcp that stacks call, implemented by the account."""

from collections.abc import Callable, Mapping
from typing import Any

from anykube_rehearsal.gcp.account.access import deployer
from anykube_rehearsal.gcp.account.names import NUMBER
from anykube_rehearsal.gcp.plugin.account import Account

Values = Mapping[str, Any]


def _versions(account: Account, arguments: Values) -> dict[str, Any]:
    location = str(arguments.get("location") or account.region)
    return account.client.call("engine-versions", location=location, versionPrefix=arguments.get("versionPrefix", ""))


def _project(account: Account, arguments: Values) -> dict[str, Any]:
    project = str(arguments.get("projectId") or account.project)
    return {"id": f"projects/{project}", "projectId": project, "name": project, "number": NUMBER}


def _client_config(account: Account, arguments: Values) -> dict[str, Any]:
    del arguments
    project = {"id": f"projects/{account.project}", "project": account.project}
    # A token would be a secret in the state. `anykube token` provides tokens instead.
    return {**project, "region": account.region, "zone": account.zone, "accessToken": ""}


def _user(account: Account, arguments: Values) -> dict[str, Any]:
    del arguments
    address = deployer(account.project)
    return {"email": address, "id": address}


def _zones(account: Account, arguments: Values) -> dict[str, Any]:
    region = str(arguments.get("region") or account.region)
    return {"id": f"projects/{account.project}/regions/{region}", **account.client.call("zones", region=region)}


ANSWERS: Mapping[str, Callable[[Account, Values], dict[str, Any]]] = {
    "gcp:container/getEngineVersions:getEngineVersions": _versions,
    "gcp:organizations/getProject:getProject": _project,
    "gcp:organizations/getClientConfig:getClientConfig": _client_config,
    "gcp:organizations/getClientOpenIdUserInfo:getClientOpenIdUserInfo": _user,
    "gcp:compute/getZones:getZones": _zones,
}
