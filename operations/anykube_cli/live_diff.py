"""Whether a live object is still as the last run left it.

Both sides are objects as the API server returned them, so that they have the same defaults and forms.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from anykube_cli.engine import SIGNATURE_KEY

Json = Mapping[str, Any]

_SCALED = ("spec.replicas",)
"""Fields that `readiness` judges: more pods than the settings say are no fault."""
_COMPLETE: Mapping[str, tuple[str, ...]] = {
    "CronJob": ("spec",),
    "DaemonSet": ("spec",),
    "Deployment": ("spec",),
    "NetworkPolicy": ("spec",),
    "PodDisruptionBudget": ("spec",),
    "Service": ("spec.selector",),
    "StatefulSet": ("spec",),
}
"""Fields in which only people add something, such as a nodeSelector or `paused`. Controllers add to others."""
_NOT_COMPLETE = ("annotations",)
"""`kubectl rollout restart` adds an annotation to the pod template."""


def is_suspect(resource: Json, metadata: Json) -> bool:
    """Whether the object may differ, by its metadata alone. `resource`: the object in the state."""
    applied = (resource.get("outputs") or {}).get("metadata")
    if not isinstance(applied, Mapping) or applied.get("resourceVersion") in (None, metadata.get("resourceVersion")):
        return False
    if _metadata_differs(resource, metadata):
        return True
    # The status of an object changes its resourceVersion, but not its generation.
    return "generation" not in metadata or metadata["generation"] != applied.get("generation")


def is_changed(resource: Json, live: Json) -> bool:
    """Whether the live object lacks something that the last run set."""
    declared, applied = resource.get("inputs") or {}, resource.get("outputs") or {}
    ignored = (*_SCALED, *(resource.get("ignoreChanges") or ()))
    fields = declared.keys() - {"apiVersion", "kind", "metadata", "status"}
    if live["kind"] == "Secret":
        # The values in the state are encrypted.
        return _has_other_manager(applied.get("__fieldManager"), live)
    return _metadata_differs(resource, live["metadata"]) or any(
        _differs(declared[key], applied.get(key), live.get(key), key, ignored) for key in fields
    )


def _metadata_differs(resource: Json, metadata: Json) -> bool:
    declared, applied = ((resource.get(side) or {}).get("metadata") or {} for side in ("inputs", "outputs"))
    keys = ("labels", "annotations")
    return any(_differs(declared.get(key), applied.get(key), metadata.get(key), key, ()) for key in keys)


def additions(resource: Json, live: Json) -> Iterator[str]:
    """JSON pointers to the fields that somebody added to the live object."""
    applied = resource.get("outputs") or {}
    for path in _COMPLETE.get(live["kind"], ()):
        yield from _added(_at(applied, path), _at(live, path), "/" + path.replace(".", "/"))


def _at(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _added(applied: Any, live: Any, pointer: str) -> Iterator[str]:
    if isinstance(applied, Mapping) and isinstance(live, Mapping) and SIGNATURE_KEY not in applied:
        for key, value in live.items():
            child = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            if key in applied:
                yield from _added(applied[key], value, child)
            elif key not in _NOT_COMPLETE:
                yield child
    elif isinstance(applied, list) and isinstance(live, list) and len(applied) == len(live):
        for index, (first, second) in enumerate(zip(applied, live, strict=True)):
            yield from _added(first, second, f"{pointer}/{index}")


def _differs(declared: Any, applied: Any, live: Any, path: str, ignored: tuple[str, ...]) -> bool:
    """Whether a live value is not the one that the last run applied, in what the settings declare."""
    if path in ignored or applied is None or any(_is_secret(value) for value in (declared, applied)):
        return False
    if isinstance(declared, Mapping) and isinstance(applied, Mapping):
        children = live if isinstance(live, Mapping) else {}
        return any(
            _differs(declared[key], applied[key], children.get(key), f"{path}.{key}", ignored)
            for key in declared
            if key in applied
        )
    return not includes(live, applied)


def includes(live: Any, applied: Any) -> bool:
    """Whether a live value has everything of the applied one. Secret values are not compared."""
    if _is_secret(applied):
        return True
    if isinstance(applied, Mapping):
        return isinstance(live, Mapping) and all(includes(live.get(key), value) for key, value in applied.items())
    if isinstance(applied, list):
        same_length = isinstance(live, list) and len(live) == len(applied)
        return same_length and all(map(includes, live, applied))
    return bool(live == applied)


def _is_secret(value: Any) -> bool:
    return isinstance(value, Mapping) and SIGNATURE_KEY in value


def _has_other_manager(manager: str | None, live: Json) -> bool:
    return any(
        entry["manager"] != manager and "subresource" not in entry and "f:data" in entry.get("fieldsV1", {})
        for entry in live["metadata"].get("managedFields") or ()
    )
