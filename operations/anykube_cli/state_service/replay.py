"""The journal of a run, replayed onto the state that the run began with.

The entries and what each means are those of version 1 of Pulumi's journal: `sdk/go/common/apitype/journal.go` and
`pkg/backend/journal.go` of github.com/pulumi/pulumi, v3.255. An engine that is killed has had every entry that it went
on from acknowledged, so the replayed state has all that exists, and names what was under way as pending.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from anykube_cli.state_service.partial_update import Resource, still_needed

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
"""What an engine must understand to read a resource that has the field."""


class Kind(IntEnum):
    """What an entry of the journal tells."""

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


def replay(base: Json, entries: Iterable[Json], engine: str, rest: Sequence[Resource] = ()) -> Json:
    """The deployment, with its schema version and features, after all entries. `base` is not used again.

    `engine` is the version of Pulumi that is written into the manifest. `rest` is what the run did not see.
    """
    run = _Run(base)
    seen = set[int]()
    for entry in entries:
        # The engine sends a batch again whose answer it did not get.
        if entry["sequenceID"] not in seen:
            seen.add(entry["sequenceID"])
            run.add(entry)
            if entry["kind"] == Kind.REBUILT_BASE_STATE:
                run = run.rebuilt(engine)
    return run.deployment(engine, rest)


class _Run:
    """What a run did so far: resources of its own, and marks on those that it began with."""

    def __init__(self, base: Json) -> None:
        self.base = base
        self.new: list[Json] = []
        self.place: dict[int, int] = {}  # of an operation's resource among the new ones
        self.begun: dict[int, Json] = {}
        self.removed_old, self.removed_new = set[int](), set[int]()
        self.replaced: dict[int, Json] = {}
        self.deleting, self.pending_replacement = set[int](), set[int]()
        self.extensions: Json = {}
        self.refreshed = self.byte_strings = False

    def rebuilt(self, engine: str) -> "_Run":
        """A run that begins with what this one came to: indices count anew from here on."""
        run = _Run(self.deployment(engine)["deployment"])
        run.refreshed, run.byte_strings = self.refreshed, self.byte_strings
        return run

    def add(self, entry: Json) -> None:
        self.byte_strings |= entry.get("requiresByteString", False)
        operation, state = entry["operationID"], entry.get("state")
        match Kind(entry["kind"]):
            case Kind.BEGIN:
                self.begun[operation] = entry
            case Kind.SUCCESS:
                self.begun.pop(operation, None)
                self._succeed(entry)
            case Kind.FAILURE:
                self.begun.pop(operation, None)
            case Kind.REFRESH_SUCCESS:
                self.begun.pop(operation, None)
                self.refreshed = True
                self._exchange(entry, state, gone=state is None)
            case Kind.OUTPUTS:
                if state is not None:
                    self._exchange(entry, state)
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
            self.place[entry["operationID"]] = len(self.new)
            self.new.append(state)
        for field, marked in (
            ("removeOld", self.removed_old),
            ("removeNew", self.removed_new),
            ("deleteOld", self.deleting),
            ("pendingReplacementOld", self.pending_replacement),
        ):
            if (index := entry.get(field)) is not None:
                marked.add(index)
        for field, mark in (("deleteNew", "delete"), ("pendingReplacementNew", "pendingReplacement")):
            if (operation := entry.get(field)) is not None:
                self.new[self.place[operation]][mark] = True
        self.refreshed |= entry.get("isRefresh", False)

    def _exchange(self, entry: Json, state: Json | None, *, gone: bool = False) -> None:
        old, new = entry.get("removeOld"), entry.get("removeNew")
        if gone:
            self.removed_old.update([] if old is None else [old])
            self.removed_new.update([] if new is None else [new])
        elif state is not None:
            if old is not None:
                self.replaced[old] = state
            if new is not None:
                self.new[self.place[new]] = state

    def deployment(self, engine: str, rest: Sequence[Resource] = ()) -> Json:
        """The state as the engine would have written it."""
        resources = self._resources()
        kept = still_needed(resources, rest, self.base.get("resources") or ()) if rest else ()
        resources += map(dict, (*kept, *rest))
        pending = [entry["operation"] for entry in self.begun.values() if entry.get("operation")]
        # A creation that an earlier run left under way is settled by somebody who looks, not by a run that goes by.
        pending += [old for old in self.base.get("pending_operations") or [] if old["type"] == "creating"]
        if self.refreshed:
            _forget_what_is_gone(resources)
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
        removed = {self.place[operation] for operation in self.removed_new}
        found = [state for index, state in enumerate(self.new) if index not in removed]
        for index, state in enumerate(self.base.get("resources") or []):
            if index in self.removed_old:
                continue
            if index in self.replaced:
                found.append(self.replaced[index])
                continue
            marks = {"pendingReplacement": index in self.pending_replacement, "delete": index in self.deleting}
            found.append({**state, **{mark: True for mark, on in marks.items() if on}})
        return found

    def _features(self, resources: Sequence[Json]) -> list[str]:
        found = {name for resource in resources for field, name in _FEATURES.items() if resource.get(field)}
        if self.byte_strings:
            found.add("byteString")
        if self.base.get("snippets"):
            found.add(_FEATURES["snippetID"])
        return sorted(found)


def _manifest(engine: str) -> Json:
    magic = hashlib.sha256(engine.encode()).hexdigest() if engine else ""
    return {"time": datetime.now(UTC).isoformat(), "magic": magic, "version": engine}


def _forget_what_is_gone(resources: Sequence[Json]) -> None:
    """A refresh may find a resource gone that others still name. They come later in the list, and let go of it."""
    there = set[str]()
    parents: dict[str, str] = {}
    for resource in resources:
        for field in ("dependencies", "replaceWith"):
            if resource.get(field):
                resource[field] = [urn for urn in resource[field] if urn in there]
        if by_property := resource.get("propertyDependencies"):
            resource["propertyDependencies"] = {
                name: [urn for urn in urns or [] if urn in there] for name, urns in by_property.items()
            }
        if resource.get("deletedWith") not in there:
            resource.pop("deletedWith", None)
        there.add(resource["urn"])
    for resource in resources:
        parent = resource.get("parent", "")
        if parent and parent not in there:
            resource["parent"] = parent = parents.get(parent, "")
        parents[resource["urn"]] = parent


def _resolve_aliases(deployment: Json) -> None:
    """Whoever names a resource by an earlier URN names it by the present one; then no alias is needed any more.

    An alias that a program has given counts for more than what follows from the parent's. Pulumi's own rules have it
    the other way round where both apply, as with an object that waits for its deletion below a component that was
    renamed: others then name what comes after them, and no engine reads that state again.
    """
    resources: Sequence[Json] = deployment.get("resources", [])
    present = {alias: resource["urn"] for resource in resources for alias in resource.get("aliases") or []}
    for resource in resources:
        parent = present.get(resource.get("parent", ""))
        if parent and _type_of(parent) != "pulumi:pulumi:Stack":
            present.setdefault(resource["urn"], _below(parent, resource["urn"]))
        resource.pop("aliases", None)
    if not present:
        return
    for resource in resources:
        for field in ("urn", "parent", "deletedWith", "viewOf"):
            if field in resource:
                resource[field] = present.get(resource[field], resource[field])
        if provider := resource.get("provider"):
            urn, _, identity = provider.rpartition("::")
            resource["provider"] = f"{present.get(urn, urn)}::{identity}"
        if dependencies := resource.get("dependencies"):
            resource["dependencies"] = _now(dependencies, present)
        if by_property := resource.get("propertyDependencies"):
            resource["propertyDependencies"] = {name: _now(urns or [], present) for name, urns in by_property.items()}


def _now(urns: Sequence[str], present: Mapping[str, str]) -> list[str]:
    return [present.get(urn, urn) for urn in urns]


def _type_of(urn: str) -> str:
    return urn.split("::", 3)[2]


def _below(parent: str, urn: str) -> str:
    """The URN with the parent's qualified type before its own."""
    stack, project, kind, name = urn.split("::", 3)
    return "::".join((stack, project, f"{_type_of(parent)}${kind.rpartition('$')[2]}", name))
