"""The check and the API server have the same verdicts.

The API server accepts the objects of settings that pass the check, with strict fields and Pod Security "restricted". It
has the rules of the check that stand for its own.
"""

import json
import re
from collections.abc import Iterator

import pytest
from anykube._workloads.unions import KINDS
from anykube.settings.objects import stack_objects
from anykube_cli.dry_run.verdict import Accepted, Refused

from tests.api_rules.tables import RULE_CASES, RuleCase, rows
from tests.e2e.api_server import ApiServer, refusals, restricted_namespace, started, unjudged, warnings
from tests.e2e.generated_settings import NAMESPACE, generated_settings

_PRIVILEGED = "default"
"""A namespace without Pod Security."""
_EXPECTED_WARNINGS = r"duplicate port definition|kubernetes.io/ingress.class|PreferClose"
"""Containers that run after each other may have the same port. GKE needs the annotation. Kubernetes 1.33, which clouds
still offer, does not know the new name of PreferClose.

https://docs.cloud.google.com/kubernetes-engine/docs/concepts/ingress#deprecated_annotation
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    with started(tmp_path_factory.mktemp("accepted")) as server:
        server.create_namespace(NAMESPACE)
        yield server


def test_500_generated_settings_are_accepted(server: ApiServer) -> None:
    corpus = generated_settings(500)
    assert len(corpus) == 500
    assert {app.kind for settings in corpus for app in settings.apps.values()} == KINDS.keys()
    objects = {json.dumps(item): item for settings in corpus for item in stack_objects(settings)}
    judged = server.judge_objects(list(objects.values()))
    assert refusals(judged) == []
    assert unjudged(judged) == set()
    assert [text for text in warnings(judged) if not re.search(_EXPECTED_WARNINGS, text)] == []


def test_accepts_what_the_check_accepts_or_rejects_as_surely_mistaken(server: ApiServer) -> None:
    verdicts = server.create(_PRIVILEGED, [row.manifest for row in rows("valid", "stricter")])
    judged = zip(rows("valid", "stricter"), verdicts, strict=True)
    assert [(row, verdict) for row, verdict in judged if not isinstance(verdict, Accepted)] == []


def test_refuses_what_the_check_rejects(server: ApiServer) -> None:
    verdicts = server.create(_PRIVILEGED, [row.manifest for row in rows("invalid")])
    judged = zip(rows("invalid"), verdicts, strict=True)
    assert [(row, verdict) for row, verdict in judged if not isinstance(verdict, Refused)] == []


@pytest.mark.parametrize("case", RULE_CASES, ids=lambda case: case.rule)
def test_refuses_what_a_rule_across_fields_rejects(server: ApiServer, case: RuleCase) -> None:
    """The objects of the last app, after those of the others were created."""
    if case.manifest:
        manifests = [case.manifest]
        namespace = _PRIVILEGED
    else:
        namespace = f"case-{RULE_CASES.index(case)}"
        objects = stack_objects(server.unchecked_settings(case.apps, namespace))
        last = list(case.apps)[-1]
        server.apply(restricted_namespace(namespace), *(it.manifest for it in objects if it.app not in ("", last)))
        manifests = [it.manifest for it in objects if it.app == last]
    assert any(isinstance(verdict, Refused) for verdict in server.create(namespace, manifests))
