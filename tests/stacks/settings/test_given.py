"""Secrets that the environment gives."""

import pytest
from anykube.settings import given


def test_a_secret_is_given_by_a_variable_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert given.variable("web-session-key") == "ANYKUBE_SECRET_WEB_SESSION_KEY"
    monkeypatch.setenv("ANYKUBE_SECRET_WEB_SESSION_KEY", "a value")
    assert given.value("web-session-key") == "a value"
    assert given.value("other") is None
    assert "ANYKUBE_SECRET_WEB_SESSION_KEY" in given.names()
    assert "a value" in given.values()


def test_an_empty_variable_gives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A forge sets a variable to nothing where it has not the secret."""
    monkeypatch.setenv("ANYKUBE_SECRET_ABSENT", "")
    assert given.value("absent") is None
    assert "ANYKUBE_SECRET_ABSENT" not in given.names()
