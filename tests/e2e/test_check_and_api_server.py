"""The check and the API server have the same verdicts.

Settings that pass the check render objects that the API server accepts, with strict fields and Pod Security "restricted".
The API server has each rule that the check says it has.
"""

import json
import re
from collections.abc import Iterator

import pytest
from anykube._workloads.unions import KINDS
from anykube.settings.objects import stack_objects
from anykube_cli.dry_run.verdict import Accepted, Refused

from tests.api_rules.tables import RULE_CASES, rows
from tests.e2e.api_server import ApiServer, refusals, restricted_namespace, started, unjudged, warnings
from tests.e2e.generated_settings import NAMESPACE, generated_settings

_EXPECTED_WARNINGS = r"duplicate port definition|kubernetes.io/ingress.class"
"""Containers that run after each other may have the same port. GKE needs the annotation.

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
    verdicts = server.create(NAMESPACE, [row.manifest for row in rows("valid", "stricter")])
    accepted = dict(zip(rows("valid", "stricter"), verdicts, strict=True))
    assert [(row, it) for row, it in accepted.items() if not isinstance(it, Accepted)] == []


def test_refuses_what_the_check_rejects(server: ApiServer) -> None:
    verdicts = server.create(NAMESPACE, [row.manifest for row in rows("invalid")])
    assert [row for row, it in zip(rows("invalid"), verdicts, strict=True) if not isinstance(it, Refused)] == []


@pytest.mark.parametrize("number", range(len(RULE_CASES)), ids=lambda number: f"{number}-{RULE_CASES[number].rule}")
def test_refuses_what_a_rule_across_fields_rejects(server: ApiServer, number: int) -> None:
    *former, last = RULE_CASES[number].apps.items()
    settings = server.unchecked_settings(dict(RULE_CASES[number].apps), f"case-{number}")
    server.apply(restricted_namespace(settings.namespace))
    server.apply(*(item.manifest for item in stack_objects(settings) if item.app in dict(former)))
    verdicts = server.create(
        settings.namespace, [item.manifest for item in stack_objects(settings) if item.app == last[0]]
    )
    assert any(isinstance(it, Refused) for it in verdicts)
