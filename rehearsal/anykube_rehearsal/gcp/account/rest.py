"""Google Cloud's own APIs, as far as they are answered: lists and deletions of Compute Engine, GKE's list of clusters.

Which methods there are, where, and what an answer may have in it, is said by the discovery documents. An id of Compute
Engine is the path of the thing below `compute/v1/`: https://cloud.google.com/compute/docs/reference/rest/v1
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.api import Api, ApiRequest
from anykube_rehearsal.cloud.account.model import Json, Record, RefusedError
from anykube_rehearsal.gcp.account import names
from anykube_rehearsal.gcp.account.access import AUDIENCE, SIGNER, deployer
from anykube_rehearsal.gcp.account.tokens import CLUSTER, NETWORK, SUBNETWORK

_ERRORS = "https://cloud.google.com/apis/design/errors"
_REASONS = {
    HTTPStatus.BAD_REQUEST: "resourceInUseByAnotherResource",
    HTTPStatus.UNAUTHORIZED: "authError",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "notFound",
    HTTPStatus.TOO_MANY_REQUESTS: "rateLimitExceeded",
}
"""https://cloud.google.com/compute/docs/api/troubleshooting"""
_THING = re.compile(r"projects/[^/]+/(global|regions|zones|locations)/.+")


@dataclass(frozen=True)
class _Method:
    name: str
    """Such as `aggregatedList`."""
    path: re.Pattern[str]
    response: str
    """The schema of the answer."""


@cache
def _document(service: str) -> Mapping[str, Any]:
    document = files("googleapiclient.discovery_cache").joinpath(f"documents/{service}.json")
    read: Mapping[str, Any] = json.loads(document.read_text("utf-8"))
    return read


@cache
def _methods(service: str, verb: str) -> tuple[_Method, ...]:
    return tuple(_within(_document(service), verb))


def _within(resource: Mapping[str, Any], verb: str) -> Iterator[_Method]:
    for name, one in resource.get("methods", {}).items():
        if one["httpMethod"] == verb:
            path = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(one["flatPath"]))
            yield _Method(name, re.compile(path), one.get("response", {}).get("$ref", ""))
    for some in resource.get("resources", {}).values():
        yield from _within(some, verb)


def _compute(account: Account, asked: ApiRequest) -> Json:
    path = asked.path.removeprefix("compute/v1/")
    method = _method("compute.v1", asked.verb, path)
    _authorize(account, asked, path.split("/")[1])
    if method.name == "delete":
        return _delete(account, path)
    around, _, collection = path.rpartition("/")
    if method.name == "aggregatedList":
        return {"kind": f"compute#{method.response[0].lower()}{method.response[1:]}", **_everywhere(account, path)}
    if method.name == "list":
        return {"items": [_shown(account, one, collection) for one in _in(account, around, collection)]}
    raise RefusedError(HTTPStatus.NOT_IMPLEMENTED, f"{method.name} of {collection} is not simulated")


def _everywhere(account: Account, path: str) -> Json:
    """By where they are; of a place without any there is a warning.

    https://cloud.google.com/compute/docs/reference/rest/v1/forwardingRules/aggregatedList
    """
    project, collection = path.split("/")[1], path.rpartition("/")[2]
    items: Json = {"global": {"warning": {"code": "NO_RESULTS_ON_PAGE", "message": "There are no results."}}}
    for one in _in(account, f"projects/{project}", collection):
        scope = "/".join(one.id.split("/")[2:-2])
        items[scope] = {collection: [*items.get(scope, {}).get(collection, ()), _shown(account, one, collection)]}
    return {"items": items}


def _in(account: Account, around: str, collection: str) -> Iterator[Record]:
    for one in account.store.all():
        if one.id.startswith(f"{around}/") and one.id.split("/")[-2] == collection:
            yield one


def _delete(account: Account, path: str) -> Json:
    """At once, where Google takes seconds: https://cloud.google.com/compute/docs/api/how-tos/api-requests-responses"""
    found = next((one for one in account.store.all() if one.id == path), None)
    if found is None:
        raise RefusedError(HTTPStatus.NOT_FOUND, f"The resource '{path}' was not found", _ERRORS)
    account.delete(found.token, found.id)
    return {"kind": "compute#operation", "operationType": "delete", "status": "DONE", "progress": 100}


def _container(account: Account, asked: ApiRequest) -> Json:
    """https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters/list"""
    method = _method("container.v1", asked.verb, asked.path)
    _, _, project, _, location, *_ = asked.path.split("/")
    _authorize(account, asked, project)
    if method.response != "ListClustersResponse":
        raise RefusedError(HTTPStatus.NOT_IMPLEMENTED, f"{asked.path} is not simulated")
    there = [one for one in account.store.all(CLUSTER) if one.inputs["project"] == project]
    return {
        "clusters": [
            {
                "name": one.inputs["name"],
                "location": one.inputs["location"],
                "network": names.short(one.inputs.get("network", "default")),
                "status": "RUNNING" if one.ready else "STOPPING",
            }
            for one in there
            if location in ("-", one.inputs["location"])
        ]
    }


def _method(service: str, verb: str, path: str) -> _Method:
    found = next((one for one in _methods(service, verb) if one.path.fullmatch(path)), None)
    if found is None:
        raise RefusedError(HTTPStatus.NOT_FOUND, f"{service} has no method {verb} {path}", _ERRORS)
    return found


def _authorize(account: Account, asked: ApiRequest, project: str) -> None:
    """Only who deploys may do anything here: https://cloud.google.com/docs/authentication"""
    who = SIGNER.principal(account.folder, AUDIENCE, asked.token)
    if who is None:
        raise RefusedError(HTTPStatus.UNAUTHORIZED, "the request has no valid access token", _ERRORS)
    if who != deployer(project):
        raise RefusedError(HTTPStatus.FORBIDDEN, f"{who} may do nothing in the project {project}", _ERRORS)


def _shown(account: Account, record: Record, collection: str) -> Json:
    """A thing in the API's form: what its schema has, links as URLs."""
    schema = f"{collection[0].upper()}{collection[1:]}"
    known = _schema(_document("compute.v1")["schemas"], schema)
    values = {**record.inputs, **record.outputs, "selfLink": record.id}
    if record.token == NETWORK:
        within = [
            one.id for one in account.store.all(SUBNETWORK) if names.short(one.inputs["network"]) == _name(record)
        ]
        values["subnetworks"] = within
    return {wire: _linked(value) for wire, value in values.items() if wire in known}


def _schema(schemas: Mapping[str, Any], plural: str) -> Mapping[str, Any]:
    """The properties of what is in a collection."""
    for ending, singular in (("ies", "y"), ("sses", "ss"), ("s", "")):
        if plural.endswith(ending) and (found := schemas.get(plural.removesuffix(ending) + singular)):
            properties: Mapping[str, Any] = found["properties"]
            return properties
    return {}


def _name(record: Record) -> str:
    return str(record.get("name"))


def _linked(value: Any) -> Any:
    if isinstance(value, str) and _THING.fullmatch(value):
        return names.self_link(value)
    if isinstance(value, Mapping):
        return {key: _linked(item) for key, item in value.items()}
    return [_linked(item) for item in value] if isinstance(value, list) else value


def _error(refused: RefusedError) -> Json:
    """https://cloud.google.com/apis/design/errors"""
    status, said = HTTPStatus(refused.status), str(refused)
    reason = _REASONS.get(status, "backendError")
    return {"error": {"code": status, "message": said, "errors": [{"message": said, "reason": reason}]}}


APIS: Mapping[str, Api] = {
    "compute.googleapis.com": Api(_compute, _error),
    "container.googleapis.com": Api(_container, _error),
}
"""By host."""
