"""What passes the check passes the API server: validation with strict fields, and Pod Security "restricted"."""

import json
import re
from collections.abc import Iterator

import pytest
from anykube._workloads.unions import KINDS
from anykube.settings.objects import stack_objects

from tests.e2e.api_server import ApiServer, refusals, started, unjudged, warnings
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
