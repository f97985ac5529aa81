"""Refuses a run that would take over Kubernetes objects of others, before anything changes.

The program calls `admit` with all its objects (components/anykube/_admission.py), in `pulumi up` and `pulumi preview`
alike. An object may be new, this stack's, or one that the settings name under `adopt`.
"""

import json
import re
import subprocess
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import pulumi
from anykube._admission import RefusedError, RegisteredObject
from anykube._ownership import OWNER, field_manager, owner
from anykube._workloads.metadata import MANAGED_BY
from anykube.settings.placement import has_moved_from
from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_after_delay, wait_fixed

from anykube_cli.cluster_api import ClusterApi, StatusError
from anykube_cli.kubeconfig import UnreachableError
from anykube_cli.live_objects import (
    Comparison,
    KubernetesObject,
    LiveObject,
    ObjectKey,
    compare,
    global_kinds,
    object_path,
    read,
    state_objects,
)
from anykube_cli.state_service import client

_MANAGER = "anykube"
_NEW_CLUSTER_SECONDS = 120.0
"""How long the first run waits for a cluster. An EKS access entry, for instance, takes effect after its creation."""
_RETRY_SECONDS = 1.0
_CLAIM = "PersistentVolumeClaim"
[(_MANAGED_BY, _ANYKUBE)] = MANAGED_BY.items()
_TOOLS = re.compile(
    r"kubectl|pulumi|helm|terraform|argocd|kustomize-controller|anykube|before-first-apply", re.IGNORECASE
)
"""Field managers of tools that deploy what people write, in contrast to controllers."""


def admit(kubeconfig: str, objects: Collection[RegisteredObject], adopted: Collection[str], *, dry_run: bool) -> None:
    """Raises RefusedError, which names all objects that the program would take over, and who has them."""
    try:
        state = list(state_objects(_deployment()))
        is_new = not state and not dry_run
        # A new cluster takes a while to respond and to let its creator in.
        stop = stop_after_delay(_NEW_CLUSTER_SECONDS) if is_new else stop_after_attempt(1)
        for attempt in Retrying(
            retry=retry_if_exception(_is_temporary),
            wait=wait_fixed(_RETRY_SECONDS),
            stop=stop,
            reraise=True,
        ):
            with attempt, ClusterApi(kubeconfig) as api:
                _admit(api, objects, state, adopted, dry_run=dry_run)
    except (UnreachableError, StatusError) as error:
        if not dry_run:  # a preview may precede the cluster, or run where it cannot be reached
            raise RefusedError(f"cannot check who has the objects: {error}") from None


def _is_temporary(error: BaseException) -> bool:
    if isinstance(error, StatusError):
        return error.code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    return isinstance(error, UnreachableError)


def _admit(
    api: ClusterApi,
    objects: Collection[RegisteredObject],
    state: Sequence[KubernetesObject],
    adopted: Collection[str],
    *,
    dry_run: bool,
) -> None:
    stack_owner = owner(pulumi.get_project(), pulumi.get_stack())
    uids = {item.key: item.uid for item in state}
    registered = _by_key(api, objects)
    live = _read(api, registered)
    problems = [
        *_others(registered, live, uids, stack_owner, adopted),
        *_missing_namespaces(registered, live),
        *_lost(compare(api, (item for item in state if item.key not in registered), stack_owner)),
    ]
    if problems:
        raise RefusedError("\n".join(problems))
    for key, item in registered.items() if not dry_run else ():
        is_used = item.is_shared or item.is_existing
        if key in live and live[key].uid != uids.get(key) and not is_used:
            is_adopted = bool({str(key), item.title} & {*adopted})
            _take_over(api, live[key], _version(item), stack_owner, keep=is_adopted)


def objects_of_others(
    api: ClusterApi,
    objects: Collection[RegisteredObject],
    deployment: Mapping[str, Any],
    stack_owner: str,
    adopted: Collection[str] = (),
) -> str:
    """The objects that a run of the stack would take over, as text for people. Empty if there are none.

    Raises UnreachableError, StatusError.
    """
    registered = _by_key(api, objects)
    uids = {item.key: item.uid for item in state_objects(deployment)}
    return "\n".join(_others(registered, _read(api, registered), uids, stack_owner, adopted))


def _read(api: ClusterApi, registered: Mapping[ObjectKey, RegisteredObject]) -> Mapping[ObjectKey, LiveObject]:
    """The live objects of the kinds and namespaces of these objects, and the claims where StatefulSets need some."""
    objects = [KubernetesObject(key, _version(item)) for key, item in registered.items()]
    namespaces = {key.namespace for key, item in registered.items() if item.claim_templates}
    claims = [KubernetesObject(ObjectKey("", _CLAIM, namespace, ""), "v1") for namespace in namespaces]
    return read(api, [*objects, *claims])


def _deployment() -> Mapping[str, Any]:
    """The state of the stack that this program is part of. Raises UnreachableError.

    The program has the engine's environment, which a rehearsal or a partial update changes.
    """
    deployment = client.engine_deployment(pulumi.get_project(), pulumi.get_stack())
    if deployment is not None:
        return deployment
    command = ["pulumi", "stack", "export", "--stack", pulumi.get_stack(), "--non-interactive"]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if result.returncode:
        raise UnreachableError(f"cannot read the stack's state: {result.stderr.strip()}")
    return dict(json.loads(result.stdout).get("deployment") or {})


def _lost(comparisons: Iterable[Comparison]) -> Iterator[str]:
    """Objects in the state that now belong to others, which `pulumi up` would delete."""
    for comparison in comparisons:
        if comparison.verdict == "foreign" and comparison.live:
            yield (
                f"{comparison.object.key} {who_has(comparison.live)}, but is in the state of this stack. `anykube up` "
                f"removes it from the state, as does: pulumi state delete '{comparison.object.urn}'"
            )


def _by_key(api: ClusterApi, objects: Collection[RegisteredObject]) -> Mapping[ObjectKey, RegisteredObject]:
    """The objects by key. Programs set a namespace on objects of custom kinds that have none, which Pulumi ignores."""
    without = global_kinds(api, {(_group(item), _version(item)) for item in objects})
    return {
        ObjectKey(
            _group(item), item.kind, "" if (_group(item), item.kind) in without else item.namespace, item.name
        ): item
        for item in objects
    }


def _group(item: RegisteredObject) -> str:
    return item.api_version.rpartition("/")[0]


def _version(item: RegisteredObject) -> str:
    return item.api_version.rpartition("/")[2]


def _is_ours(item: RegisteredObject, live: LiveObject, uid: str | None, stack_owner: str) -> bool:
    """Whether the stack may use the live object. `uid`: the uid in the stack's state."""
    if item.is_existing or (item.is_shared and live.is_shared) or live.owner == stack_owner:
        return True
    # Objects of stacks that were deployed before there were marks have none.
    return live.owner is None and not live.users and live.uid == uid


def _has_moved(item: RegisteredObject, live: LiveObject, stack_owner: str) -> bool:
    """Whether the object is another stack's of the project, and its app has moved from those settings to these."""
    project, _, stack = (live.owner or "").rpartition("/")
    return bool(item.app and project and stack_owner.startswith(f"{project}/") and has_moved_from(stack, item.app))


def _others(
    registered: Mapping[ObjectKey, RegisteredObject],
    live: Mapping[ObjectKey, LiveObject],
    uids: Mapping[ObjectKey, str],
    stack_owner: str,
    adopted: Collection[str],
) -> Iterator[str]:
    """What would be taken over, and what to do."""
    taken = [
        live[key]
        for key, item in registered.items()
        if key in live
        and not _is_ours(item, live[key], uids.get(key), stack_owner)
        and not {str(key), item.title} & {*adopted}
        and not _has_moved(item, live[key], stack_owner)
    ]
    taken += [claim for claim in _claims_of_others(registered, live) if str(claim.key) not in adopted]
    conflicts = [
        line
        for key, item in registered.items()
        if key in live and item.is_shared
        for line in _different_metadata(item, live[key], stack_owner)
    ]
    if taken:
        yield "These objects exist already and do not belong to this stack. Nothing in the cluster was changed."
        yield from (f"  {item.key} {who_has(item)}" for item in taken)
        yield from _remedies(taken)
    yield from conflicts


def _claims_of_others(
    registered: Mapping[ObjectKey, RegisteredObject], live: Mapping[ObjectKey, LiveObject]
) -> Iterator[LiveObject]:
    """Claims that StatefulSets would use because of their names, although Kubernetes did not create them for these.

    With `claims: delete`, Kubernetes would delete them with the StatefulSet.
    """
    for key, item in registered.items():
        if not item.claim_templates:
            continue
        names = re.compile(rf"({'|'.join(map(re.escape, item.claim_templates))})-{re.escape(key.name)}-\d+")
        for claim in live.values():
            if (claim.key.kind, claim.key.namespace) == (_CLAIM, key.namespace) and names.fullmatch(claim.key.name):
                labels: Mapping[str, str] = claim.metadata.get("labels") or {}
                is_selected = item.claim_labels.items() <= labels.items()
                if not is_selected or labels.get(_MANAGED_BY, _ANYKUBE) != _ANYKUBE:
                    yield claim


def _remedies(taken: Collection[LiveObject]) -> Iterator[str]:
    namespaces = [item.key.name for item in taken if item.key.kind == "Namespace"]
    objects = [item for item in taken if item.key.kind != "Namespace"]
    if namespaces:
        yield "To use a namespace as it is, without creating, changing or deleting it, add to the settings:"
        yield "  namespaces:"
        yield from (f"    {name}: {{existing: true}}" for name in namespaces)
    if objects:
        yield "Choose other names, or remove the objects there. To take them over, add to the settings of this stack:"
        yield "  adopt:"
        yield from (f"    - {item.key}" for item in objects)


def _different_metadata(item: RegisteredObject, live: LiveObject, stack_owner: str) -> Iterator[str]:
    """Labels and annotations that another stack sets to another value: the API server would report a conflict."""
    others = sorted(live.users - {stack_owner})
    if not others or not live.is_shared:
        return
    for section in ("labels", "annotations"):
        current = live.metadata.get(section) or {}
        for name, value in (item.metadata.get(section) or {}).items():
            if isinstance(value, str) and current.get(name, value) != value:
                yield (
                    f"{live.key}: this stack sets {section}[{name!r}] to {value!r}, but {', '.join(others)} set it to "
                    f"{current[name]!r}. Stacks that share a namespace need the same `namespaces.{live.key.name}`."
                )


def _missing_namespaces(
    registered: Mapping[ObjectKey, RegisteredObject], live: Mapping[ObjectKey, LiveObject]
) -> Iterator[str]:
    for key, item in registered.items():
        if item.is_existing and key not in live:
            yield (
                f"The cluster has no namespace {key.name}, but namespaces.{key.name}.existing is true. Create it, or "
                "remove `existing`: Anykube then creates it."
            )


def who_has(live: LiveObject) -> str:
    """Who has an object, to be read after its name."""
    if live.owner:
        project, _, stack = live.owner.rpartition("/")
        return f"belongs to stack {stack} of project {project}"
    if live.users:
        return f"is shared by {', '.join(sorted(live.users))}"
    release = live.annotations.get("meta.helm.sh/release-name")
    if release:
        return f"belongs to the Helm release {release}"
    managers = [entry.get("manager", "") for entry in live.metadata.get("managedFields") or ()]
    return f"was created by {managers[0]}" if managers and managers[0] else "was created by somebody else"


def _take_over(api: ClusterApi, live: LiveObject, version: str, stack_owner: str, *, keep: bool) -> None:
    """Ends the ownership of fields by other tools. Controllers keep their fields.

    `keep`: the fields become those of this stack's field manager, so that it removes those that the settings do not
    have. Otherwise the object is from a run that was killed before it was recorded, or from a stack that had the app
    before: without an owner of its fields there is no conflict if the settings have changed since.

    https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership
    """
    entries = live.metadata.get("managedFields") or []
    api_version = f"{live.key.group}/{version}" if live.key.group else version
    theirs = [entry for entry in entries if _is_tool(entry) and entry["apiVersion"] == api_version]
    if not theirs:
        return
    fields: dict[str, Any] = {"f:metadata": {"f:annotations": {f"f:{OWNER}": {}}}}
    for entry in theirs if keep else ():
        fields = _union(fields, entry.get("fieldsV1") or {})
    for name in ("f:finalizers", "f:ownerReferences"):
        fields.get("f:metadata", {}).pop(name, None)
    applied = {
        "manager": field_manager(stack_owner),
        "operation": "Apply",
        "apiVersion": api_version,
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    }
    kept = [entry for entry in entries if entry not in theirs]
    patch = [
        {"op": "test", "path": "/metadata/resourceVersion", "value": live.metadata["resourceVersion"]},
        {"op": "replace", "path": "/metadata/managedFields", "value": [*kept, applied]},
    ]
    if live.owner:
        mark = f"/metadata/annotations/{OWNER.replace('/', '~1')}"
        patch.append({"op": "replace", "path": mark, "value": stack_owner})
    headers = {"Content-Type": "application/json-patch+json"}
    path = object_path(api, KubernetesObject(live.key, version))
    assert path is not None  # the object was just read
    api.request("PATCH", path, query={"fieldManager": _MANAGER}, body=patch, headers=headers)


def _is_tool(entry: Mapping[str, Any]) -> bool:
    return not entry.get("subresource") and bool(_TOOLS.search(entry.get("manager", "")))


def _union(left: Mapping[str, Any], right: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(left)
    for key, value in right.items():
        result[key] = _union(result.get(key, {}), value)
    return result
