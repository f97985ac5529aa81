"""Finds objects of a stack that were deleted or changed outside Anykube, so that the next run restores them.

Pulumi compares settings with its state, and does not look at the objects of unchanged settings. These objects are
therefore refreshed first: Pulumi forgets those that are gone, and sees what the API server has.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from anykube._ownership import owner

from anykube_cli.cluster_api import ClusterApi, StatusError
from anykube_cli.engine import Engine
from anykube_cli.kubeconfig import UnreachableError
from anykube_cli.live_diff import additions, is_changed, is_suspect
from anykube_cli.live_objects import Comparison, compare, object_path, read_whole, state_objects
from anykube_cli.state_service import client

Json = Mapping[str, Any]

_MAX_NAMES = 5
"""A message lists this many objects, and counts the rest."""
_MAX_TARGETS = 500
"""For more objects the whole stack is refreshed."""
_DELETION_SECONDS = 120.0
_EXPIRING = "ttlSecondsAfterFinished"
_JSON_PATCH = {"Content-Type": "application/json-patch+json"}


class Change(NamedTuple):
    """An object that somebody changed."""

    object: str
    """Its kind, namespace and name."""
    path: str = ""
    """The path of its URL."""
    removals: Sequence[Json] = ()
    """A JSON patch that removes the fields that somebody added. Empty if there are none."""

    def __str__(self) -> str:
        return self.object


class OutsideChanges(NamedTuple):
    """Objects of a stack, by URN."""

    deleted: Mapping[str, str]
    """With their kind, namespace and name."""
    changed: Mapping[str, Change]


def restore(engine: Engine, kubeconfig: str | None, say: Callable[[str], object]) -> None:
    """Makes the next run create deleted objects and restore changed ones. Says which. Raises EngineError."""
    changes = find(engine, kubeconfig, say)
    for sentence in sentences(changes, "it is created again", "they are created again"):
        say(sentence)
    if kubeconfig and any(change.removals for change in changes.changed.values()):
        # Pulumi does not see fields that it never set.
        with ClusterApi(kubeconfig) as api:
            for change in changes.changed.values():
                _remove_fields(api, change)
    refresh(engine, [*changes.deleted, *changes.changed])


def _remove_fields(api: ClusterApi, change: Change) -> None:
    if change.removals:
        with contextlib.suppress(StatusError):  # somebody else changes it right now, and the next run looks again
            api.request("PATCH", change.path, body=[*change.removals], headers=_JSON_PATCH)


def refresh(engine: Engine, urns: Sequence[str]) -> None:
    """Reads these objects into the state. Raises EngineError."""
    if urns:
        targets = () if len(urns) > _MAX_TARGETS else [f"--target={urn}" for urn in urns]
        engine.capture("refresh", "--yes", "--skip-preview", *targets)


def find(engine: Engine, kubeconfig: str | None, say: Callable[[str], object] = lambda _: None) -> OutsideChanges:
    """The outside changes. None if the cluster does not respond, which the run itself reports.

    Waits for objects that are being deleted.
    """
    deployment = engine.deployment() if kubeconfig else {}
    if kubeconfig is None or not any(state_objects(deployment)):
        return OutsideChanges({}, {})
    try:
        with ClusterApi(kubeconfig) as api:
            comparisons = _settled(api, deployment, owner(client.project(), engine.stack), say)
            deleted = {item.object.urn: str(item.object.key) for item in comparisons if item.verdict == "missing"}
            return OutsideChanges(deleted, dict(_changed(api, deployment, comparisons)))
    except (UnreachableError, StatusError):
        return OutsideChanges({}, {})


def sentences(changes: OutsideChanges, singular: str, plural: str) -> list[str]:
    """What was deleted and changed. `singular`, `plural`: what happens with deleted objects."""
    result = []
    if changes.deleted:
        names = _names(changes.deleted, "was", "were")
        result.append(f"{names} deleted outside Anykube; {singular if len(changes.deleted) == 1 else plural}.")
    if changes.changed:
        result.append(f"{_names(changes.changed, 'was', 'were')} changed outside Anykube; the settings apply again.")
    return result


def _names(objects: Mapping[str, object], singular: str, plural: str) -> str:
    names, rest = list(map(str, objects.values()))[:_MAX_NAMES], len(objects) - _MAX_NAMES
    more = f" and {rest} more object{'s' if rest > 1 else ''}" if rest > 0 else ""
    return f"{', '.join(names)}{more} {singular if len(objects) == 1 else plural}"


def _settled(api: ClusterApi, deployment: Json, stack_owner: str, say: Callable[[str], object]) -> Sequence[Comparison]:
    """The stack's objects and the live ones, when those that are being deleted are gone."""
    resources = _resources(deployment)
    objects = [item for item in state_objects(deployment) if not _may_be_gone(resources.get(item.urn))]
    start, comparisons = time.monotonic(), compare(api, objects, stack_owner)
    if leaving := [item for item in comparisons if _is_leaving(item)]:
        names = {item.object.urn: str(item.object.key) for item in leaving}
        say(f"{_names(names, 'is', 'are')} being deleted outside Anykube. Waiting until this is done.")
    while any(map(_is_leaving, comparisons)) and time.monotonic() - start < _DELETION_SECONDS:
        time.sleep(1)
        comparisons = compare(api, objects, stack_owner)
    return comparisons


def _resources(deployment: Json) -> Mapping[str, Json]:
    return {resource["urn"]: resource for resource in deployment["resources"] if not resource.get("delete")}


def _is_leaving(comparison: Comparison) -> bool:
    """Whether an object is being deleted. A claim stays until no pod uses it, so nobody waits for it."""
    live = comparison.live
    is_claim = comparison.object.key.kind == "PersistentVolumeClaim"
    return comparison.verdict == "ours" and not is_claim and live is not None and "deletionTimestamp" in live.metadata


def _may_be_gone(resource: Json | None) -> bool:
    """Whether Pulumi deletes the object in the next run (None), or Kubernetes after it has finished."""
    spec = ((resource or {}).get("inputs") or {}).get("spec")
    return resource is None or (isinstance(spec, Mapping) and _EXPIRING in spec)


def _changed(api: ClusterApi, deployment: Json, comparisons: Sequence[Comparison]) -> Iterator[tuple[str, Change]]:
    """The objects that are not as the last run left them."""
    resources = _resources(deployment)
    suspects = [
        item.object
        for item in comparisons
        if item.verdict == "ours" and item.live and not item.live.is_shared
        if is_suspect(resources[item.object.urn], item.live.metadata)
    ]
    live_objects = read_whole(api, suspects)
    for item in suspects:
        live, resource = live_objects.get(item.key), resources[item.urn]
        if live is None:
            continue
        removals = [{"op": "remove", "path": pointer} for pointer in additions(resource, live)]
        if removals:
            version = "generation" if "generation" in live["metadata"] else "resourceVersion"
            test = {"op": "test", "path": f"/metadata/{version}", "value": live["metadata"][version]}
            yield item.urn, Change(str(item.key), object_path(api, item) or "", [test, *removals])
        elif is_changed(resource, live):
            yield item.urn, Change(str(item.key))
