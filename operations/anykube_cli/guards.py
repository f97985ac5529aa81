"""The guard: stops a run that would replace or delete a guarded resource, unless --allow names the resource.

It reads Pulumi's plan, not the settings, so it sees what the run will do. guarded.toml lists what is guarded. A change
whose effect is unknown counts as a replacement.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anykube_cli.guarded import Kind, guarded
from anykube_cli.previews import Preview

_REPLACED, _DELETED, _UNKNOWN = "replaced", "deleted", "changed"
EFFECTS = {
    "delete": _DELETED,
    "discard": _DELETED,
    "replace": _REPLACED,
    "create-replacement": _REPLACED,
    "import-replacement": _REPLACED,
    "delete-replaced": _REPLACED,
    "discard-replaced": _REPLACED,
}
"""What Pulumi's steps do to the old resource."""
_CAUSED = ("replace", "create-replacement", "import-replacement")
"""The steps for which Pulumi names the cause."""
_LOCK = "azure-native:authorization:ManagementLockByScope"
"""Azure's deletion protection. It also protects everything below its scope: the cluster's node pools.

https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources#lock-inheritance
"""
_NOT_KNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Pulumi's placeholder for text that is not known before the update (resource/plugin/rpc.go)."""
_MAX_LENGTH = 60
"""Messages show values up to this many characters."""
_OURS = "anykube:index:"
_KEYS = re.compile(r'\["([^"]+)"\]|\[(\d+)\]|([^.\[\]]+)')
_CLUSTERS = re.compile(r"anykube:index:\w+Cluster")


@dataclass(frozen=True)
class Field:
    """The property that causes a change, in the provider's terms. For a deletion: the setting that causes it."""

    path: str
    values: str = ""
    """`OLD → NEW`, if both are short enough."""

    def __str__(self) -> str:
        return f"{self.path}: {self.values}" if self.values else self.path


@dataclass(frozen=True)
class GuardedChange:
    """A guarded resource that a run would replace or delete, or might."""

    urn: str
    effect: str
    """replaced, deleted, or changed; the last if it is unknown whether the change replaces the resource."""
    fields: tuple[Field, ...] = ()
    kind: Kind | None = None
    """None: the type is not guarded, but the effect of the change is unknown."""
    is_protected: bool = False
    """Whether Pulumi or a lock of the cloud would refuse the change in the middle of a run."""

    @property
    def name(self) -> str:
        """The resource's name in Pulumi, which --allow takes."""
        return self.urn.rpartition("::")[2]

    @property
    def fails_preview(self) -> bool:
        """Whether the preview of this change fails although the update would succeed.

        The Kubernetes provider previews a replacement as an update of the existing object, and the API server rejects a
        change of an immutable field.

        https://github.com/pulumi/pulumi-kubernetes/issues/3984
        """
        return self.effect == _REPLACED and _type(self.urn).startswith("kubernetes:")

    def __str__(self) -> str:
        resource = f"{self.name} ({self.kind.noun if self.kind else _type(self.urn)})"
        causes = ", ".join(map(str, self.fields))
        if self.effect == _DELETED:
            return f"{resource} would be deleted, because the settings no longer define it. Check {causes}"
        if self.effect == _UNKNOWN:
            return f"{resource} would change, and it is unknown whether this replaces it: {causes}"
        if not causes:
            return f"{resource} would be replaced, and Pulumi does not report why"
        settings = f". Check {self.kind.settings} in the settings" if self.kind else ""
        return f"{resource} would be replaced because of {causes}{settings}"


@dataclass(frozen=True)
class Verdict:
    """The guard's verdict on a preview."""

    stopped: Sequence[GuardedChange]
    """Changes that --allow does not name, or that are protected."""
    unused: Sequence[str]
    """Names in --allow of resources that the run would neither replace nor delete."""

    @property
    def passes(self) -> bool:
        """Whether the run may continue."""
        return not self.stopped and not self.unused

    def sentences(self, stack: str) -> str:
        """Why the run stops, and how to allow the change. Empty if it does not stop."""
        unused = [
            f"--allow names {name}, which this run would neither replace nor delete. Leave it out."
            for name in self.unused
        ]
        if not self.stopped:
            return "\n".join(unused)
        lines = [*(f"{stack}: {change}." for change in self.stopped), *unused]
        if protected := [change.name for change in self.stopped if change.is_protected]:
            lines.append(
                f"Protected from deletion: {', '.join(protected)}. First set `protect: false` under `cluster` in "
                f"stacks/environments/{stack}.yaml, add a waiver for the rule cluster-protection, and run "
                f"`anykube up --stack {stack}`. Then make this change in a second run."
            )
        names = " ".join(f"--allow {name}" for name in dict.fromkeys(change.name for change in self.stopped))
        lines.append(f"Nothing was changed. To allow this, run: anykube up --stack {stack} {names}")
        return "\n".join(lines)


def evaluate(changes: Sequence[GuardedChange], allowed: Collection[str] = ()) -> Verdict:
    """Stops each change that `allowed` does not name, by Pulumi name or URN, and each protected one."""
    names = {change.name for change in changes} | {change.urn for change in changes}
    stopped = [change for change in changes if change.is_protected or not {change.name, change.urn} & {*allowed}]
    return Verdict(stopped, [name for name in dict.fromkeys(allowed) if name not in names])


def find_guarded_changes(preview: Preview) -> list[GuardedChange]:
    """The guarded resources that the preview would replace or delete, and the changes whose effect is unknown.

    In Pulumi's order: a cause comes before its consequences.
    """
    steps = list(preview.steps())
    components = _Components(steps)
    locked = {_parent(step) for step in steps if _type(step["urn"]) == _LOCK and step.get("old")}
    changes: dict[str, GuardedChange] = {}
    for step in steps:
        change = _guarded_change(step, components, locked)
        # A replacement has several steps, and not all of them name the causes.
        if change and (change.urn not in changes or change.fields):
            changes[change.urn] = change
    unknown = {(entry["urn"], tuple(entry["properties"])): None for entry in preview.unknown}
    unknown_changes = [
        GuardedChange(urn, _UNKNOWN, tuple(map(Field, paths)), guarded().get(_type(urn)))
        for urn, paths in unknown
        if urn not in changes
    ]
    return [*changes.values(), *unknown_changes]


def _guarded_change(
    step: Mapping[str, Any], components: "_Components", locked: Collection[str]
) -> GuardedChange | None:
    urn, effect = step["urn"], EFFECTS.get(step["op"])
    kind = guarded().get(_type(urn))
    if effect is None or (kind is None and step["op"] not in _CAUSED):
        return None
    causes = tuple(_causes(step))
    if kind is None:
        return None if causes else GuardedChange(urn, effect)
    old = step.get("old") or {}
    if kind.needs and _value(old.get("inputs") or {}, kind.needs) in (None, []):
        return None
    if effect == _DELETED:
        causes = (components.cause(_parent(step)) or Field(kind.settings),)
    is_protected = bool(old.get("protect")) or (kind.name in ("cluster", "pool") and _parent(step) in locked)
    return GuardedChange(urn, effect, causes, kind, is_protected)


class _Components:
    """The components that a preview keeps and creates. Their names are those of the apps and the cluster."""

    def __init__(self, steps: Sequence[Mapping[str, Any]]) -> None:
        components = [step for step in steps if _type(step["urn"]).startswith(_OURS)]
        # Pulumi does not report the deletion of a component that has a protected child.
        self._remaining = {step["urn"] for step in components if step["op"] not in EFFECTS}
        self._created = {_type(step["urn"]): step["urn"] for step in components if step["op"] == "create"}

    def cause(self, urn: str) -> Field | None:
        """The setting that removed a component; None if the component remains."""
        if not urn or urn in self._remaining or not _type(urn).startswith(_OURS):
            return None
        kind, name = _type(urn), urn.rpartition("::")[2]
        if not _CLUSTERS.fullmatch(kind):
            return Field("namespace" if kind.endswith(":Namespace") else f"apps.{name}")
        cluster = next((urn for token, urn in self._created.items() if _CLUSTERS.fullmatch(token)), None)
        if cluster is None:
            return Field("cluster")
        if _type(cluster) != kind:
            return Field("cluster.cloud")
        return Field("cluster.name", f"{name} → {cluster.rpartition('::')[2]}")


def _causes(step: Mapping[str, Any]) -> Iterator[Field]:
    """The properties that cause a replacement: from the detailed diff, which has full paths, or else from the keys."""
    details: Mapping[str, Any] = step.get("detailedDiff") or {}
    exact = [path for path, how in details.items() if str(how.get("diffKind", "")).endswith("-replace")]
    old, new = ((step.get(side) or {}).get("inputs") or {} for side in ("old", "new"))
    for path in sorted(exact or step.get("keys") or []):
        values = [_format(_value(side, path)) for side in (old, new)]
        yield Field(path, " → ".join(values) if all(values) and values[0] != values[1] else "")


def _value(inputs: Any, path: str) -> Any:
    """The value at a path such as `a.b[0]["c/d"]`; None if there is none."""
    for quoted, index, key in _KEYS.findall(path):
        if index and isinstance(inputs, list):
            inputs = inputs[int(index)] if int(index) < len(inputs) else None
        else:
            inputs = inputs.get(quoted or key) if isinstance(inputs, Mapping) else None
    return inputs


def _format(value: object) -> str:
    """A value for a message; empty if it is too long. Pulumi's event log already has `[secret]` in place of secrets."""
    if value is None:
        return "none"
    text = value if isinstance(value, str) else json.dumps(value)
    if _NOT_KNOWN in text:
        return "not known yet"
    return text if len(text) <= _MAX_LENGTH and "\n" not in text else ""


def _parent(step: Mapping[str, Any]) -> str:
    state = step.get("old") or step.get("new") or {}
    return str(state.get("parent") or "")


def _type(urn: str) -> str:
    """The resource's own type: the last one in the URN."""
    return urn.split("::")[2].rpartition("$")[2]
