"""Secrets that the environment gives."""

import pytest
from anykube.settings import env_secrets


def test_a_secret_is_given_by_a_variable_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env_secrets.variable("web-session-key") == "ANYKUBE_SECRET_WEB_SESSION_KEY"
    monkeypatch.setenv("ANYKUBE_SECRET_WEB_SESSION_KEY", "a value")
    assert env_secrets.value("web-session-key") == "a value"
    assert env_secrets.value("other") is None
    assert "ANYKUBE_SECRET_WEB_SESSION_KEY" in env_secrets.names()
    assert "a value" in env_secrets.values()


def test_an_empty_variable_gives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A forge sets a variable to nothing where it has not the secret."""
    monkeypatch.setenv("ANYKUBE_SECRET_ABSENT", "")
    assert env_secrets.value("absent") is None
    assert "ANYKUBE_SECRET_ABSENT" not in env_secrets.names()
