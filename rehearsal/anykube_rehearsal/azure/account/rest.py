"""The simulated part of Azure Resource Manager's API: get and delete by id, and list by type.

https://learn.microsoft.com/en-us/rest/api/azure/
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from anykube_rehearsal.azure import ids, token
from anykube_rehearsal.azure.account import directory, identity_endpoint
from anykube_rehearsal.azure.account.names import ARM_TYPES
from anykube_rehearsal.azure.plugin.facts import GROUP, PATHS
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.api import Api, ApiRequest
from anykube_rehearsal.cloud.account.model import Json, Record, RefusedError

_ERRORS = "https://learn.microsoft.com/en-us/azure/azure-resource-manager/troubleshooting/common-deployment-errors"
_VERSIONS = "https://learn.microsoft.com/en-us/rest/api/azure/#uri-scheme"
_OUTSIDE = ("extendedLocation", "identity", "location", "managedBy", "sku", "tags", "type", "zones")
"""Fields outside of `properties`: https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/overview"""
_CODES = {
    HTTPStatus.UNAUTHORIZED: "InvalidAuthenticationToken",
    HTTPStatus.FORBIDDEN: "AuthorizationFailed",
    HTTPStatus.NOT_FOUND: "ResourceNotFound",
    HTTPStatus.TOO_MANY_REQUESTS: "TooManyRequests",
}


_GROUPS = re.compile(r"/subscriptions/[^/]+/resourcegroups", re.IGNORECASE)
"""https://learn.microsoft.com/en-us/rest/api/resources/resource-groups/list"""


def _answer(account: Account, request: ApiRequest) -> Json:
    _authorize(account, request)
    if "api-version" not in request.query:
        message = "MissingApiVersionParameter: The api-version query parameter (?api-version=) is required"
        raise RefusedError(HTTPStatus.BAD_REQUEST, message, _VERSIONS)
    path = f"/{request.path}"
    scope, _, kind = path.rpartition("/providers/")
    if request.verb == "GET" and (type_token := _listable_type(kind)):
        return {"value": [_render(record) for record in account.store.all(type_token) if ids.within(record.id, scope)]}
    if request.verb == "GET" and _GROUPS.fullmatch(path):
        return {"value": [_render(record) for record in account.store.all(GROUP)]}
    resources = (record for record in account.store.all() if record.token in ARM_TYPES)
    resource = next((record for record in resources if ids.same(record.id, path)), None)
    if resource is None:
        raise RefusedError(HTTPStatus.NOT_FOUND, f"ResourceNotFound: The resource {path} was not found", _ERRORS)
    if request.verb == "DELETE":  # at once, where Azure takes seconds
        account.delete(resource.token, resource.id)
        return {}
    return _render(resource)


def _listable_type(kind: str) -> str | None:
    """The token of a type that can be listed by scope; None for child types such as subnets."""
    tokens = {arm_type.lower(): type_token for type_token, arm_type in ARM_TYPES.items()}
    if kind.count("/") != 1:
        return None
    # Azure has types that are not simulated. A list of these is empty.
    return tokens.get(kind.lower(), kind)


def _authorize(account: Account, request: ApiRequest) -> None:
    """Only the deployer may call the API: https://learn.microsoft.com/en-us/rest/api/azure/#request-header"""
    principal = token.SIGNER.principal(account.folder, token.MANAGEMENT, request.token)
    if principal is None:
        message = "InvalidAuthenticationToken: The access token is missing or invalid"
        raise RefusedError(HTTPStatus.UNAUTHORIZED, message, _ERRORS)
    if principal != directory.object_id(directory.DEPLOYER):
        message = f"AuthorizationFailed: the client '{principal}' has no permissions"
        raise RefusedError(HTTPStatus.FORBIDDEN, message, _ERRORS)


def _render(record: Record) -> Json:
    """A resource as the API returns it. azure-native flattens the `properties` of resources and of network children."""
    internal = {*PATHS[record.token], "azureApiVersion", "systemData", "name", "eTag", "etag"}
    values = {wire: value for wire, value in {**record.inputs, **record.outputs}.items() if wire not in internal}
    outer = {wire: value for wire, value in values.items() if wire in _OUTSIDE}
    properties = values.get("properties") or {wire: value for wire, value in values.items() if wire not in _OUTSIDE}
    if ARM_TYPES[record.token].startswith("Microsoft.Network/"):
        properties = {wire: _children(value) for wire, value in properties.items()}
    header = {"id": record.id, "name": record.id.rpartition("/")[2], "type": ARM_TYPES[record.token]}
    return {**header, **outer, "properties": properties}


def _children(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    children = [item for item in value if isinstance(item, Mapping) and "name" in item]
    return [{"name": child["name"], "properties": _without_name(child)} for child in children] if children else value


def _without_name(child: Mapping[str, Any]) -> Json:
    return {wire: value for wire, value in child.items() if wire != "name"}


def _error(refused: RefusedError) -> Json:
    """https://learn.microsoft.com/en-us/rest/api/azure/#response-content"""
    status = HTTPStatus(refused.status)
    code, separator, message = str(refused).partition(": ")
    if not separator or not code.isalnum():
        code, message = _CODES.get(status, "BadRequest"), str(refused)
    return {"error": {"code": code, "message": message}}


APIS: Mapping[str, Api] = {
    "management.azure.com": Api(_answer, _error),
    identity_endpoint.HOST: identity_endpoint.IDENTITY,
}
"""The simulated APIs, by host."""
