"""The guard: a change that would replace or delete what is guarded stops a run, unless it was named.

It reads the engine's own plan, so that it sees what will be done, whatever a page says: what is guarded is in
guarded.toml. What cannot be known counts as dangerous.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anykube_cli.guarded import Kind, guarded
from anykube_cli.previews import Preview

_REPLACED, _DELETED, _UNKNOWN = "replaced", "deleted", "changed"
ENDS = {
    "delete": _DELETED,
    "discard": _DELETED,
    "replace": _REPLACED,
    "create-replacement": _REPLACED,
    "import-replacement": _REPLACED,
    "delete-replaced": _REPLACED,
    "discard-replaced": _REPLACED,
}
"""Steps of the engine after which a thing is not what it was."""
_CAUSED = ("replace", "create-replacement", "import-replacement")
"""Those of which the engine says what causes them."""
_LOCK = "azure-native:authorization:ManagementLockByScope"
"""Azure's deletion protection. It holds what is below its scope too: the cluster's pools.

https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources#lock-inheritance
"""
_NOT_KNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What Pulumi writes for text that is first known during the update (resource/plugin/rpc.go)."""
_LONGEST = 60
"""Characters of a value that are shown; a longer one is not."""
_OURS = "anykube:index:"
_KEYS = re.compile(r'\["([^"]+)"\]|\[(\d+)\]|([^.\[\]]+)')
_CLUSTERS = re.compile(r"anykube:index:\w+Cluster")


@dataclass(frozen=True)
class Field:
    """A property that causes a change, as Pulumi's provider calls it; or, of a deletion, the field of the page."""

    path: str
    values: str = ""
    """`OLD → NEW`, where both are short enough to be shown."""

    def __str__(self) -> str:
        return f"{self.path}: {self.values}" if self.values else self.path


@dataclass(frozen=True)
class Danger:
    """Something that a run would replace or delete, or may."""

    urn: str
    end: str
    """replaced, deleted, or changed in a way of which nobody knows whether it replaces."""
    fields: tuple[Field, ...] = ()
    kind: Kind | None = None
    """None: of a type that is not guarded, and in danger because nobody knows what the change does."""
    is_protected: bool = False
    """Whether Pulumi, or a lock, would refuse it in the middle of a run."""

    @property
    def name(self) -> str:
        """The resource's name in Pulumi, by which the change is allowed."""
        return self.urn.rpartition("::")[2]

    @property
    def is_refused_in_previews(self) -> bool:
        """Whether its preview fails, though the update does not: the Kubernetes provider previews a replacement as an
        update of the object that is still there, and the API server refuses to change what cannot be changed.

        https://github.com/pulumi/pulumi-kubernetes/issues/3984
        """
        return self.end == _REPLACED and _type(self.urn).startswith("kubernetes:")

    def __str__(self) -> str:
        what = self.kind.said if self.kind else _type(self.urn)
        causes = ", ".join(map(str, self.fields))
        if self.end == _DELETED:
            return f"{self.name}, {what}, would be deleted: nothing asks for it any longer; see {causes} on the page"
        if self.end == _UNKNOWN:
            return f"{self.name}, {what}, would be changed, and nobody knows whether that replaces it: {causes}"
        if not causes:
            return f"{self.name}, {what}, would be replaced, and the engine does not say why"
        page = f"; see {self.kind.page} on the page" if self.kind else ""
        return f"{self.name}, {what}, would be replaced because of {causes}{page}"


@dataclass(frozen=True)
class Judgement:
    """What the guard says of a preview, with the names that were given to it."""

    stopped: Sequence[Danger]
    """What was not named, or is protected."""
    idle: Sequence[str]
    """Names of what is in no danger."""

    @property
    def passes(self) -> bool:
        """Whether the run may go on."""
        return not self.stopped and not self.idle

    def sentences(self, stack: str) -> str:
        """What stops the run, and how to have it nevertheless. Empty where nothing does."""
        said = [f"{stack}: {danger}." for danger in self.stopped]
        if not self.stopped:
            return "\n".join(
                f"--allow names {name}, which this run would neither replace nor delete." for name in self.idle
            )
        if self.idle:
            said.append(f"--allow names what is in no danger, too: {', '.join(self.idle)}.")
        names = " ".join(f"--allow {name}" for name in dict.fromkeys(danger.name for danger in self.stopped))
        if protected := [danger.name for danger in self.stopped if danger.is_protected]:
            said.append(
                f"Protected: {', '.join(protected)}. First, in a run of its own, `protect: false` under `cluster` in "
                f"stacks/environments/{stack}.yaml, with a waiver of cluster-protection, and `anykube up "
                f"--stack {stack}`; "
                "only then this change."
            )
        said.append(f"Nothing was changed. If it is what you want, name it: anykube up --stack {stack} {names}")
        return "\n".join(said)


def judge(found: Sequence[Danger], allowed: Collection[str] = ()) -> Judgement:
    """Stops what was not named, by its name in Pulumi or its URN. What is protected stays so, named or not."""
    known = {danger.name for danger in found} | {danger.urn for danger in found}
    stopped = [one for one in found if one.is_protected or not {one.name, one.urn} & {*allowed}]
    return Judgement(stopped, [name for name in dict.fromkeys(allowed) if name not in known])


def dangers(preview: Preview) -> list[Danger]:
    """What the preview would replace or delete of what is guarded, and what nobody knows the effect of.

    In the engine's order: what causes something comes before what follows from it.
    """
    steps = list(preview.steps())
    moves = _Components(steps)
    locked = {_parent(step) for step in steps if _type(step["urn"]) == _LOCK and step.get("old")}
    found: dict[str, Danger] = {}
    for step in steps:
        danger = _danger(step, moves, locked)
        # A replacement takes several steps; not each of them has the causes.
        if danger and (danger.urn not in found or danger.fields):
            found[danger.urn] = danger
    strange = {(one["urn"], tuple(one["properties"])): None for one in preview.unknown}
    unknown = [
        Danger(urn, _UNKNOWN, tuple(map(Field, paths)), guarded().get(_type(urn)))
        for urn, paths in strange
        if urn not in found
    ]
    return [*found.values(), *unknown]


def _danger(step: Mapping[str, Any], moves: "_Components", locked: Collection[str]) -> Danger | None:
    urn, end = step["urn"], ENDS.get(step["op"])
    kind = guarded().get(_type(urn))
    if end is None or (kind is None and step["op"] not in _CAUSED):
        return None
    causes = tuple(_causes(step))
    if kind is None:
        return None if causes else Danger(urn, end)
    old = step.get("old") or {}
    if kind.needs and _value(old.get("inputs") or {}, kind.needs) in (None, []):
        return None
    if end == _DELETED:
        causes = (moves.cause(_parent(step)) or Field(kind.page),)
    is_protected = bool(old.get("protect")) or (kind.name in ("cluster", "pool") and _parent(step) in locked)
    return Danger(urn, end, causes, kind, is_protected)


class _Components:
    """The components that come and go in a preview: their names are those of apps, and of the cluster."""

    def __init__(self, steps: Sequence[Mapping[str, Any]]) -> None:
        ours = [step for step in steps if _type(step["urn"]).startswith(_OURS)]
        # What is protected keeps the engine from telling that what it belongs to goes, too.
        self._there = {step["urn"] for step in ours if step["op"] not in ENDS}
        self._made = {_type(step["urn"]): step["urn"] for step in ours if step["op"] == "create"}

    def cause(self, urn: str) -> Field | None:
        """The field of the page for which a component is gone; None where it is not."""
        if not urn or urn in self._there or not _type(urn).startswith(_OURS):
            return None
        kind, name = _type(urn), urn.rpartition("::")[2]
        if not _CLUSTERS.fullmatch(kind):
            return Field("namespace" if kind.endswith(":Namespace") else f"apps.{name}")
        made = next((made for token, made in self._made.items() if _CLUSTERS.fullmatch(token)), None)
        if made is None:
            return Field("cluster")
        if _type(made) != kind:
            return Field("cluster.cloud")
        return Field("cluster.name", f"{name} → {made.rpartition('::')[2]}")


def _causes(step: Mapping[str, Any]) -> Iterator[Field]:
    """By the detailed diff where there is one, since it has whole paths; else by the keys."""
    details: Mapping[str, Any] = step.get("detailedDiff") or {}
    exact = [path for path, how in details.items() if str(how.get("diffKind", "")).endswith("-replace")]
    old, new = ((step.get(side) or {}).get("inputs") or {} for side in ("old", "new"))
    for path in sorted(exact or step.get("keys") or []):
        values = [_shown(_value(side, path)) for side in (old, new)]
        yield Field(path, " → ".join(values) if all(values) and values[0] != values[1] else "")


def _value(inputs: Any, path: str) -> Any:
    """What is at a path such as `a.b[0]["c/d"]`; None where nothing is."""
    for quoted, index, key in _KEYS.findall(path):
        if index and isinstance(inputs, list):
            inputs = inputs[int(index)] if int(index) < len(inputs) else None
        else:
            inputs = inputs.get(quoted or key) if isinstance(inputs, Mapping) else None
    return inputs


def _shown(value: object) -> str:
    """A value in a few words; empty where it is too long. Secrets are `[secret]` in the engine's log already."""
    if value is None:
        return "none"
    text = value if isinstance(value, str) else json.dumps(value)
    if _NOT_KNOWN in text:
        return "not known yet"
    return text if len(text) <= _LONGEST and "\n" not in text else ""


def _parent(step: Mapping[str, Any]) -> str:
    state = step.get("old") or step.get("new") or {}
    return str(state.get("parent") or "")


def _type(urn: str) -> str:
    """The last type in the URN: the resource's own."""
    return urn.split("::")[2].rpartition("$")[2]
