"""Strategic merge patches of rendered manifests.

Mappings are merged, null removes a field, and other values are replaced. Lists with a merge key are merged by element,
and `$patch: delete` removes an element.
https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import pulumi

from anykube._kubernetes import Manifest, Transform
from anykube._workloads.app import AppSpec
from anykube._workloads.labels import metadata_transform
from anykube._workloads.routes.gateway import is_redirect
from anykube._workloads.service import is_headless_service

MERGE_KEYS: Mapping[str, Sequence[str]] = {
    "containers": ("name",),
    "env": ("name",),
    "imagePullSecrets": ("name",),
    "initContainers": ("name",),
    "ports": ("containerPort", "port"),
    "topologySpreadConstraints": ("topologyKey",),
    "volumeDevices": ("devicePath",),
    "volumeMounts": ("mountPath",),
    "volumes": ("name",),
}
"""The merge keys by list field: the `patchMergeKey`s of the API types that apps render.

https://github.com/kubernetes/api/blob/master/core/v1/types.go
"""
_DIRECTIVE = "$patch"


def patch_transform(patches: Mapping[str, Mapping[str, object]]) -> Transform:
    """A transform that applies patches to their targets."""

    def patch(manifest: Manifest) -> Manifest:
        for target in targets(manifest):
            if changes := patches.get(target):
                manifest = merge(manifest, changes)
        return manifest

    return patch


def targets(manifest: Manifest) -> Iterator[str]:
    """The keys of `patches` that are for an object: its kind, and `KIND/NAME`.

    Only the name addresses an object that supports another of the same kind: a patch of an app's Service, such as a
    type, would break its headless Service, and a patch of a route's rules its redirect to HTTPS.
    """
    kind, metadata = str(manifest["kind"]), cast("Mapping[str, object]", manifest["metadata"])
    if not is_headless_service(manifest) and not is_redirect(manifest):
        yield kind
    if isinstance(name := metadata["name"], str):
        yield f"{kind}/{name}"


def app_transforms(spec: AppSpec) -> tuple[Transform, Transform]:
    """The transforms of an app's objects: its labels and annotations, then its patches."""
    annotations, route_annotations = (getattr(spec, field, {}) for field in ("annotations", "route_annotations"))
    return metadata_transform(spec.labels, annotations, route_annotations), patch_transform(spec.patches)


def reject_unused_patches(kind: str, app: str, patches: Mapping[str, object], rendered: Sequence[Manifest]) -> None:
    """Raises pulumi.RunError if a patch is for an object that the app does not render."""
    existing = {target for manifest in rendered for target in targets(manifest)}
    for target in patches:
        if target not in existing:
            raise pulumi.RunError(
                f"{kind} {app}: patches.{target} does not match any object of the app. "
                f"Patch one of its kinds: {', '.join(sorted(name for name in existing if '/' not in name))}."
            )


def merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Merges the changes into a copy of the mapping."""
    result = dict(base)
    for field, change in changes.items():
        if change is None:
            result.pop(field, None)
        elif isinstance(change, Mapping):
            current = result.get(field)
            result[field] = merge(current if isinstance(current, Mapping) else {}, change)
        elif isinstance(change, list) and field in MERGE_KEYS and isinstance(result.get(field), list):
            result[field] = _merge_list(result[field], change, MERGE_KEYS[field])
        else:
            result[field] = change
    return result


def _merge_list(base: Sequence[Any], changes: Sequence[Any], keys: Sequence[str]) -> list[Any]:
    result = list(base)
    for change in changes:
        key = _key(change, keys)
        index = next((i for i, item in enumerate(result) if key is not None and _key(item, keys) == key), None)
        if isinstance(change, Mapping) and change.get(_DIRECTIVE) == "delete":
            if index is not None:
                del result[index]
        elif index is None:
            result.append(change)
        else:
            result[index] = merge(result[index], change)
    return result


def _key(item: Any, keys: Sequence[str]) -> tuple[str, Any] | None:
    if not isinstance(item, Mapping):
        return None
    return next(((key, item[key]) for key in keys if key in item), None)
