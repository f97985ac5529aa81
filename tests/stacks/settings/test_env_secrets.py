"""Secrets from environment variables."""

import pytest
from anykube.settings import env_secrets


def test_reads_a_secret_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env_secrets.variable("web-session-key") == "ANYKUBE_SECRET_WEB_SESSION_KEY"
    monkeypatch.setenv("ANYKUBE_SECRET_WEB_SESSION_KEY", "a value")
    assert env_secrets.value("web-session-key") == "a value"
    assert env_secrets.value("other") is None
    assert "ANYKUBE_SECRET_WEB_SESSION_KEY" in env_secrets.names()
    assert "a value" in env_secrets.values()


def test_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """CI sets the variable of a missing secret to nothing."""
    monkeypatch.setenv("ANYKUBE_SECRET_ABSENT", "")
    assert env_secrets.value("absent") is None
    assert "ANYKUBE_SECRET_ABSENT" not in env_secrets.names()
