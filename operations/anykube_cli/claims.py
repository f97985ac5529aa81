"""Changes claims, and StatefulSets with claims, without a loss of data.

Kubernetes changes no field of a claim except its size, and no claim template of a StatefulSet. A claim is expanded in
place. A StatefulSet is deleted without its pods and claims, and created again by the run: it adopts them.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from anykube._kubernetes import Manifest
from anykube._names import amount
from anykube._workloads.patches import app_transforms
from anykube._workloads.pods.spec import WorkloadSpec
from anykube._workloads.pods.volumes import claims as claim_manifests
from anykube._workloads.stateful.manifests import immutable_fields
from anykube._workloads.stateful.spec import StatefulServiceSpec
from anykube._workloads.user_manifests import user_manifests
from anykube.settings.model import StackSettings

from anykube_cli.cluster_api import CLAIMS, PODS, STORAGE_CLASSES, ClusterApi, StatusError

Json = Mapping[str, Any]

_TYPES = {"kubernetes:apps/v1:StatefulSet": "StatefulSet", "kubernetes:core/v1:PersistentVolumeClaim": "claim"}
_FIXED = ("podManagementPolicy", "revisionHistoryLimit", "selector", "serviceName")
_IDENTITY = ("selector", "serviceName")
"""Fields by which a StatefulSet finds its pods, and others find them: a new one would not adopt the pods."""
_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
_DELETION_SECONDS = 60.0


class ClaimError(Exception):
    """The API server refused a change. The text says which, and why."""


class Storage(NamedTuple):
    """A claim or a StatefulSet in the state whose immutable fields differ from the settings."""

    urn: str
    kind: str
    """StatefulSet or claim."""
    namespace: str
    name: str
    path: str
    """The field of the settings, such as `apps.db.volumes.data`."""
    old: Json
    """The `spec` of the last run."""
    new: Json
    """The immutable fields of the `spec` in the settings."""

    @property
    def templates(self) -> Iterator[tuple[str, re.Pattern[str], Json, Json]]:
        """For each volume its field in the settings, the names of its claims, and its old and new claim spec."""
        if self.kind == "claim":
            yield self.path, re.compile(re.escape(self.name)), self.old, self.new
            return
        old = _templates(self.old)
        for volume, new in _templates(self.new).items():
            names = re.compile(rf"{re.escape(volume)}-{re.escape(self.name)}-\d+")
            yield f"{self.path}.volumes.{volume}", names, old.get(volume, {}), new


class Expansion(NamedTuple):
    """A claim that grows."""

    namespace: str
    claim: str
    size: str
    new_size: str

    def __str__(self) -> str:
        return f"The claim {self.namespace}/{self.claim} grows from {self.size} to {self.new_size}."


@dataclass
class Plan:
    """The changes that a run starts with."""

    refusals: list[str] = field(default_factory=list)
    """The changes that are impossible. If there are any, the run must not start."""
    expansions: list[Expansion] = field(default_factory=list)
    empty: list[tuple[str, str]] = field(default_factory=list)
    """Namespaces and names of claims without a volume, and so without data: they are created again."""
    stateful_sets: list[tuple[str, str]] = field(default_factory=list)
    """Namespaces and names of StatefulSets that are created again, without their pods."""
    urns: list[str] = field(default_factory=list)
    """The objects in the state that the cluster changes or removes."""

    def sentences(self) -> Iterator[str]:
        """What the run does first."""
        yield from map(str, self.expansions)
        for namespace, name in self.empty:
            yield f"The claim {namespace}/{name} has no volume yet, so it is created again."
        for namespace, name in self.stateful_sets:
            yield f"StatefulSet {namespace}/{name} is created again. Its claims stay, and its pods unless they change."


def plan(api: ClusterApi, deployment: Json, settings: StackSettings) -> Plan:
    """What must happen before a run with these settings. Raises UnreachableError."""
    result = Plan(refusals=list(moves(deployment, settings)))
    changes = list(differences(deployment, settings))
    if not changes:
        return result
    claims = {
        namespace: api.items(CLAIMS, namespace=namespace) for namespace in {change.namespace for change in changes}
    }
    classes = {item["metadata"]["name"]: item for item in api.items(STORAGE_CLASSES)}
    for change in changes:
        _plan(result, change, claims[change.namespace], classes)
    return result


def differences(deployment: Json, settings: StackSettings) -> Iterator[Storage]:
    """The claims and StatefulSets in the state whose immutable fields differ from the settings."""
    rendered = {(kind, *place): (path, spec) for kind, *place, path, spec in _rendered(settings)}
    for urn, kind, namespace, name, old in _stored(deployment):
        path, new = rendered.get((kind, namespace, name), ("", None))
        if new is not None and _differs(kind, old, new):
            yield Storage(urn, kind, namespace, name, path, old, new)


def moves(deployment: Json, settings: StackSettings) -> Iterator[str]:
    """Apps whose data would be deleted because their namespace changes."""
    rendered = [(kind, namespace, name, path) for kind, namespace, name, path, _ in _rendered(settings)]
    for _, kind, namespace, name, spec in _stored(deployment):
        if any((kind, namespace, name) == item[:3] for item in rendered):
            continue
        retention = spec.get("persistentVolumeClaimRetentionPolicy") or {}
        deletes_data = kind == "claim" or retention.get("whenDeleted") == "Delete"
        for other, new_namespace, other_name, path in rendered:
            if (other, other_name) == (kind, name) and deletes_data:
                yield (
                    f"{path}: the namespace changes from {namespace} to {new_namespace}, which would delete the data "
                    f"of {name}. Keep the namespace; or, if the data may go, remove the app in a run of its own first."
                )


def carry_out(api: ClusterApi, plan: Plan) -> None:
    """Makes the changes. Raises ClaimError, UnreachableError. Safe to run again after an interruption."""
    for namespace, claim, _, size in plan.expansions:
        body = {"spec": {"resources": {"requests": {"storage": size}}}}
        path = f"/api/v1/namespaces/{namespace}/persistentvolumeclaims/{claim}"
        try:
            api.request("PATCH", path, body=body, headers={"Content-Type": "application/merge-patch+json"})
        except StatusError as error:
            raise ClaimError(f"The claim {namespace}/{claim} cannot grow to {size}: {error}") from error
    for namespace, name in plan.stateful_sets:
        _delete(api, f"/apis/apps/v1/namespaces/{namespace}/statefulsets/{name}", "Orphan")
    for namespace, name in plan.empty:
        for pod in api.items(PODS, namespace=namespace):
            if not pod["spec"].get("nodeName") and name in _claims_of(pod):
                _delete(api, f"/api/v1/namespaces/{namespace}/pods/{pod['metadata']['name']}")
        _delete(api, f"/api/v1/namespaces/{namespace}/persistentvolumeclaims/{name}")


def _plan(result: Plan, change: Storage, claims: Sequence[Json], classes: Mapping[str, Json]) -> None:
    for name in _IDENTITY if change.kind == "StatefulSet" else ():
        if change.old.get(name) != change.new.get(name):
            result.refusals.append(
                f"{change.path}: {name} of StatefulSet {change.namespace}/{change.name} cannot change, because its "
                "pods would not belong to it any longer. Undo the change, or remove the app in a run of its own first."
            )
    for path, names, old, new in change.templates:
        for claim in claims:
            if names.fullmatch(claim["metadata"]["name"]):
                _plan_claim(result, path, claim, old, new, classes)
    result.urns.append(change.urn)
    if change.kind == "StatefulSet":
        result.stateful_sets.append((change.namespace, change.name))


def _plan_claim(result: Plan, path: str, claim: Json, old: Json, new: Json, classes: Mapping[str, Json]) -> None:
    metadata, spec, status = claim["metadata"], claim["spec"], claim.get("status") or {}
    name, size, new_size = f"{metadata['namespace']}/{metadata['name']}", _size(spec), _size(new)
    differing = [
        f"{name} from {_text(before)} to {_text(after)}" for name, before, after in _mismatches(spec, old, new, classes)
    ]
    grows, shrinks = amount(new_size) > amount(size), amount(new_size) < amount(size)
    if status.get("phase") == "Pending":
        if differing or grows or shrinks:
            result.empty.append((metadata["namespace"], metadata["name"]))
        return
    if differing:
        result.refusals.append(
            f"{path}: the claim {name} has data, so Kubernetes cannot change {', '.join(differing)}. Undo the change; "
            "or add another volume, copy the data, and then remove this one."
        )
    storage_class = str(spec.get("storageClassName", ""))
    # A claim whose expansion fails may return to a size above its present one.
    # https://kubernetes.io/docs/concepts/storage/persistent-volumes/#recovering-from-failure-when-expanding-volumes
    if shrinks and amount(new_size) <= amount((status.get("capacity") or {}).get("storage", size)):
        result.refusals.append(
            f"{path}: the claim {name} cannot shrink from {size} to {new_size}. Undo the change; or add another "
            "volume, copy the data, and then remove this one."
        )
    elif (grows or shrinks) and not classes.get(storage_class, {}).get("allowVolumeExpansion"):
        result.refusals.append(
            f"{path}: the claim {name} cannot grow from {size} to {new_size}, because its StorageClass {storage_class} "
            "has no allowVolumeExpansion. Undo the change, or allow it in the class if its driver can expand volumes."
        )
    elif grows or shrinks:
        result.expansions.append(Expansion(metadata["namespace"], metadata["name"], size, new_size))


def _mismatches(spec: Json, old: Json, new: Json, classes: Mapping[str, Json]) -> Iterator[tuple[str, object, object]]:
    """The fields of a claim, except its size, that the settings changed: name, value, and value in the settings."""
    default = next((name for name, item in classes.items() if _is_default(item)), None)
    for name in sorted((new.keys() | {"storageClassName"}) - {"resources"}):
        value = new.get(name, default)
        if old.get(name) != new.get(name) and spec.get(name) != value:
            yield name, spec.get(name), value


def _rendered(settings: StackSettings) -> Iterator[tuple[str, str, str, str, Json]]:
    """Kind, namespace, name, field of the settings, and immutable fields of each claim and StatefulSet."""
    for app, spec in settings.apps.items():
        namespace, name = spec.namespace or settings.namespace, (spec.renamed_from or (app,))[0]
        objects: list[tuple[str, Manifest]] = [
            (f"apps.{app}.manifests", part.manifest) for part in user_manifests(namespace, spec)
        ]
        if isinstance(spec, StatefulServiceSpec):
            fields = immutable_fields(name, spec)
            objects.append((f"apps.{app}", _manifest("apps/v1", "StatefulSet", namespace, name, fields)))
        elif isinstance(spec, WorkloadSpec):
            manifests = claim_manifests(name, namespace, spec.volumes)
            objects += [(f"apps.{app}.volumes.{volume}", manifest) for volume, manifest in manifests.items()]
        for path, manifest in objects:
            if manifest["kind"] not in ("StatefulSet", "PersistentVolumeClaim"):
                continue
            for transform in app_transforms(spec):
                manifest = transform(manifest)
            kind = "claim" if manifest["kind"] == "PersistentVolumeClaim" else "StatefulSet"
            metadata: Any = manifest["metadata"]
            content: Any = manifest.get("spec") or {}
            yield kind, metadata["namespace"], metadata["name"], path, content


def _manifest(version: str, kind: str, namespace: str, name: str, spec: Json) -> Manifest:
    return {"apiVersion": version, "kind": kind, "metadata": {"namespace": namespace, "name": name}, "spec": spec}


def _stored(deployment: Json) -> Iterator[tuple[str, str, str, str, Json]]:
    """URN, kind, namespace, name and spec of each claim and StatefulSet in the state."""
    for resource in deployment.get("resources") or ():
        if resource["type"] in _TYPES and not resource.get("delete") and not resource.get("external"):
            namespace, _, name = str(resource.get("id") or "").rpartition("/")
            spec = (resource.get("inputs") or {}).get("spec")
            if isinstance(spec, Mapping):
                yield resource["urn"], _TYPES[resource["type"]], namespace, name, spec


def _differs(kind: str, old: Json, new: Json) -> bool:
    if kind == "claim":
        return _claim_differs(old, new)
    old_templates, new_templates = _templates(old), _templates(new)
    return (
        any(old.get(name) != new.get(name) for name in _FIXED)
        or old_templates.keys() != new_templates.keys()
        or any(_claim_differs(old_templates[name], template) for name, template in new_templates.items())
    )


def _claim_differs(old: Json, new: Json) -> bool:
    names = (new.keys() | {"storageClassName"}) - {"resources"}
    return amount(_size(old)) != amount(_size(new)) or any(old.get(name) != new.get(name) for name in names)


def _templates(spec: Json) -> dict[str, Json]:
    return {item["metadata"]["name"]: item.get("spec") or {} for item in spec.get("volumeClaimTemplates") or ()}


def _size(spec: Json) -> str:
    return str(((spec.get("resources") or {}).get("requests") or {}).get("storage", "0"))


def _is_default(storage_class: Json) -> bool:
    return bool((storage_class["metadata"].get("annotations") or {}).get(_DEFAULT_CLASS) == "true")


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "the default")


def _claims_of(pod: Json) -> set[str]:
    volumes = pod["spec"].get("volumes") or ()
    return {volume["persistentVolumeClaim"]["claimName"] for volume in volumes if "persistentVolumeClaim" in volume}


def _delete(api: ClusterApi, path: str, propagation: str = "Background") -> None:
    """Deletes an object, if it exists, and waits until it is gone. Raises ClaimError if it stays."""
    deadline = time.monotonic() + _DELETION_SECONDS
    try:
        api.request("DELETE", path, body={"propagationPolicy": propagation})
        while time.monotonic() < deadline:
            api.request("GET", path)
            time.sleep(0.2)
    except StatusError as error:
        if error.code == 404:
            return
        raise ClaimError(f"{path} cannot be deleted: {error}") from error
    raise ClaimError(f"{path} is still being deleted. Run the command again when it is gone.")
