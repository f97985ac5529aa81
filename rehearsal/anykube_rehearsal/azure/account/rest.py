"""Azure Resource Manager, as far as it is answered: what is read and removed by id, and lists of a type.

https://learn.microsoft.com/en-us/rest/api/azure/
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from anykube_rehearsal.azure import ids, token
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.account.names import ARM_TYPES
from anykube_rehearsal.azure.plugin.facts import PATHS
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.api import Api, ApiRequest
from anykube_rehearsal.cloud.account.model import Json, Record, RefusedError

_ERRORS = "https://learn.microsoft.com/en-us/azure/azure-resource-manager/troubleshooting/common-deployment-errors"
_VERSIONS = "https://learn.microsoft.com/en-us/rest/api/azure/#uri-scheme"
_OUTSIDE = ("extendedLocation", "identity", "location", "managedBy", "sku", "tags", "type", "zones")
"""What stands beside `properties`: https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/overview"""
_CODES = {
    HTTPStatus.UNAUTHORIZED: "InvalidAuthenticationToken",
    HTTPStatus.FORBIDDEN: "AuthorizationFailed",
    HTTPStatus.NOT_FOUND: "ResourceNotFound",
    HTTPStatus.TOO_MANY_REQUESTS: "TooManyRequests",
}


def _answer(account: Account, asked: ApiRequest) -> Json:
    _authorize(account, asked)
    if "api-version" not in asked.query:
        said = "MissingApiVersionParameter: The api-version query parameter (?api-version=) is required"
        raise RefusedError(HTTPStatus.BAD_REQUEST, said, _VERSIONS)
    path = f"/{asked.path}"
    scope, _, kind = path.rpartition("/providers/")
    if asked.verb == "GET" and (of := _type(kind)):
        return {"value": [_shown(one) for one in account.store.all(of) if ids.within(one.id, scope)]}
    found = next((one for one in account.store.all() if ids.same(one.id, path) and one.token in ARM_TYPES), None)
    if found is None:
        raise RefusedError(HTTPStatus.NOT_FOUND, f"ResourceNotFound: The resource {path} was not found", _ERRORS)
    if asked.verb == "DELETE":  # at once, where Azure takes seconds
        account.delete(found.token, found.id)
        return {}
    return _shown(found)


def _type(kind: str) -> str | None:
    """The token of a type of which there is a list. A part of something, such as a subnet, is listed elsewhere."""
    known = {of.lower(): token_ for token_, of in ARM_TYPES.items()}
    if kind.count("/") != 1:
        return None
    # A type that is not made here is in the real subscription too, and there is nothing of it.
    return known.get(kind.lower(), kind)


def _authorize(account: Account, asked: ApiRequest) -> None:
    """Only who deploys may do anything here: https://learn.microsoft.com/en-us/rest/api/azure/#request-header"""
    who = token.SIGNER.principal(account.folder, token.MANAGEMENT, asked.token)
    if who is None:
        said = "InvalidAuthenticationToken: The access token is missing or invalid"
        raise RefusedError(HTTPStatus.UNAUTHORIZED, said, _ERRORS)
    if who != directory.object_id(directory.DEPLOYER):
        raise RefusedError(HTTPStatus.FORBIDDEN, f"AuthorizationFailed: the client '{who}' may do nothing", _ERRORS)


def _shown(record: Record) -> Json:
    """In the API's form: azure-native has no `properties`, neither of a thing nor of a network's parts."""
    values = {wire: value for wire, value in {**record.inputs, **record.outputs}.items() if wire not in _ours(record)}
    outside = {wire: value for wire, value in values.items() if wire in _OUTSIDE}
    inside = values.get("properties") or {wire: value for wire, value in values.items() if wire not in _OUTSIDE}
    if ARM_TYPES[record.token].startswith("Microsoft.Network/"):
        inside = {wire: _parts(value) for wire, value in inside.items()}
    named = {"id": record.id, "name": record.id.rpartition("/")[2], "type": ARM_TYPES[record.token]}
    return {**named, **outside, "properties": inside}


def _ours(record: Record) -> set[str]:
    return {*PATHS[record.token], "azureApiVersion", "systemData", "name", "eTag", "etag"}


def _parts(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    named = [one for one in value if isinstance(one, Mapping) and "name" in one]
    return [{"name": one["name"], "properties": _without_name(one)} for one in named] if named else value


def _without_name(part: Mapping[str, Any]) -> Json:
    return {wire: value for wire, value in part.items() if wire != "name"}


def _error(refused: RefusedError) -> Json:
    """https://learn.microsoft.com/en-us/rest/api/azure/#response-content"""
    status = HTTPStatus(refused.status)
    code, mark, said = str(refused).partition(": ")
    if not mark or not code.isalnum():
        code, said = _CODES.get(status, "BadRequest"), str(refused)
    return {"error": {"code": code, "message": said}}


APIS: Mapping[str, Api] = {"management.azure.com": Api(_answer, _error)}
"""By host."""
