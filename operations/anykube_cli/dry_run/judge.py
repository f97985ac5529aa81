"""`judge`: the API server's verdict on all objects of a stack."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anykube._names import shortened
from anykube._workloads.immutable import IMMUTABLE
from anykube.settings.objects import AppObject

from anykube_cli.dry_run.api import DryRunApi, Kind, Object, workers
from anykube_cli.dry_run.namespaces import StandIn, stand_in
from anykube_cli.dry_run.pods import pod_of
from anykube_cli.dry_run.replacements import is_replaced
from anykube_cli.dry_run.verdict import Accepted, Refused, Unjudged, Verdict

_MANAGER = "anykube-dry-run"
_PULUMI = "pulumi-kubernetes"
"""Prefix of the field managers of Pulumi's provider, which has another one for each object."""
_NAMESPACES, _PODS = Kind("/api/v1", "namespaces", False), Kind("/api/v1", "pods", True)
_LIMITS = (Kind("/api/v1", "resourcequotas", True), Kind("/api/v1", "limitranges", True))
_MAX_NAME = 52
"""Leaves room for the suffixes of every kind of object."""


@dataclass(frozen=True)
class Judged:
    """An object, or the pod of a workload, and the verdict on it."""

    object: AppObject
    verdict: Verdict
    is_pod: bool = False
    is_update: bool = False
    """Whether the object exists."""


@dataclass
class _Cluster:
    """What exists in the cluster."""

    kinds: Mapping[tuple[str, str], Kind]
    namespaces: Mapping[str, Object]
    limited: frozenset[str]
    live: dict[tuple[Kind, str], dict[str, Object]] = field(default_factory=dict)
    """Metadata by name, of the objects of a kind in a namespace."""


def judge(api: DryRunApi, objects: Sequence[AppObject]) -> list[Judged]:
    """Judges each object, and a pod of each workload whose pods would change. Raises UnreachableError."""
    cluster = _look_up(api, objects)
    stand_ins = _stand_ins(api, cluster, objects)
    missing = {
        (it.manifest["kind"], it.manifest["metadata"]["name"]) for it in objects if not _live(cluster, it.manifest)
    }

    def judged(it: AppObject) -> list[Judged]:
        manifest = it.manifest
        kind = cluster.kinds.get((manifest["apiVersion"], manifest["kind"]))
        if kind is None:
            return [Judged(it, Unjudged(f"the cluster has no {manifest['kind']} of {manifest['apiVersion']} yet"))]
        namespace, same_security = _namespace(manifest), True
        if kind.namespaced and namespace in stand_ins:
            substitute = stand_ins[namespace]
            if substitute is None:
                return [Judged(it, Unjudged(f"the namespace {namespace} does not exist yet"))]
            manifest, same_security = _moved(manifest, substitute.name), substitute.has_same_security
        live = _live(cluster, manifest)
        verdict = _apply(api, kind, it, manifest, live)
        if not isinstance(verdict, Accepted) or not _changes(live, verdict.stored):
            return [Judged(it, verdict)]
        pod = pod_of(verdict.stored, missing)
        if pod is None:
            return [Judged(it, verdict)]
        pod_verdict = api.create(_PODS, pod)
        if isinstance(pod_verdict, Accepted) and not same_security:
            reason = f"Pod Security is unknown, because the namespace {namespace} does not exist yet"
            pod_verdict = Unjudged(reason)
        return [Judged(it, verdict), Judged(it, pod_verdict, is_pod=True, is_update=live is not None)]

    with workers() as pool:
        return [result for results in pool.map(judged, objects) for result in results]


def _look_up(api: DryRunApi, objects: Sequence[AppObject]) -> _Cluster:
    kinds = api.kinds(it.manifest["apiVersion"] for it in objects)
    namespaces = {metadata["name"]: metadata for metadata in api.metadata(_NAMESPACES)}
    limited = frozenset(metadata["namespace"] for kind in _LIMITS for metadata in api.metadata(kind))
    cluster = _Cluster(kinds, namespaces, limited)
    _list(api, cluster, {_place(cluster, it.manifest) for it in objects})
    return cluster


def _list(api: DryRunApi, cluster: _Cluster, places: set[tuple[Kind, str] | None]) -> None:
    """Reads the metadata of the objects in these places."""
    unread = [place for place in places if place and place not in cluster.live]
    with workers() as pool:
        for place, metadata in zip(unread, pool.map(lambda place: api.metadata(*place), unread), strict=True):
            cluster.live[place] = {entry["name"]: entry for entry in metadata}


def _stand_ins(api: DryRunApi, cluster: _Cluster, objects: Sequence[AppObject]) -> dict[str, StandIn | None]:
    """A stand-in for each namespace that does not exist."""
    by_namespace: dict[str, list[Object]] = defaultdict(list)
    labels: dict[str, Mapping[str, str]] = {}
    for it in objects:
        kind = cluster.kinds.get((it.manifest["apiVersion"], it.manifest["kind"]))
        if it.manifest["kind"] == "Namespace":
            labels[it.manifest["metadata"]["name"]] = it.manifest["metadata"].get("labels", {})
        elif kind and kind.namespaced and _namespace(it.manifest) not in cluster.namespaces:
            by_namespace[_namespace(it.manifest)].append(it.manifest)

    def find(namespace: str, manifests: Sequence[Object]) -> StandIn | None:
        def is_free(candidate: str) -> bool:
            moved = [_moved(manifest, candidate) for manifest in manifests]
            _list(api, cluster, {_place(cluster, manifest) for manifest in moved})
            return not any(_live(cluster, manifest) for manifest in moved)

        return stand_in(labels.get(namespace, {}), cluster.namespaces.values(), cluster.limited, is_free)

    return {namespace: find(namespace, manifests) for namespace, manifests in by_namespace.items()}


def _apply(api: DryRunApi, kind: Kind, it: AppObject, manifest: Object, live: Object | None) -> Verdict:
    if live is None:
        return api.apply(kind, manifest, _MANAGER)
    update = _without(manifest, it.ignored_fields)
    verdict = api.apply(kind, update, _manager(live))
    if isinstance(verdict, Refused):
        current = api.get(kind, _namespace(manifest), manifest["metadata"]["name"])
        if current is not None and is_replaced(current, manifest):
            return api.apply(kind, _renamed(manifest), _MANAGER)
        if current is not None and (fields := IMMUTABLE.get(str(manifest["kind"]))):
            # Without a default that the API server chose, such as the class of a claim, it would be a change.
            return api.apply(kind, _with(update, current, fields), _manager(live))
    return verdict


def _manager(live: Object) -> str:
    """The field manager of the provider, so that fields that the run no longer sets are removed."""
    managers = [entry.get("manager", "") for entry in live.get("managedFields") or ()]
    return next((manager for manager in managers if manager.startswith(_PULUMI)), _MANAGER)


def _changes(live: Object | None, stored: Object) -> bool:
    return live is None or stored["metadata"].get("generation") != live.get("generation")


def _place(cluster: _Cluster, manifest: Object) -> tuple[Kind, str] | None:
    kind = cluster.kinds.get((manifest["apiVersion"], manifest["kind"]))
    return (kind, _namespace(manifest) if kind.namespaced else "") if kind else None


def _live(cluster: _Cluster, manifest: Object) -> Object | None:
    place = _place(cluster, manifest)
    return cluster.live.get(place, {}).get(manifest["metadata"]["name"]) if place else None


def _namespace(manifest: Object) -> str:
    return str(manifest["metadata"].get("namespace", ""))


def _moved(manifest: Object, namespace: str) -> Object:
    return {**manifest, "metadata": {**manifest["metadata"], "namespace": namespace}}


def _renamed(manifest: Object) -> Object:
    """The manifest as a new object: its own name is still taken by the object that the run replaces."""
    name = shortened(f"{manifest['metadata']['name']}-replacement", _MAX_NAME)
    return {**manifest, "metadata": {**manifest["metadata"], "name": name}}


def _with(manifest: Object, live: Object, fields: Sequence[str]) -> Object:
    """The manifest with these fields of the live object, as Pulumi's provider sends fields that it does not change."""
    for path in fields:
        manifest = _with_field(manifest, live, path.split("."))
    return manifest


def _with_field(value: Any, live: Any, path: Sequence[str]) -> Any:
    key, *rest = path
    if not isinstance(value, Mapping) or not isinstance(live, Mapping) or key not in live:
        return value
    return {**value, key: _with_field(value.get(key, {}), live[key], rest) if rest else live[key]}


def _without(manifest: Object, fields: Sequence[str]) -> Object:
    for path in fields:
        manifest = _without_field(manifest, path.split("."))
    return manifest


def _without_field(value: Any, path: Sequence[str]) -> Any:
    key, *rest = path
    if not isinstance(value, Mapping) or key not in value:
        return value
    if rest:
        return {**value, key: _without_field(value[key], rest)}
    return {name: child for name, child in value.items() if name != key}
