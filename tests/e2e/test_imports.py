"""`anykube import` against a real API server, whose defaults and validation are the truth."""

import random
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from anykube_cli.cluster_api import ClusterApi, StatusError
from anykube_cli.importing import knowledge
from anykube_cli.importing.comparison import Entry, Status
from anykube_cli.importing.judging import Judgement
from anykube_cli.importing.paths import MISSING, matches
from anykube_cli.importing.paths import Path as FieldPath
from anykube_cli.importing.reading import Document
from anykube_cli.importing.rendering import with_outputs
from anykube_cli.importing.result import judge_objects
from anykube_cli.importing.run import NOT_EXPRESSED
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.e2e.checkout import Checkout
from tests.e2e.openapi_fields import Fields, Manifest
from tests.operations.importing.manifests import KINDS, manifests
from tests.operations.importing.test_public import PUBLIC
from tests.operations.importing.unreported import unreported

_EXAMPLES = 25
"""Examples of each kind of workload. With the objects around them, they are more than 500 manifests."""
_EXTRA_FIELDS = 3
_PLURALS = {"Ingress": "ingresses", "NetworkPolicy": "networkpolicies"}


@dataclass
class Server:
    """An API server that validates manifests and adds its defaults, and saves nothing."""

    api: ClusterApi
    documents: dict[str, Any] = field(default_factory=dict)
    pending: dict[str, list[FieldPath]] = field(default_factory=dict)
    """Fields of each kind that no manifest has had yet."""
    accepted: int = 0

    def defaulted(self, manifest: Mapping[str, Any]) -> Any:
        """The manifest with the defaults of the API. Raises StatusError."""
        body = {**manifest, "metadata": {**manifest["metadata"], "namespace": "default"}}
        plural = _PLURALS.get(manifest["kind"], f"{manifest['kind'].lower()}s")
        path = f"/{_group(manifest)}/namespaces/default/{plural}"
        result = self.api.request("POST", path, query={"dryRun": "All", "fieldValidation": "Strict"}, body=body)
        return {"kind": manifest["kind"], **result, "metadata": manifest["metadata"]}

    def extended(self, manifest: Manifest, values: random.Random) -> Manifest:
        """The manifest with more fields, as far as the server accepts them."""
        fields = self._fields(manifest)
        for _ in range(_EXTRA_FIELDS):
            pending = self.pending.setdefault(fields.type, [])
            if not pending:
                pending += fields.leaves()
                values.shuffle(pending)
            path = pending.pop()
            for append in (False, True):
                candidate = fields.add(manifest, path, values, append=append)
                try:
                    self.defaulted(candidate)
                except StatusError:
                    continue
                manifest = candidate
                break
        self.accepted += 1
        return manifest

    def _fields(self, manifest: Manifest) -> Fields:
        group = _group(manifest)
        if group not in self.documents:
            self.documents[group] = self.api.request("GET", f"/openapi/v3/{group}")
        api_group, _, version = manifest["apiVersion"].rpartition("/")
        identity = {"group": api_group, "version": version, "kind": manifest["kind"]}
        schemas = self.documents[group]["components"]["schemas"].items()
        names = (name for name, schema in schemas if identity in schema.get("x-kubernetes-group-version-kind", ()))
        return Fields(self.documents[group], next(names))


def _group(manifest: Mapping[str, Any]) -> str:
    return f"{'apis' if '/' in manifest['apiVersion'] else 'api'}/{manifest['apiVersion']}"


@pytest.fixture(scope="module")
def server(checkout: Checkout) -> Iterator[Server]:
    with checkout.edit_settings() as stack_settings:
        stack_settings["apps"] = {}
        stack_settings["cluster"]["gateway_api"] = True
    checkout.make("up")
    kubeconfig = checkout.pulumi("stack", "output", "kubeconfig", "--show-secrets", "--stack", "local").out
    with ClusterApi(kubeconfig) as api:
        yield Server(api)


def _judged(objects: list[Manifest], *, patches: bool = False) -> Judgement:
    documents = [Document("app.yaml", number, data) for number, data in enumerate(objects, 1)]
    return judge_objects(documents, "local", patches=patches)


Key = tuple[int, FieldPath, bool]
"""The number of an object, the path of a field, and whether the input lacks the field."""


def _by_field(entries: Iterator[Entry]) -> dict[Key, Entry]:
    return {(entry.item.document.number, entry.path, entry.value is MISSING): entry for entry in entries}


def _is_called_the_same(
    claim: Entry | None, reported: set[tuple[int, FieldPath]], number: int, path: FieldPath
) -> bool:
    """Whether the report says so, or says nothing about a default and nothing about the mapping that it is in."""
    if claim:
        return claim.status is Status.SAME
    if any(matches(pattern, path) for pattern in _DERIVED):
        return False
    return not any((number, path[:length]) in reported for length in range(len(path)))


def _examples(kind: str) -> list[list[Manifest]]:
    examples: list[list[Manifest]] = []

    @seed(1)
    @settings(max_examples=_EXAMPLES, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(manifests(kind))
    def collect(objects: list[Manifest]) -> None:
        examples.append(objects)

    collect()
    return examples


_DERIVED = (
    "spec.behavior.**",
    "spec.dataSource.*",
    "spec.ports.*.nodePort",
    "spec.selector.**",
    "spec.template.metadata.labels.**",
    "spec.updateStrategy.rollingUpdate.*",
)
"""Fields that the server chooses, or derives from others: it labels the pods of a Job, for example."""
_WITHOUT_DEFAULTS = ("ConfigMap", "Secret", "ServiceAccount", "Role")


@with_outputs
def _false_claims(server: Server, objects: list[Manifest], *, patches: bool) -> list[str]:
    """Fields that the report leaves out, or calls the same although they differ.

    The server adds its defaults to the input and to the rendered objects. It also validates them.
    """

    def complete(manifest: Mapping[str, Any]) -> Any:
        return manifest if manifest["kind"] in _WITHOUT_DEFAULTS else server.defaulted(manifest)

    judgement = _judged(objects, patches=patches)
    claimed = _by_field(judgement.entries())
    changed = [key for key, entry in claimed.items() if entry.status is not Status.SAME]
    reported = {(number, path) for number, path, _ in changed} | {(number, path[:-1]) for number, path, _ in changed}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(knowledge, "API_DEFAULTS", ())
        completed = _judged([complete(item) for item in objects])
        same_settings = replace(completed, draft=judgement.draft, fitted=judgement.fitted, complete=complete)
        actual = _by_field(same_settings.entries())
    return unreported(objects, claimed.values()) + [
        f"{entry.item.title} {path}: {entry.value} is {entry.rendered} {entry.note}"
        for (number, path, is_added), entry in actual.items()
        if entry.status is not Status.SAME and path
        if _is_called_the_same(claimed.get((number, path, is_added)), reported, number, path)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_the_report_is_complete_and_right(server: Server, kind: str) -> None:
    """The report takes the API's defaults from a table. The server knows them."""
    values = random.Random(kind)
    false_claims = [
        claim
        for number, objects in enumerate(_examples(kind))
        for claim in _false_claims(server, [server.extended(item, values) for item in objects], patches=number % 3 == 0)
    ]
    assert false_claims == [], "\n".join(false_claims)


def test_the_corpus_has_500_manifests(server: Server) -> None:
    assert server.accepted >= 500


APPS = Path(__file__).parents[1] / "cases" / "apps"


@pytest.mark.parametrize("file", sorted(APPS.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_public_app_comes_up(server: Server, checkout: Checkout, file: Path) -> None:
    shutil.copy(file, checkout.folder / "stacks" / "environments")
    checkout.make("up", f"STACK={file.stem}")


def test_imported_apps_come_up(server: Server, checkout: Checkout) -> None:
    """The settings of three applications, as the command writes them."""
    output = "stacks/environments/local-imported.yaml"
    command = (".anykube/venv/bin/anykube", "import", str(PUBLIC), "--patches", "--output", output)
    imported = checkout.run(*command, ok=False)
    assert imported.code == NOT_EXPRESSED, imported.all
    with checkout.edit_settings("local-imported") as stack_settings:
        stack_settings["policies"] = {"profile": "development"}
    checkout.make("up", "STACK=local-imported")
