"""The result of an import: settings, and what became of each field of the input."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anykube._rules.findings import Finding

from anykube_cli.importing.apps import write_settings
from anykube_cli.importing.comparison import Entry, Status
from anykube_cli.importing.draft import Draft
from anykube_cli.importing.fitting import fit
from anykube_cli.importing.grouping import AppGroup, group
from anykube_cli.importing.judging import Judgement
from anykube_cli.importing.objects import KubernetesObject
from anykube_cli.importing.patching import add_manifests, add_patches
from anykube_cli.importing.paths import Path
from anykube_cli.importing.reading import Document
from anykube_cli.importing.rendering import with_outputs

_ROUNDS = 2


@dataclass(frozen=True)
class SecretValue:
    """A secret that must be set before the stack is deployed."""

    name: str
    origin: str
    """Where its value is, such as `password in Secret db`."""


@dataclass(frozen=True)
class Result:
    """Settings and the report about them."""

    settings: Mapping[str, Any]
    refusals: Sequence[Finding]
    """What `anykube settings check` says about the settings."""
    entries: Sequence[Entry]
    secrets: Sequence[SecretValue]
    """The secrets that the settings refer to."""
    origins: Mapping[str, str]
    """Where each app is from."""

    @property
    def not_expressed(self) -> list[Entry]:
        """The fields that the settings do not express."""
        return [entry for entry in self.entries if entry.status is Status.NOT_EXPRESSED]


@with_outputs
def import_objects(documents: Sequence[Document], cluster: str, *, patches: bool = False) -> Result:
    """Settings for Kubernetes objects. `patches`: express the rest by `patches` and `manifests`."""
    judgement = judge_objects(documents, cluster, patches=patches)
    draft = judgement.draft
    origins = {app.name: _origin(app) for app in judgement.grouped.apps}
    return Result(draft.data, judgement.fitted.refusals, list(judgement.entries()), secrets_of(draft), origins)


def judge_objects(documents: Sequence[Document], cluster: str, *, patches: bool) -> Judgement:
    """The settings for Kubernetes objects, rendered and compared with them."""
    grouped = group([KubernetesObject(document) for document in documents])
    draft, references = write_settings(grouped, cluster)
    judgement = Judgement(grouped, draft, references, fit(draft))
    if not patches:
        return judgement
    pairs, objects, fields = list(judgement.pairs()), list(judgement.whole_objects()), set[tuple[int, Path]]()
    # A patch can change what another field means: a shorter startup probe no longer covers a delay.
    for _ in range(_ROUNDS):
        fields |= {(id(entry.item), entry.path) for entry in judgement.entries() if _is_left(entry)}
        for app in draft.data["apps"].values():
            app.pop("patches", None)
            app.pop("manifests", None)
        add_patches(draft, pairs, fields)
        add_manifests(grouped, draft, objects)
        judgement = Judgement(grouped, draft, references, fit(draft))
    return judgement


def _is_left(entry: Entry) -> bool:
    return entry.status is Status.NOT_EXPRESSED


def _origin(app: AppGroup) -> str:
    source = app.workload or app.service
    assert source
    return f"{source.title} in {source.document}"


def secrets_of(draft: Draft) -> list[SecretValue]:
    """The secrets that the settings refer to."""
    used = set(_references(draft.data["apps"]))
    return [SecretValue(name, origin) for name, origin in draft.secret_origins.items() if name in used]


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if set(value) == {"secret"} and isinstance(value["secret"], str):
            yield value["secret"]
        for child in value.values():
            yield from _references(child)
    elif isinstance(value, list):
        for child in value:
            yield from _references(child)
