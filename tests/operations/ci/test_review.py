"""The settings of a review stack, and which review stacks are old."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from anykube_cli.ci import review as module
from anykube_cli.ci import stack_access
from anykube_cli.ci.review import Review, older
from anykube_cli.engine import Engine

_NOW = datetime(2026, 1, 3, tzinfo=UTC)
_REVIEW = Review("gcp-dev", 7)


def test_the_age_counts_from_the_last_update(monkeypatch: pytest.MonkeyPatch) -> None:
    stacks = [
        {"name": "gcp-dev", "lastUpdate": "2025-01-01T00:00:00.000Z"},
        {"name": "gcp-dev-pr-7", "lastUpdate": "2026-01-01T00:00:00.000Z"},
        {"name": "organization/anykube/gcp-dev-pr-8", "lastUpdate": "2026-01-02T12:00:00.000Z"},
        {"name": "gcp-dev-pr-9"},
        {"name": "gcp-dev-pr-x", "lastUpdate": "2025-01-01T00:00:00.000Z"},
    ]
    monkeypatch.setattr(stack_access, "stacks", lambda: stacks)
    # A stack without an update is left over from a failed job.
    assert list(older(timedelta(hours=48), _NOW)) == [_REVIEW, Review("gcp-dev", 9)]
    assert [review.number for review in older(timedelta(hours=1), _NOW)] == [7, 8, 9]
    assert [review.number for review in older(timedelta(days=30), _NOW)] == [9]


def test_an_app_gets_its_own_hosts_and_no_shared_names() -> None:
    manifests = [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "shop"}},
        {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "b"}},
    ]
    app = {
        "image": "web:1",
        "namespace": "shop",
        "identity": {"aws": {}},
        "manifests": manifests,
        "service": {"type": "NodePort", "node_port": 30000},
        "routes": [{"host": "www.example.com", "paths": []}, {"host": "*.example.com"}],
    }
    assert module._app(_REVIEW, "web", app) == {
        "image": "web:1",
        "manifests": [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "pr-7"}}],
        "service": {"type": "NodePort"},
        "routes": [{"host": "pr-7-www.example.com", "paths": []}, {"host": "*.pr-7.example.com"}],
    }


@pytest.mark.parametrize(
    ("secrets_providers", "url"),
    [
        ({"type": "cloud", "state": {"url": "awskms://alias/a", "encryptedkey": "x"}}, "awskms://alias/a"),
        ({"type": "passphrase", "state": {"salt": "x"}}, None),
        ({}, None),
    ],
)
def test_uses_the_secrets_provider_of_the_original_stack(
    secrets_providers: Mapping[str, Any], url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Engine, "deployment", lambda _: {"secrets_providers": secrets_providers})
    assert module._secrets_provider(Engine("gcp-dev", {})) == url
