"""The simulated parts of Google Cloud's REST APIs: Compute Engine's `list`, `get` and `delete`, GKE's `clusters.list`.

Methods, paths and response schemas come from the discovery documents. The id of a Compute Engine resource is its path
below `compute/v1/`: https://cloud.google.com/compute/docs/reference/rest/v1
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
from anykube_rehearsal.gcp.account import names, oauth
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
_RESOURCE_ID = re.compile(r"projects/[^/]+/(global|regions|zones|locations)/.+")


@dataclass(frozen=True)
class _Method:
    name: str
    """Such as `aggregatedList`."""
    path: re.Pattern[str]
    response: str
    """The schema of the response."""


@cache
def _document(service: str) -> Mapping[str, Any]:
    file = files("googleapiclient.discovery_cache").joinpath(f"documents/{service}.json")
    document: Mapping[str, Any] = json.loads(file.read_text("utf-8"))
    return document


@cache
def _methods(service: str, verb: str) -> tuple[_Method, ...]:
    return tuple(_methods_of(_document(service), verb))


def _methods_of(resource: Mapping[str, Any], verb: str) -> Iterator[_Method]:
    for name, method in resource.get("methods", {}).items():
        if method["httpMethod"] == verb:
            path = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(method["flatPath"]))
            yield _Method(name, re.compile(path), method.get("response", {}).get("$ref", ""))
    for child in resource.get("resources", {}).values():
        yield from _methods_of(child, verb)


def _compute(account: Account, request: ApiRequest) -> Json:
    path = request.path.removeprefix("compute/v1/")
    method = _method("compute.v1", request.verb, path)
    _authorize(account, request, path.split("/")[1])
    if method.name == "delete":
        return _delete(account, path)
    if method.name == "get":
        return _get(account, path)
    parent, _, collection = path.rpartition("/")
    if method.name == "aggregatedList":
        return {"kind": f"compute#{method.response[0].lower()}{method.response[1:]}", **_aggregated(account, path)}
    if method.name == "list":
        records = _in_collection(account, parent, collection)
        return {"items": [_render(account, record, collection) for record in records]}
    raise RefusedError(HTTPStatus.NOT_IMPLEMENTED, f"{method.name} of {collection} is not simulated")


def _aggregated(account: Account, path: str) -> Json:
    """The resources by scope. A scope without resources has a warning.

    https://cloud.google.com/compute/docs/reference/rest/v1/forwardingRules/aggregatedList
    """
    project, collection = path.split("/")[1], path.rpartition("/")[2]
    items: Json = {"global": {"warning": {"code": "NO_RESULTS_ON_PAGE", "message": "There are no results."}}}
    for record in _in_collection(account, f"projects/{project}", collection):
        scope = "/".join(record.id.split("/")[2:-2])
        items[scope] = {collection: [*items.get(scope, {}).get(collection, ()), _render(account, record, collection)]}
    return {"items": items}


def _in_collection(account: Account, parent: str, collection: str) -> Iterator[Record]:
    for record in account.store.all():
        if record.id.startswith(f"{parent}/") and record.id.split("/")[-2] == collection:
            yield record


def _get(account: Account, path: str) -> Json:
    return _render(account, _find(account, path), path.split("/")[-2])


def _find(account: Account, path: str) -> Record:
    record = next((record for record in account.store.all() if record.id == path), None)
    if record is None:
        raise RefusedError(HTTPStatus.NOT_FOUND, f"The resource '{path}' was not found", _ERRORS)
    return record


def _delete(account: Account, path: str) -> Json:
    """Deletes at once, where Google takes seconds.

    https://cloud.google.com/compute/docs/api/how-tos/api-requests-responses
    """
    record = _find(account, path)
    account.delete(record.token, record.id)
    return {"kind": "compute#operation", "operationType": "delete", "status": "DONE", "progress": 100}


def _container(account: Account, request: ApiRequest) -> Json:
    """https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters/list"""
    method = _method("container.v1", request.verb, request.path)
    _, _, project, _, location, *_ = request.path.split("/")
    _authorize(account, request, project)
    if method.response != "ListClustersResponse":
        raise RefusedError(HTTPStatus.NOT_IMPLEMENTED, f"{request.path} is not simulated")
    clusters = [cluster for cluster in account.store.all(CLUSTER) if cluster.inputs["project"] == project]
    return {
        "clusters": [
            {
                "id": names.cluster_id(cluster),
                "name": cluster.inputs["name"],
                "location": cluster.inputs["location"],
                "network": names.short(cluster.inputs.get("network", "default")),
                "status": "RUNNING" if cluster.ready else "STOPPING",
            }
            for cluster in clusters
            if location in ("-", cluster.inputs["location"])
        ]
    }


def _method(service: str, verb: str, path: str) -> _Method:
    for method in _methods(service, verb):
        if method.path.fullmatch(path):
            return method
    raise RefusedError(HTTPStatus.NOT_FOUND, f"{service} has no method {verb} {path}", _ERRORS)


def _authorize(account: Account, request: ApiRequest, project: str) -> None:
    """Only the deployer may call these APIs: https://cloud.google.com/docs/authentication"""
    principal = SIGNER.principal(account.folder, AUDIENCE, request.token)
    if principal is None:
        raise RefusedError(HTTPStatus.UNAUTHORIZED, "the request has no valid access token", _ERRORS)
    if principal != deployer(project):
        raise RefusedError(HTTPStatus.FORBIDDEN, f"{principal} has no permissions in project {project}", _ERRORS)


def _render(account: Account, record: Record, collection: str) -> Json:
    """A resource as the API returns it: only properties of its schema, references as URLs."""
    schema = f"{collection[0].upper()}{collection[1:]}"
    properties = _schema(_document("compute.v1")["schemas"], schema)
    values = {**record.inputs, **record.outputs, "selfLink": record.id}
    if record.token == NETWORK:
        values["subnetworks"] = [
            subnetwork.id
            for subnetwork in account.store.all(SUBNETWORK)
            if names.short(subnetwork.inputs["network"]) == _name(record)
        ]
    return {wire: _with_links(value) for wire, value in values.items() if wire in properties}


def _schema(schemas: Mapping[str, Any], plural: str) -> Mapping[str, Any]:
    """The properties of the resources in a collection."""
    for ending, singular in (("ies", "y"), ("sses", "ss"), ("s", "")):
        if plural.endswith(ending) and (schema := schemas.get(plural.removesuffix(ending) + singular)):
            properties: Mapping[str, Any] = schema["properties"]
            return properties
    return {}


def _name(record: Record) -> str:
    return str(record.get("name"))


def _with_links(value: Any) -> Any:
    if isinstance(value, str) and _RESOURCE_ID.fullmatch(value):
        return names.self_link(value)
    if isinstance(value, Mapping):
        return {key: _with_links(item) for key, item in value.items()}
    return [_with_links(item) for item in value] if isinstance(value, list) else value


def _error(refused: RefusedError) -> Json:
    """https://cloud.google.com/apis/design/errors"""
    status, message = HTTPStatus(refused.status), str(refused)
    reason = _REASONS.get(status, "backendError")
    return {"error": {"code": status, "message": message, "errors": [{"message": message, "reason": reason}]}}


APIS: Mapping[str, Api] = {
    "compute.googleapis.com": Api(_compute, _error),
    "container.googleapis.com": Api(_container, _error),
    oauth.HOST: oauth.OAUTH,
}
"""The simulated APIs, by host."""
