"""Secrets that a manager keeps: AWS' is moto's; what Google's and Azure's answer is told here."""

import base64
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import Mock

import boto3
import google.auth
import httpx2
import pytest
from anykube import _secret_managers
from anykube.settings import secret_managers
from anykube.settings.secret_managers import UnreadableSecretError
from anykube_cli.toolchain import simulation
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import DefaultAzureCredential
from google.auth.exceptions import DefaultCredentialsError
from moto import mock_aws

_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/absent"
_GOOGLE = "projects/my-project/secrets/token"
_AZURE = "https://my-vault.vault.azure.net/secrets/token"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    with mock_aws():
        yield boto3.client("secretsmanager", region_name="eu-west-1")


@pytest.fixture
def logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """As somebody at Google and at Azure."""
    monkeypatch.setattr(google.auth, "default", lambda **_: (Mock(token="google's"), "my-project"))
    monkeypatch.setattr(DefaultAzureCredential, "get_token", lambda *_: Mock(token="azure's"))


def _answering(monkeypatch: pytest.MonkeyPatch, answer: Callable[[httpx2.Request], httpx2.Response]) -> None:
    monkeypatch.setattr(_secret_managers, "client", lambda: httpx2.Client(transport=httpx2.MockTransport(answer)))


def test_reads_from_aws_by_arn(account: Any) -> None:
    arn = account.create_secret(Name="shop/session-key", SecretString="Wren-1")["ARN"]
    assert secret_managers.read(arn) == "Wren-1"


def test_rejects_missing_and_binary_secrets_on_aws(account: Any) -> None:
    with pytest.raises(UnreadableSecretError, match="ResourceNotFoundException"):
        secret_managers.read(_ARN)
    binary = account.create_secret(Name="binary", SecretBinary=b"Wren-2")["ARN"]
    with pytest.raises(UnreadableSecretError, match="the secret is binary"):
        secret_managers.read(binary)


@pytest.mark.parametrize(("reference", "version"), [(_GOOGLE, "latest"), (f"{_GOOGLE}/versions/3", "3")])
def test_reads_from_google(reference: str, version: str, monkeypatch: pytest.MonkeyPatch, logged_in: None) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        assert request.headers["Authorization"] == "Bearer google's"
        assert request.url.path == f"/v1/{_GOOGLE}/versions/{version}:access"
        return httpx2.Response(200, json={"payload": {"data": base64.b64encode("Wren-3é".encode()).decode()}})

    _answering(monkeypatch, answer)
    assert secret_managers.read(reference) == "Wren-3é"


def test_reads_from_azure(monkeypatch: pytest.MonkeyPatch, logged_in: None) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        assert request.headers["Authorization"] == "Bearer azure's"
        assert str(request.url) == f"{_AZURE}?api-version=7.4"
        return httpx2.Response(200, json={"value": "Wren-4", "id": f"{_AZURE}/0"})

    _answering(monkeypatch, answer)
    assert secret_managers.read(_AZURE) == "Wren-4"


@pytest.mark.parametrize("reference", [_GOOGLE, _AZURE])
def test_error_responses_have_a_message(reference: str, monkeypatch: pytest.MonkeyPatch, logged_in: None) -> None:
    _answering(monkeypatch, lambda _: httpx2.Response(403, json={"error": {"message": "you may not"}}))
    with pytest.raises(UnreadableSecretError, match=r"^403: you may not$"):
        secret_managers.read(reference)
    _answering(monkeypatch, lambda _: httpx2.Response(502, text="<html>"))
    with pytest.raises(UnreadableSecretError, match=r"^502: Bad Gateway$"):
        secret_managers.read(reference)


def test_missing_credentials_have_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise DefaultCredentialsError("log in")

    def neither(*_: object) -> None:
        raise ClientAuthenticationError("log in there")

    monkeypatch.setattr(google.auth, "default", nobody)
    monkeypatch.setattr(DefaultAzureCredential, "get_token", neither)
    with pytest.raises(UnreadableSecretError, match="log in"):
        secret_managers.read(_GOOGLE)
    with pytest.raises(UnreadableSecretError, match="log in there"):
        secret_managers.read(_AZURE)


def test_rehearsal_reads_no_secrets(monkeypatch: pytest.MonkeyPatch, account: Any) -> None:
    kept = {"token": account.create_secret(Name="token", SecretString="Wren-5")["ARN"], "absent": _ARN}
    assert secret_managers.extras(kept) == {"aws"}
    assert secret_managers.is_managed(kept, "token")
    assert not secret_managers.is_managed(kept, "other")
    assert list(secret_managers.values(kept, {})) == ["Wren-5"]
    assert list(secret_managers.values(kept, {simulation.VARIABLE: "/somewhere"})) == []
    monkeypatch.setenv(simulation.VARIABLE, "/somewhere")
    assert not secret_managers.is_managed(kept, "token")
