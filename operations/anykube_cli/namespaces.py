"""Removes namespaces that no stack uses any more, if Anykube made them and they are empty."""

import time
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

from anykube._ownership import used_by
from anykube._workloads.metadata import MANAGED_BY

from anykube_cli.cluster_api import ClusterApi, StatusError
from anykube_cli.live_objects import LiveObject, ObjectKey

_NAMESPACES = "/api/v1/namespaces"
_JSON_PATCH = {"Content-Type": "application/json-patch+json"}
_METADATA = {"Accept": "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"}
_DISCOVERY = {"Accept": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"}
"""https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery"""
_OF_KUBERNETES = {
    ("ServiceAccount", "default"),
    ("ConfigMap", "kube-root-ca.crt"),
    # Controllers of common distributions put these into every namespace.
    ("ConfigMap", "istio-ca-root-cert"),
    ("ConfigMap", "openshift-service-ca.crt"),
    ("ServiceAccount", "builder"),
    ("ServiceAccount", "deployer"),
}
_TRANSIENT = ("Event", "Endpoints", "EndpointSlice", "Lease", "PodMetrics", "LocalSubjectAccessReview")
"""Kinds that Kubernetes writes and removes itself."""
_SECONDS = 60.0
"""Time for pods and other objects that are being deleted to go."""
_SHOWN = 3


def leave(api: ClusterApi, owner: str, kept: Collection[str]) -> Iterator[str]:
    """Ends the use of all namespaces by a stack except those `kept`. Yields what it did, and why namespaces stay.

    Raises UnreachableError, StatusError.
    """
    for namespace in _used(api, owner):
        if namespace.key.name not in kept:
            yield from _leave(api, namespace, owner)


def _used(api: ClusterApi, owner: str) -> list[LiveObject]:
    response = api.request("GET", _NAMESPACES, headers=_METADATA)
    items = [
        LiveObject(ObjectKey("", "Namespace", "", item["metadata"]["name"]), item["metadata"])
        for item in response["items"]
    ]
    return [item for item in items if owner in item.users and "deletionTimestamp" not in item.metadata]


def _leave(api: ClusterApi, namespace: LiveObject, owner: str) -> Iterator[str]:
    name = namespace.key.name
    policies = f"/apis/networking.k8s.io/v1/namespaces/{name}/networkpolicies"
    shared = [item for item in _items(api, policies, "NetworkPolicy") if owner in item.users]
    if others := sorted(namespace.users - {owner}):
        for item in shared:
            _remove_user(api, f"{policies}/{item.key.name}", item, owner)
        _remove_user(api, f"{_NAMESPACES}/{name}", namespace, owner)
        yield f"The namespace {name} stays: {', '.join(others)} uses it."
        return
    remaining = _remaining(api, name)
    others_made = [item for item in remaining if item.key.kind != "NetworkPolicy" or owner not in item.users]
    by_anykube = MANAGED_BY.items() <= (namespace.metadata.get("labels") or {}).items()
    if others_made or not by_anykube:
        for item in shared:
            api.request("DELETE", f"{policies}/{item.key.name}", body=_same(item))
        _remove_user(api, f"{_NAMESPACES}/{name}", namespace, owner)
        listed = ", ".join(str(item.key) for item in others_made[:_SHOWN])
        more = f" and {len(others_made) - _SHOWN} more" if len(others_made) > _SHOWN else ""
        reason = f"it still has {listed}{more}" if others_made else "Anykube did not create it"
        yield f"The namespace {name} stays: {reason}."
        return
    # If a stack has begun to use the namespace since, its resourceVersion is another, and it stays.
    try:
        api.request("DELETE", f"{_NAMESPACES}/{name}", body=_same(namespace))
    except StatusError as error:
        if error.code not in (HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND):
            raise
        yield f"The namespace {name} stays: it has changed in the meantime."
        return
    _wait_until_deleted(api, f"{_NAMESPACES}/{name}")
    yield f"Deleted the namespace {name}: it was empty."


def _same(item: LiveObject) -> dict[str, Any]:
    """Options that delete an object only if it is unchanged."""
    preconditions = {"uid": item.uid, "resourceVersion": item.metadata["resourceVersion"]}
    return {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": preconditions}


def _remove_user(api: ClusterApi, path: str, item: LiveObject, owner: str) -> None:
    """Removes the annotation of a stack, and its ownership of fields: otherwise others could not change them."""
    key = used_by(owner)
    entries = item.metadata.get("managedFields") or []
    kept = [entry for entry in entries if f"f:{key}" not in _annotations(entry)]
    patch = [
        {"op": "test", "path": "/metadata/resourceVersion", "value": item.metadata["resourceVersion"]},
        {"op": "remove", "path": f"/metadata/annotations/{key.replace('~', '~0').replace('/', '~1')}"},
    ]
    if kept:  # an empty list would not remove the entries
        patch.append({"op": "replace", "path": "/metadata/managedFields", "value": kept})
    api.request("PATCH", path, body=patch, headers=_JSON_PATCH)


def _annotations(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = entry.get("fieldsV1") or {}
    annotations: Mapping[str, Any] = fields.get("f:metadata", {}).get("f:annotations", {})
    return annotations


def _remaining(api: ClusterApi, namespace: str) -> list[LiveObject]:
    """What is in a namespace, apart from what Kubernetes puts there. Waits for objects that are being deleted."""
    deadline = time.monotonic() + _SECONDS
    while True:
        items = _contents(api, namespace)
        if not any(map(_is_going, items)) or time.monotonic() > deadline:
            return items
        time.sleep(0.5)


def _is_going(item: LiveObject) -> bool:
    return "deletionTimestamp" in item.metadata or bool(item.metadata.get("ownerReferences"))


def _contents(api: ClusterApi, namespace: str) -> list[LiveObject]:
    paths = {(kind, path): None for path, kind in _listable(api, namespace)}
    with ThreadPoolExecutor() as threads:
        listings = threads.map(lambda pair: _items(api, pair[1], pair[0]), paths)
        items = {(item.key.kind, item.key.name): item for listing in listings for item in listing}
    return [item for key, item in sorted(items.items()) if key not in _OF_KUBERNETES]


def _listable(api: ClusterApi, namespace: str) -> Iterator[tuple[str, str]]:
    """The path and kind of each kind of object that a namespace can have."""
    for root in ("/api", "/apis"):
        for group in api.request("GET", root, headers=_DISCOVERY)["items"]:
            name = group["metadata"].get("name", "")
            seen = set[str]()
            for version in group["versions"]:
                base = f"/apis/{name}/{version['version']}" if name else f"/api/{version['version']}"
                for resource in version["resources"]:
                    kind = resource["responseKind"]["kind"]
                    listable = resource["scope"] == "Namespaced" and "list" in resource["verbs"]
                    if listable and kind not in (*_TRANSIENT, *seen):
                        yield f"{base}/namespaces/{namespace}/{resource['resource']}", kind
                    seen.add(kind)


def _items(api: ClusterApi, path: str, kind: str) -> list[LiveObject]:
    try:
        response = api.request("GET", path, headers=_METADATA)
    except StatusError as error:
        if error.code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
            return []
        raise
    metadata = [item["metadata"] for item in response.get("items") or ()]
    return [LiveObject(ObjectKey("", kind, item.get("namespace", ""), item["name"]), item) for item in metadata]


def _wait_until_deleted(api: ClusterApi, path: str) -> None:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        try:
            api.request("GET", path)
        except StatusError as error:
            if error.code == HTTPStatus.NOT_FOUND:
                return
            raise
        time.sleep(0.2)
