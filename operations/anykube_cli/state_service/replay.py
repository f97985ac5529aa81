"""Replays the journal of a run onto the state that the run started from.

The entries and their meaning are those of version 1 of Pulumi's journal: `sdk/go/common/apitype/journal.go` and
`pkg/backend/journal.go` of github.com/pulumi/pulumi, v3.255. An engine continues only after an entry is acknowledged.
So even if it is killed, the replayed state has every resource that exists, and unfinished operations as pending.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from anykube_cli.state_service.partial_update import Resource, still_referenced

Json = dict[str, Any]

_SCHEMA, _SCHEMA_WITH_FEATURES = 3, 4
_FEATURES = {
    "refreshBeforeUpdate": "refreshBeforeUpdate",
    "viewOf": "views",
    "resourceHooks": "hooks",
    "taint": "taint",
    "replaceWith": "replaceWith",
    "extensionRef": "extensionParameterization",
    "snippetID": "snippets-prototype",
}
"""The feature that an engine must support to read a resource with this field."""


class Kind(IntEnum):
    """The kind of a journal entry."""

    BEGIN = 0
    SUCCESS = 1
    FAILURE = 2
    REFRESH_SUCCESS = 3
    OUTPUTS = 4
    WRITE = 5
    SECRETS_MANAGER = 6
    REBUILT_BASE_STATE = 7
    EXTENSION_PARAMETERIZE = 8
    SNIPPETS = 9


def replay(base: Json, entries: Iterable[Json], engine: str, hidden: Sequence[Resource] = ()) -> Json:
    """Returns the deployment, with its schema version and features, after all entries. May modify `base`.

    `engine` is the Pulumi version for the manifest. `hidden` are the resources that a partial update does not see.
    """
    run = _Run(base)
    sequence_ids = set[int]()
    for entry in entries:
        # The engine sends a batch again if it did not receive the response.
        if entry["sequenceID"] not in sequence_ids:
            sequence_ids.add(entry["sequenceID"])
            run.add(entry)
            if entry["kind"] == Kind.REBUILT_BASE_STATE:
                run = run.rebuilt(engine)
    return run.deployment(engine, hidden)


class _Run:
    """The effects of a run so far: its new resources, and changes to the resources of the base state."""

    def __init__(self, base: Json) -> None:
        self.base = base
        self.new: list[Json] = []
        self.new_index: dict[int, int] = {}  # operation id → index in `new`
        self.pending: dict[int, Json] = {}
        self.removed_old, self.removed_new = set[int](), set[int]()
        self.replaced: dict[int, Json] = {}
        self.deleting, self.pending_replacement = set[int](), set[int]()
        self.extensions: Json = {}
        self.refreshed = self.byte_strings = False

    def rebuilt(self, engine: str) -> "_Run":
        """Returns a run that starts from this run's result, because later entries use indices into that."""
        run = _Run(self.deployment(engine)["deployment"])
        run.refreshed, run.byte_strings = self.refreshed, self.byte_strings
        return run

    def add(self, entry: Json) -> None:
        self.byte_strings |= entry.get("requiresByteString", False)
        operation, state = entry["operationID"], entry.get("state")
        match Kind(entry["kind"]):
            case Kind.BEGIN:
                self.pending[operation] = entry
            case Kind.SUCCESS:
                self.pending.pop(operation, None)
                self._succeed(entry)
            case Kind.FAILURE:
                self.pending.pop(operation, None)
            case Kind.REFRESH_SUCCESS:
                self.pending.pop(operation, None)
                self.refreshed = True
                self._replace_state(entry, state, is_deleted=state is None)
            case Kind.OUTPUTS:
                if state is not None:
                    self._replace_state(entry, state)
            case Kind.WRITE:
                self.base = entry["newSnapshot"]
            case Kind.SECRETS_MANAGER:
                self.base["secrets_providers"] = entry["secretsProvider"]
            case Kind.SNIPPETS:
                self.base["snippets"] = entry.get("snippets", [])
            case Kind.EXTENSION_PARAMETERIZE:
                self.extensions[entry["extensionRef"]] = entry["extension"]
            case Kind.REBUILT_BASE_STATE:
                pass

    def _succeed(self, entry: Json) -> None:
        if state := entry.get("state"):
            self.new_index[entry["operationID"]] = len(self.new)
            self.new.append(state)
        for field, indices in (
            ("removeOld", self.removed_old),
            ("removeNew", self.removed_new),
            ("deleteOld", self.deleting),
            ("pendingReplacementOld", self.pending_replacement),
        ):
            if (index := entry.get(field)) is not None:
                indices.add(index)
        for field, mark in (("deleteNew", "delete"), ("pendingReplacementNew", "pendingReplacement")):
            if (operation := entry.get(field)) is not None:
                self.new[self.new_index[operation]][mark] = True
        self.refreshed |= entry.get("isRefresh", False)

    def _replace_state(self, entry: Json, state: Json | None, *, is_deleted: bool = False) -> None:
        old, new = entry.get("removeOld"), entry.get("removeNew")
        if is_deleted:
            self.removed_old.update([] if old is None else [old])
            self.removed_new.update([] if new is None else [new])
        elif state is not None:
            if old is not None:
                self.replaced[old] = state
            if new is not None:
                self.new[self.new_index[new]] = state

    def deployment(self, engine: str, hidden: Sequence[Resource] = ()) -> Json:
        """The state as the engine would have written it."""
        resources = self._resources()
        restored = still_referenced(resources, hidden, self.base.get("resources") or ()) if hidden else ()
        resources += map(dict, (*restored, *hidden))
        pending = [entry["operation"] for entry in self.pending.values() if entry.get("operation")]
        # A later run cannot know whether a pending creation of an earlier run succeeded, so it stays pending.
        pending += [old for old in self.base.get("pending_operations") or [] if old["type"] == "creating"]
        if self.refreshed:
            _remove_dangling_references(resources)
        deployment = {
            "manifest": _manifest(engine),
            "secrets_providers": self.base.get("secrets_providers"),
            "resources": resources,
            "pending_operations": pending,
            "metadata": self.base.get("metadata") or {},
            "snippets": self.base.get("snippets"),
            "extensions": {**self.extensions, **(self.base.get("extensions") or {})},
        }
        deployment = {key: value for key, value in deployment.items() if value or key == "metadata"}
        features = self._features([*resources, *(operation["resource"] for operation in pending)])
        _resolve_aliases(deployment)
        return {
            "version": _SCHEMA_WITH_FEATURES if features else _SCHEMA,
            "features": features,
            "deployment": deployment,
        }

    def _resources(self) -> list[Json]:
        removed = {self.new_index[operation] for operation in self.removed_new}
        resources = [state for index, state in enumerate(self.new) if index not in removed]
        for index, state in enumerate(self.base.get("resources") or []):
            if index in self.removed_old:
                continue
            if index in self.replaced:
                resources.append(self.replaced[index])
                continue
            marks = {"pendingReplacement": index in self.pending_replacement, "delete": index in self.deleting}
            resources.append({**state, **{mark: True for mark, is_set in marks.items() if is_set}})
        return resources

    def _features(self, resources: Sequence[Json]) -> list[str]:
        features = {name for resource in resources for field, name in _FEATURES.items() if resource.get(field)}
        if self.byte_strings:
            features.add("byteString")
        if self.base.get("snippets"):
            features.add(_FEATURES["snippetID"])
        return sorted(features)


def _manifest(engine: str) -> Json:
    magic = hashlib.sha256(engine.encode()).hexdigest() if engine else ""
    return {"time": datetime.now(UTC).isoformat(), "magic": magic, "version": engine}


def _remove_dangling_references(resources: Sequence[Json]) -> None:
    """Removes references to resources that a refresh found deleted. Such references come later in the list."""
    present = set[str]()
    parents: dict[str, str] = {}
    for resource in resources:
        for field in ("dependencies", "replaceWith"):
            if resource.get(field):
                resource[field] = [urn for urn in resource[field] if urn in present]
        if by_property := resource.get("propertyDependencies"):
            resource["propertyDependencies"] = {
                name: [urn for urn in urns or [] if urn in present] for name, urns in by_property.items()
            }
        if resource.get("deletedWith") not in present:
            resource.pop("deletedWith", None)
        present.add(resource["urn"])
    for resource in resources:
        parent = resource.get("parent", "")
        if parent and parent not in present:
            resource["parent"] = parent = parents.get(parent, "")
        parents[resource["urn"]] = parent


def _resolve_aliases(deployment: Json) -> None:
    """Replaces references to former URNs by the current ones and removes the aliases.

    An alias from the program takes precedence over one derived from the parent's. Pulumi has the opposite order, which
    can make resources depend on others that come after them, for example if an object is pending deletion below a
    renamed component. No engine can read such a state.
    """
    resources: Sequence[Json] = deployment.get("resources", [])
    current = {alias: resource["urn"] for resource in resources for alias in resource.get("aliases") or []}
    for resource in resources:
        parent = current.get(resource.get("parent", ""))
        if parent and _qualified_type(parent) != "pulumi:pulumi:Stack":
            current.setdefault(resource["urn"], _child_urn(parent, resource["urn"]))
        resource.pop("aliases", None)
    if not current:
        return
    for resource in resources:
        for field in ("urn", "parent", "deletedWith", "viewOf"):
            if field in resource:
                resource[field] = current.get(resource[field], resource[field])
        if provider := resource.get("provider"):
            urn, _, provider_id = provider.rpartition("::")
            resource["provider"] = f"{current.get(urn, urn)}::{provider_id}"
        if dependencies := resource.get("dependencies"):
            resource["dependencies"] = _resolve(dependencies, current)
        if by_property := resource.get("propertyDependencies"):
            resource["propertyDependencies"] = {
                name: _resolve(urns or [], current) for name, urns in by_property.items()
            }


def _resolve(urns: Sequence[str], current: Mapping[str, str]) -> list[str]:
    return [current.get(urn, urn) for urn in urns]


def _qualified_type(urn: str) -> str:
    return urn.split("::", 3)[2]


def _child_urn(parent: str, urn: str) -> str:
    """The URN with the qualified type of this parent."""
    stack, project, qualified_type, name = urn.split("::", 3)
    return "::".join((stack, project, f"{_qualified_type(parent)}${qualified_type.rpartition('$')[2]}", name))
