"""Expresses by `patches` and `manifests` what settings have no field for: `anykube import --patches`."""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from anykube._workloads.patches import MERGE_KEYS

from anykube_cli.importing import knowledge, paths
from anykube_cli.importing.comparison import Entry, Pair, known_change
from anykube_cli.importing.draft import Draft
from anykube_cli.importing.grouping import AppGroup, Grouped
from anykube_cli.importing.objects import POD_TEMPLATES, KubernetesObject
from anykube_cli.importing.paths import MISSING, Path
from anykube_cli.importing.ports import target_of

Fields = set[tuple[int, Path]]
"""Fields of the input, by the identity of the object and the path."""

_UNIONS = (
    ("exec", "httpGet", "tcpSocket", "grpc", "sleep"),
    ("value", "valueFrom"),
    ("maxUnavailable", "minAvailable"),
    ("emptyDir", "persistentVolumeClaim", "configMap", "secret", "projected"),
)
"""Fields that exclude each other. A patch that sets one removes the others."""

_MANIFEST_KINDS = frozenset(
    {"ClusterRole", "ClusterRoleBinding", "ConfigMap", "LimitRange", "ResourceQuota", "Role", "RoleBinding", "Service"}
)
"""Kinds that mean the same in `manifests`, with the names of service accounts and pods replaced."""


def add_patches(draft: Draft, pairs: Iterable[tuple[AppGroup, Pair]], fields: Fields) -> None:
    """Adds patches for these fields. The pairs are those of the settings without patches."""
    for group, pair in pairs:
        patch: dict[str, Any] = {}
        for path, _ in pair.item.leaves():
            if (id(pair.item), path) in fields and _may_patch(pair, path, fields):
                _add(patch, pair, path)
        _prune_mounts(patch, pair)
        if patch:
            target = str(pair.rendered["kind"])
            if pair.item is group.headless:
                target += f"/{pair.rendered['metadata']['name']}"
            patches = draft.data["apps"][group.name].setdefault("patches", {})
            patches[target] = {**patches.get(target, {}), **patch}


def add_manifests(grouped: Grouped, draft: Draft, objects: Iterable[Entry]) -> None:
    """Adds manifests for objects that have no settings."""
    for entry in objects:
        app = _app_of(grouped, draft, entry.item) if isinstance(entry.item, KubernetesObject) else None
        if entry.path == () and app and isinstance(entry.item, KubernetesObject):
            manifests = draft.data["apps"][app.name].setdefault("manifests", [])
            manifests.append(_manifest(grouped, app, entry.item))
            draft.manifests[id(entry.item)] = app.name
            _allow_token(draft, app, entry.item)


def _may_patch(pair: Pair, path: Path, fields: Fields) -> bool:
    allowed = bool(pair.rendered) and path != () and not _is_restricted(path) and path not in _NEVER
    return allowed and not _is_part_of_expressed(pair, path, fields)


def _is_restricted(path: Path) -> bool:
    return any(paths.matches(pattern, path) and note == knowledge.RESTRICTED for pattern, note in knowledge.HINTS)


def _is_part_of_expressed(pair: Pair, path: Path, fields: Fields) -> bool:
    """Whether the field is of a list's element that is not rendered, because settings express it in another way, or
    because Pod Security refuses it.

    A ConfigMap's volume becomes `files`, for example. A patch that sets its mode would lack its name.
    """
    ends = [index + 1 for index, step in enumerate(path) if isinstance(step, int)]
    missing = next((path[:end] for end in ends if pair.rendered_at(path[:end]) is MISSING), None)
    if missing is None:
        return False
    leaves = [leaf for leaf, _ in paths.leaves(paths.get(pair.item.data, missing), missing)]
    is_expressed = any((id(pair.item), leaf) not in fields and not known_change(leaf) for leaf in leaves)
    return is_expressed or _is_name_taken(pair, missing) or any(_is_restricted(leaf) for leaf in leaves)


def _is_name_taken(pair: Pair, element: Path) -> bool:
    """Whether another element of the rendered list has the element's name: a port with another number."""
    name = paths.get(pair.aligned, (*element, "name"))
    others = pair.rendered_at(element[:-1])
    return isinstance(others, list) and any(isinstance(other, dict) and other.get("name") == name for other in others)


_NEVER: tuple[Path, ...] = (("spec", "serviceName"),)


def _add(patch: dict[str, Any], pair: Pair, path: Path) -> None:
    """Adds the value at a path to a strategic merge patch."""
    source: Any = pair.aligned
    for position, step in enumerate(path):
        if isinstance(step, int):
            raise AssertionError("lists are handled with their field")
        field, rest = step, path[position + 1 :]
        rendered = pair.rendered_at(path[:position])
        for union in _UNIONS:
            if field in union and isinstance(rendered, Mapping):
                patch.update({other: None for other in union if other in rendered and other not in source})
        source = source[field]
        if rest and isinstance(rest[0], int):
            key = next((key for key in MERGE_KEYS.get(field, ()) if key in source[rest[0]]), None)
            if key is None or len(rest) == 1:
                patch[field] = _whole_list(source, pair.rendered_at(path[: position + 1]))
                return
            _add_element(patch, pair, path, position, key)
            return
        if not rest:
            patch[field] = copy.deepcopy(source)
            return
        patch = patch.setdefault(field, {})


def _add_element(patch: dict[str, Any], pair: Pair, path: Path, position: int, key: str) -> None:
    field = path[position]
    assert isinstance(field, str)
    element = paths.get(pair.aligned, path[: position + 2])
    elements = patch.setdefault(field, [])
    target = next((item for item in elements if item.get(key) == element[key]), None)
    if target is None:
        target = {key: element[key]}
        elements.append(target)
    rendered = pair.rendered_at(path[: position + 2])
    if rendered is MISSING:
        target |= copy.deepcopy(element)
    elif path[position + 2 :] not in ((key,), ()):
        _add(target, Pair(pair.item, element, rendered), path[position + 2 :])


def _whole_list(source: list[Any], rendered: Any) -> list[Any]:
    others = [item for item in rendered if item not in source] if isinstance(rendered, list) else []
    return copy.deepcopy([*others, *source])


def _prune_mounts(patch: dict[str, Any], pair: Pair) -> None:
    """Removes mounts of volumes that the pods do not have."""
    if pair.item.kind not in POD_TEMPLATES:
        return
    base = (*POD_TEMPLATES[pair.item.kind], "spec")
    names = {volume["name"] for volume in paths.elements(pair.rendered, (*base, "volumes"))}
    names |= {volume["name"] for volume in paths.elements(patch, (*base, "volumes")) if len(volume) > 1}
    templates = paths.elements(pair.rendered, "spec.volumeClaimTemplates")
    names |= {template["metadata"]["name"] for template in templates}
    for field in ("containers", "initContainers"):
        for container in paths.elements(patch, (*base, field)):
            if "volumeMounts" in container:
                mounts = [mount for mount in container["volumeMounts"] if mount.get("name", "tmp") in names]
                container["volumeMounts"] = mounts
                if not mounts:
                    del container["volumeMounts"]
    spec = paths.get(patch, base)
    if isinstance(spec, dict) and "volumes" in spec:
        spec["volumes"] = [volume for volume in spec["volumes"] if len(volume) > 1]
        if not spec["volumes"]:
            del spec["volumes"]


def _app_of(grouped: Grouped, draft: Draft, item: KubernetesObject) -> AppGroup | None:
    """The app that gets an object among its manifests. None: it cannot be a manifest."""
    if item.kind not in _MANIFEST_KINDS and "." not in item.group:
        return None
    if item.kind in ("Ingress", "HTTPRoute", "NetworkPolicy", "CustomResourceDefinition") or not item.name:
        return None
    apps = [app for app in grouped.apps if app.name in draft.data["apps"] and app.workload]
    same = [app for app in apps if app.workload and app.workload.namespace == item.namespace] or apps
    service = next((app for app in apps if item in app.other_services), None)
    bound = next((app for app in same if _binds(item, app)), None)
    if item.kind == "Service" and service is None:
        return None
    return service or bound or (same[0] if same else None)


def _account(app: AppGroup) -> str:
    return app.workload.account if app.workload else ""


def _binds(item: KubernetesObject, app: AppGroup) -> bool:
    subjects = paths.elements(item.data, "subjects")
    return any((s.get("kind"), s.get("name")) == ("ServiceAccount", _account(app)) for s in subjects)


def _manifest(grouped: Grouped, app: AppGroup, item: KubernetesObject) -> dict[str, Any]:
    data: dict[str, Any] = copy.deepcopy(dict(item.data))
    metadata = data["metadata"]
    metadata.pop("namespace", None)
    for field in ("creationTimestamp", "uid", "resourceVersion", "generation", "managedFields"):
        metadata.pop(field, None)
    data.pop("status", None)
    if item.group == "rbac.authorization.k8s.io":
        data["apiVersion"] = f"{item.group}/v1"  # the only version since Kubernetes 1.22
    if item.kind == "Service":
        data["spec"]["selector"] = {"app.kubernetes.io/name": app.name}
        for field in ("clusterIP", "clusterIPs"):
            if data["spec"].get(field) not in (None, "None", ["None"]):
                del data["spec"][field]
        for port in paths.elements(data, "spec.ports"):
            port["targetPort"] = _target(app, port)
    for subject in paths.elements(data, "subjects"):
        for other in grouped.apps:
            if subject.get("kind") == "ServiceAccount" and subject.get("name") == _account(other):
                subject["name"] = other.name
                break
    return data


def _target(app: AppGroup, port: Mapping[str, Any]) -> Any:
    target = target_of(app.workload.pod, port) if app.workload else None
    return target or port.get("targetPort", port["port"])


def _allow_token(draft: Draft, app: AppGroup, item: KubernetesObject) -> None:
    """Pods with a role use the API, for which they need a token."""
    if app.workload and _binds(item, app) and app.workload.pod.get("automountServiceAccountToken") is not False:
        patches = draft.data["apps"][app.name].setdefault("patches", {})
        node = patches.setdefault(app.workload.kind, {})
        for step in (*POD_TEMPLATES[app.workload.kind], "spec"):
            node = node.setdefault(str(step), {})
        node["automountServiceAccountToken"] = True
