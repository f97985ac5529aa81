"""Removes namespaces that no stack uses any more, if Anykube made them and they are empty."""

import time
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from itertools import chain
from typing import Any

from anykube._ownership import used_by
from anykube._workloads.metadata import MANAGED_BY
from anykube._workloads.network import SHARED_POLICY

from anykube_cli.cluster_api import ClusterApi, StatusError
from anykube_cli.live_objects import LiveObject, ObjectKey

_NAMESPACES = "/api/v1/namespaces"
_POLICIES = "/apis/networking.k8s.io/v1/{}networkpolicies"
_MAX_NAMESPACES = 4
"""For more namespaces, objects of a kind are listed in all namespaces at once."""
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


def leave(api: ClusterApi, owner: str, kept: Collection[str], former: Collection[str]) -> Iterator[str]:
    """Ends the use of all namespaces by a stack except those `kept`. Yields what it did, and why namespaces stay.

    `former`: namespaces that the stack had before the run, which have no annotations if an older version deployed them.
    Raises UnreachableError, StatusError.
    """
    namespaces = [item for item in _used(api, owner, former) if item.key.name not in kept]
    if not namespaces:
        return
    policies = _by_namespace(_items(api, _POLICIES, namespaces, "NetworkPolicy"))
    contents = _remaining(api, [namespace for namespace in namespaces if namespace.users <= {owner}])
    deleted = []
    for namespace in namespaces:
        name = namespace.key.name
        shared = [policy for policy in policies[name] if _is_shared(policy)]
        if others := sorted(namespace.users - {owner}):
            reason = f"{', '.join(others)} uses it"
        else:
            reason = _reason(namespace, [item for item in contents[name] if not _is_shared(item)])
        if not reason:
            if _delete(api, namespace):
                deleted.append(name)
            else:
                yield f"The namespace {name} stays: it has changed in the meantime."
            continue
        for policy in shared:
            if others:
                _remove_user(api, _path(policy), policy, owner)
            else:
                _delete(api, policy)
        _remove_user(api, _path(namespace), namespace, owner)
        yield f"The namespace {name} stays: {reason}."
    for name in deleted:
        _wait_until_deleted(api, f"{_NAMESPACES}/{name}")
        yield f"Deleted the namespace {name}: it was empty."


def _reason(namespace: LiveObject, contents: Sequence[LiveObject]) -> str:
    """Why a namespace stays that no other stack uses. Empty: it can be deleted."""
    if not MANAGED_BY.items() <= (namespace.metadata.get("labels") or {}).items():
        return "Anykube did not create it"
    if not contents:
        return ""
    listed = ", ".join(str(item.key) for item in contents[:_SHOWN])
    return f"it still has {listed}{f' and {len(contents) - _SHOWN} more' if len(contents) > _SHOWN else ''}"


def _is_shared(item: LiveObject) -> bool:
    """Whether an object comes with the namespace, and is not an app's."""
    return item.key.kind == "NetworkPolicy" and item.key.name == SHARED_POLICY


def _path(item: LiveObject) -> str:
    """The path of a Namespace or NetworkPolicy."""
    key = item.key
    base = _NAMESPACES if key.kind == "Namespace" else _POLICIES.format(f"namespaces/{key.namespace}/")
    return f"{base}/{key.name}"


def _used(api: ClusterApi, owner: str, former: Collection[str]) -> list[LiveObject]:
    response = api.request("GET", _NAMESPACES, headers=_METADATA)
    items = [
        LiveObject(ObjectKey("", "Namespace", "", item["metadata"]["name"]), item["metadata"])
        for item in response["items"]
    ]
    return [
        item
        for item in items
        if (owner in item.users or (item.key.name in former and item.is_shared and not item.users))
        and "deletionTimestamp" not in item.metadata
    ]


def _delete(api: ClusterApi, item: LiveObject) -> bool:
    """Deletes an object if it is unchanged. False: it has changed, such as by a stack that began to use it."""
    try:
        api.request("DELETE", _path(item), body=_same(item))
    except StatusError as error:
        if error.code not in (HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND):
            raise
        return error.code == HTTPStatus.NOT_FOUND
    return True


def _same(item: LiveObject) -> dict[str, Any]:
    """Options that delete an object only if it is unchanged."""
    preconditions = {"uid": item.uid, "resourceVersion": item.metadata["resourceVersion"]}
    return {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": preconditions}


def _remove_user(api: ClusterApi, path: str, item: LiveObject, owner: str) -> None:
    """Removes the annotation of a stack, and its ownership of fields: otherwise others could not change them."""
    key = used_by(owner)
    if owner not in item.users:
        return
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


def _remaining(api: ClusterApi, namespaces: Sequence[LiveObject]) -> Mapping[str, list[LiveObject]]:
    """What is in namespaces, apart from what Kubernetes puts there. Waits for objects that are being deleted."""
    if not namespaces:
        return {}
    kinds, deadline = list(_listable(api)), time.monotonic() + _SECONDS
    while True:
        contents = _contents(api, namespaces, kinds)
        items = [*chain.from_iterable(contents.values())]
        uids = {item.uid for item in items}
        if not any(_is_going(item, uids) for item in items) or time.monotonic() > deadline:
            return contents
        time.sleep(0.5)


def _is_going(item: LiveObject, uids: Container[str]) -> bool:
    """Whether an object is being deleted, or will be because its owner is gone."""
    owners = item.metadata.get("ownerReferences") or ()
    return "deletionTimestamp" in item.metadata or any(reference["uid"] not in uids for reference in owners)


def _contents(
    api: ClusterApi, namespaces: Sequence[LiveObject], kinds: Iterable[tuple[str, str]]
) -> Mapping[str, list[LiveObject]]:
    with ThreadPoolExecutor() as threads:
        listings = threads.map(lambda kind: _items(api, kind[0], namespaces, kind[1]), kinds)
        items = {(item.key.namespace, item.key.kind, item.key.name): item for listing in listings for item in listing}
    return _by_namespace(item for key, item in sorted(items.items()) if key[1:] not in _OF_KUBERNETES)


def _by_namespace(items: Iterable[LiveObject]) -> Mapping[str, list[LiveObject]]:
    result: dict[str, list[LiveObject]] = defaultdict(list)
    for item in items:
        result[item.key.namespace].append(item)
    return result


def _listable(api: ClusterApi) -> Iterator[tuple[str, str]]:
    """The path, with a place for the namespace, and the kind of each kind of object that a namespace can have."""
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
                        yield f"{base}/{{}}{resource['resource']}", kind
                    seen.add(kind)


def _items(api: ClusterApi, path: str, namespaces: Sequence[LiveObject], kind: str) -> list[LiveObject]:
    """The objects of a kind in namespaces. `path` has a place for `namespaces/NAME/`."""
    names = [namespace.key.name for namespace in namespaces]
    prefixes = [f"namespaces/{name}/" for name in names] if len(names) <= _MAX_NAMESPACES else [""]
    return [
        LiveObject(ObjectKey("", kind, metadata["namespace"], metadata["name"]), metadata)
        for prefix in prefixes
        for metadata in _list(api, path.format(prefix))
        if metadata["namespace"] in names
    ]


def _list(api: ClusterApi, path: str) -> list[Mapping[str, Any]]:
    try:
        response = api.request("GET", path, headers=_METADATA)
    except StatusError as error:
        if error.code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
            return []
        raise
    return [item["metadata"] for item in response.get("items") or ()]


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
