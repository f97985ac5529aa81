"""Finds objects of a stack that were deleted or changed outside Anykube, so that the next run restores them.

Pulumi compares settings with its state, and does not look at the objects of unchanged settings. These objects are
therefore refreshed first: Pulumi forgets those that are gone, and sees the pod templates that the API server has.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from anykube._ownership import owner

from anykube_cli.cluster_api import ClusterApi, StatusError
from anykube_cli.engine import SIGNATURE_KEY, Engine
from anykube_cli.kubeconfig import UnreachableError
from anykube_cli.live_objects import Comparison, compare, state_objects
from anykube_cli.rollouts import live_objects
from anykube_cli.state_service import client
from anykube_cli.workloads import workloads

_MAX_NAMES = 5
"""A message lists this many objects, and counts the rest."""
_MAX_TARGETS = 500
"""For more objects the whole stack is refreshed."""
_DELETION_SECONDS = 120.0
_TEMPLATES = ("template", "jobTemplate")
_EXPIRING = "ttlSecondsAfterFinished"


class OutsideChanges(NamedTuple):
    """Objects of a stack, by URN, with their kind, namespace and name."""

    deleted: Mapping[str, str]
    changed: Mapping[str, str]
    """Workloads with another pod template."""


def restore(engine: Engine, kubeconfig: str | None, say: Callable[[str], object]) -> None:
    """Makes the next run create deleted objects and restore pod templates. Says which. Raises EngineError."""
    changes = find(engine, kubeconfig, say)
    for sentence in sentences(changes, "it is created again", "they are created again"):
        say(sentence)
    refresh(engine, [*changes.deleted, *changes.changed])


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
            return OutsideChanges(
                _deleted(api, deployment, owner(client.project(), engine.stack), say), _changed(api, deployment)
            )
    except (UnreachableError, StatusError):
        return OutsideChanges({}, {})


def sentences(changes: OutsideChanges, singular: str, plural: str) -> list[str]:
    """What was deleted and changed. `singular`, `plural`: what happens with deleted objects."""
    result = []
    if changes.deleted:
        names = _names(changes.deleted, "was", "were")
        result.append(f"{names} deleted outside Anykube; {singular if len(changes.deleted) == 1 else plural}.")
    if changes.changed:
        result.append(
            f"{_names(changes.changed, 'was', 'were')} changed outside Anykube; the pods return to the settings."
        )
    return result


def _names(objects: Mapping[str, str], singular: str, plural: str) -> str:
    names, rest = list(objects.values())[:_MAX_NAMES], len(objects) - _MAX_NAMES
    more = f" and {rest} more object{'s' if rest > 1 else ''}" if rest > 0 else ""
    return f"{', '.join(names)}{more} {singular if len(objects) == 1 else plural}"


def _deleted(
    api: ClusterApi, deployment: Mapping[str, Any], stack_owner: str, say: Callable[[str], object]
) -> Mapping[str, str]:
    resources = {resource["urn"]: resource for resource in deployment["resources"]}
    objects = [item for item in state_objects(deployment) if not _may_be_gone(resources[item.urn])]
    start, comparisons = time.monotonic(), compare(api, objects, stack_owner)
    if leaving := [item for item in comparisons if _is_leaving(item)]:
        names = {item.object.urn: str(item.object.key) for item in leaving}
        say(f"{_names(names, 'is', 'are')} being deleted outside Anykube. Waiting until this is done.")
    while any(map(_is_leaving, comparisons)) and time.monotonic() - start < _DELETION_SECONDS:
        time.sleep(1)
        comparisons = compare(api, objects, stack_owner)
    return {item.object.urn: str(item.object.key) for item in comparisons if item.verdict == "missing"}


def _is_leaving(comparison: Comparison) -> bool:
    live = comparison.live
    return comparison.verdict == "ours" and live is not None and "deletionTimestamp" in live.metadata


def _may_be_gone(resource: Mapping[str, Any]) -> bool:
    """Whether Pulumi deletes the object in the next run, or Kubernetes after it has finished."""
    spec = (resource.get("inputs") or {}).get("spec")
    return bool(resource.get("delete")) or (isinstance(spec, Mapping) and _EXPIRING in spec)


def _changed(api: ClusterApi, deployment: Mapping[str, Any]) -> Mapping[str, str]:
    """The workloads whose live pod template is not the one of the last run."""
    stack_workloads = [workload for workload in workloads(deployment) if workload.kind not in ("Service", "Job")]
    return {
        workload.urn: str(workload)
        for workload, live in live_objects(api, stack_workloads)
        for field in _TEMPLATES
        if live is not None and field in workload.applied
        if not _includes(live["spec"].get(field), workload.applied[field])
    }


def _includes(live: Any, applied: Any) -> bool:
    """Whether a live value has everything that the last run applied. Secret values are not compared."""
    if isinstance(applied, Mapping):
        if SIGNATURE_KEY in applied:
            return True
        return isinstance(live, Mapping) and all(_includes(live.get(key), value) for key, value in applied.items())
    if isinstance(applied, list):
        same_length = isinstance(live, list) and len(live) == len(applied)
        return same_length and all(map(_includes, live, applied))
    return bool(live == applied)
