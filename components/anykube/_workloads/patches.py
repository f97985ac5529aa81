"""Strategic merge patches on what is rendered.

Mappings are merged, a null removes, all else is replaced, but for lists whose elements Kubernetes merges by a key of
theirs: there `$patch: delete` removes an element.
https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from anykube._kubernetes import Manifest, Transform

_KEYS: Mapping[str, Sequence[str]] = {
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
"""By field, the keys of which its elements have one: the `patchMergeKey`s of the API's own types, of what is rendered.

https://github.com/kubernetes/api/blob/master/core/v1/types.go
"""
_DIRECTIVE = "$patch"


def patching(patches: Mapping[str, Mapping[str, object]]) -> Transform:
    """A transform that patches manifests of the kinds that are named."""

    def patch(manifest: Manifest) -> Manifest:
        changes = patches.get(str(manifest["kind"]))
        return merged(manifest, changes) if changes else manifest

    return patch


def refuse_pointless(kind: str, app: str, patches: Mapping[str, object], rendered: Sequence[Manifest]) -> None:
    """Raises pulumi.RunError where a patch is for a kind that the app has no object of."""
    there = sorted({str(manifest["kind"]) for manifest in rendered})
    for asked in patches:
        if asked not in there:
            raise pulumi.RunError(
                f"{kind} {app}: patches.{asked} is for a kind that is not rendered here; there are {', '.join(there)}."
            )


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping with the changes in it. Neither is touched."""
    result = dict(base)
    for field, change in changes.items():
        if change is None:
            result.pop(field, None)
        elif isinstance(change, Mapping):
            there = result.get(field)
            result[field] = merged(there if isinstance(there, Mapping) else {}, change)
        elif isinstance(change, list) and field in _KEYS and isinstance(result.get(field), list):
            result[field] = _merged_list(result[field], change, _KEYS[field])
        else:
            result[field] = change
    return result


def _merged_list(base: Sequence[Any], changes: Sequence[Any], keys: Sequence[str]) -> list[Any]:
    result = list(base)
    for change in changes:
        key = _key(change, keys)
        at = next((i for i, item in enumerate(result) if key is not None and _key(item, keys) == key), None)
        if isinstance(change, Mapping) and change.get(_DIRECTIVE) == "delete":
            if at is not None:
                del result[at]
        elif at is None:
            result.append(change)
        else:
            result[at] = merged(result[at], change)
    return result


def _key(item: Any, keys: Sequence[str]) -> tuple[str, Any] | None:
    if not isinstance(item, Mapping):
        return None
    return next(((key, item[key]) for key in keys if key in item), None)
