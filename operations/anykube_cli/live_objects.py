"""Compares the Kubernetes objects in a stack's state with the live ones: who has each of them.

    with ClusterApi(kubeconfig) as api:
        for comparison in compare(api, state_objects(engine.deployment()), owner):
            print(comparison.object.key, comparison.verdict)

It reads metadata alone, with a request for each kind, or for each kind and namespace.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, NamedTuple

from anykube._ownership import OWNER, USED_BY, users
from anykube._workloads.metadata import MANAGED_BY

from anykube_cli.cluster_api import ClusterApi, StatusError

Verdict = Literal["ours", "missing", "foreign"]
"""`ours`: an object of the stack. `missing`: there is no object. `foreign`: the object belongs to somebody else."""

_METADATA = {"Accept": "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"}
"""https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches"""
_MAX_NAMESPACES = 4
"""For more namespaces, objects of a kind are listed in all namespaces at once."""
_PAGE = "1000"
_NOT_OBJECTS = ("kubernetes:helm.sh/", "kubernetes:yaml:", "kubernetes:kustomize")
"""Prefixes of the types of pulumi-kubernetes that are not Kubernetes objects."""


class ObjectKey(NamedTuple):
    """A kind, a namespace and a name."""

    group: str
    """Empty: the core group."""
    kind: str
    namespace: str
    """Empty: an object without a namespace."""
    name: str

    def __str__(self) -> str:
        """`Deployment team/billing`; `ClusterRole reader` for an object without a namespace."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


@dataclass(frozen=True)
class KubernetesObject:
    """An object in a state, or one that a program registers."""

    key: ObjectKey
    version: str
    """The API version without the group, such as `v1`."""
    urn: str = ""
    uid: str = ""
    """Empty: unknown, or not created yet."""


@dataclass(frozen=True)
class LiveObject:
    """The metadata of an object in the cluster."""

    key: ObjectKey
    metadata: Mapping[str, Any]

    @property
    def uid(self) -> str:
        """The object's uid."""
        return str(self.metadata["uid"])

    @property
    def annotations(self) -> Mapping[str, str]:
        """The object's annotations."""
        return self.metadata.get("annotations") or {}

    @property
    def owner(self) -> str | None:
        """The stack that the object belongs to, as `PROJECT/STACK`. None: it has no mark."""
        return self.annotations.get(OWNER)

    @property
    def users(self) -> frozenset[str]:
        """The stacks that share the object."""
        return users(self.annotations)

    @property
    def is_shared(self) -> bool:
        """Whether stacks share the object: a namespace that Anykube created, or an object that belongs to it."""
        if any(key.startswith(USED_BY) for key in self.annotations):
            return True
        # Stacks that were deployed before there were marks.
        by_anykube = MANAGED_BY.items() <= (self.metadata.get("labels") or {}).items()
        return by_anykube and self.owner is None and self.key.kind == "Namespace"


@dataclass(frozen=True)
class Comparison:
    """An object of a stack, and the live object of the same kind, namespace and name."""

    object: KubernetesObject
    live: LiveObject | None
    verdict: Verdict


def state_objects(deployment: Mapping[str, Any]) -> Iterator[KubernetesObject]:
    """The Kubernetes objects in a deployment, as `Engine.deployment()` returns it."""
    for resource in deployment.get("resources") or ():
        token = str(resource["type"])
        if not token.startswith("kubernetes:") or token.startswith(_NOT_OBJECTS):
            continue
        if not resource.get("custom") or resource.get("external") or token.endswith(("Patch", "List")):
            continue
        _, api_version, kind = token.split(":")
        outputs = resource.get("outputs") or resource.get("inputs") or {}
        metadata = outputs.get("metadata") or {}
        # The ID is NAMESPACE/NAME, and has the name even if the metadata is secret.
        namespace, _, name = str(resource.get("id") or "").rpartition("/")
        uid = metadata.get("uid") if isinstance(metadata, Mapping) else None
        group, _, version = api_version.rpartition("/")
        key = ObjectKey("" if group == "core" else group, kind, namespace, name)
        yield KubernetesObject(key, version, resource["urn"], str(uid or ""))


def compare(api: ClusterApi, objects: Iterable[KubernetesObject], owner: str) -> list[Comparison]:
    """Compares objects of the stack `owner` with the live ones. Raises UnreachableError, StatusError."""
    objects = list(objects)
    live = read(api, objects)
    return [Comparison(item, live.get(item.key), _verdict(item, live.get(item.key), owner)) for item in objects]


def _verdict(item: KubernetesObject, live: LiveObject | None, owner: str) -> Verdict:
    if live is None:
        return "missing"
    if live.is_shared or live.owner == owner:
        return "ours"
    # Objects of stacks that were deployed before there were marks have none.
    return "ours" if live.owner is None and item.uid in ("", live.uid) else "foreign"


def read(api: ClusterApi, objects: Iterable[KubernetesObject]) -> Mapping[ObjectKey, LiveObject]:
    """The live objects with the keys of these objects. Raises UnreachableError, StatusError."""
    namespaces: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for item in objects:
        namespaces[item.key.group, item.version, item.key.kind].add(item.key.namespace)
    with ThreadPoolExecutor() as threads:
        group_versions = sorted({(group, version) for group, version, _ in namespaces})
        resources = dict(zip(group_versions, threads.map(lambda it: _resources(api, *it), group_versions), strict=True))
        requests = [
            (group, kind, path)
            for (group, version, kind), of_kind in namespaces.items()
            if kind in resources[group, version]
            for path in _paths(_base(group, version), resources[group, version][kind], of_kind)
        ]
        listings = threads.map(lambda it: _list(api, *it), requests)
        return {live.key: live for listing in listings for live in listing}


def read_whole(api: ClusterApi, objects: Iterable[KubernetesObject]) -> Mapping[ObjectKey, Mapping[str, Any]]:
    """The live objects with the keys of these, whole. Raises UnreachableError, StatusError."""
    keys: dict[tuple[str, str, str], set[ObjectKey]] = defaultdict(set)
    for item in objects:
        keys[item.key.group, item.version, item.key.kind].add(item.key)
    result: dict[ObjectKey, Mapping[str, Any]] = {}
    for (group, version, kind), of_kind in keys.items():
        plural = _resources(api, group, version).get(kind)
        for path in _paths(_base(group, version), plural, {key.namespace for key in of_kind}) if plural else ():
            for document in _pages(api, path):
                metadata = document["metadata"]
                key = ObjectKey(group, kind, metadata.get("namespace", ""), metadata["name"])
                if key in of_kind:
                    result[key] = {"kind": kind, **document}
    return result


def object_path(api: ClusterApi, item: KubernetesObject) -> str | None:
    """The path of an object's URL; None if the cluster does not serve its kind.

    Raises UnreachableError, StatusError.
    """
    key = item.key
    plural = _resources(api, key.group, item.version).get(key.kind)
    namespace = f"/namespaces/{key.namespace}" if key.namespace else ""
    return f"{_base(key.group, item.version)}{namespace}/{plural}/{key.name}" if plural else None


def global_kinds(api: ClusterApi, group_versions: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """The kinds without a namespace of these groups and versions, each with its group.

    Raises UnreachableError, StatusError.
    """
    return frozenset(
        (group, entry["kind"])
        for group, version in group_versions
        for entry in _discover(api, group, version)
        if not entry["namespaced"]
    )


def _base(group: str, version: str) -> str:
    return f"/apis/{group}/{version}" if group else f"/api/{version}"


def _resources(api: ClusterApi, group: str, version: str) -> Mapping[str, str]:
    """The plurals of the kinds of a group and version. Empty if the cluster does not serve it."""
    return {entry["kind"]: entry["name"] for entry in _discover(api, group, version)}


def _discover(api: ClusterApi, group: str, version: str) -> Sequence[Mapping[str, Any]]:
    try:
        response = api.request("GET", _base(group, version))
    except StatusError as error:
        if error.code == HTTPStatus.NOT_FOUND:
            return ()
        raise
    return [entry for entry in response["resources"] if "/" not in entry["name"]]


def _paths(base: str, plural: str, namespaces: set[str]) -> Sequence[str]:
    if namespaces == {""} or len(namespaces) > _MAX_NAMESPACES:
        return [f"{base}/{plural}"]
    return [f"{base}/namespaces/{namespace}/{plural}" for namespace in sorted(namespaces)]


def _list(api: ClusterApi, group: str, kind: str, path: str) -> list[LiveObject]:
    return [
        LiveObject(ObjectKey(group, kind, metadata.get("namespace", ""), metadata["name"]), metadata)
        for item in _pages(api, path, _METADATA)
        for metadata in [item["metadata"]]
    ]


def _pages(api: ClusterApi, path: str, headers: Mapping[str, str] | None = None) -> Iterator[Mapping[str, Any]]:
    token = ""
    while True:
        query = {"limit": _PAGE, **({"continue": token} if token else {})}
        response = api.request("GET", path, query=query, headers=headers)
        yield from response.get("items") or ()
        token = response["metadata"].get("continue", "")
        if not token:
            return
