"""The endpoint of managed identities, by which a rehearsal's deployer logs in."""

import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from anykube._clouds.tokens import TokenTarget
from anykube._clusters.aks.credentials import cluster_token
from anykube_rehearsal.azure import token
from anykube_rehearsal.azure.account import directory, identity_endpoint
from anykube_rehearsal.azure.account.__main__ import create_account
from anykube_rehearsal.cloud.account.server import Server
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CredentialUnavailableError


@pytest.fixture
def server(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    server = Server(create_account(tmp_path / "account"))
    for name in ("ARM_USE_OIDC", "ARM_CLIENT_SECRET", "ARM_CLIENT_CERTIFICATE_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("ARM_USE_MSI", "true")
    monkeypatch.setenv("ARM_CLIENT_ID", directory.DEPLOYER)
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{server.url}/identity/token")
    monkeypatch.setenv("IDENTITY_HEADER", identity_endpoint.header_value(server.account.folder))
    threading.Thread(target=server.serve, daemon=True).start()
    yield server
    server.stop()


def test_the_deployers_token_is_for_clusters(server: Server) -> None:
    text = cluster_token(TokenTarget()).text
    deployer = directory.object_id(directory.DEPLOYER)
    assert token.SIGNER.principal(server.account.folder, token.SERVER, text) == deployer
    assert token.SIGNER.principal(server.account.folder, token.MANAGEMENT, text) is None


@pytest.mark.parametrize(("name", "value"), [("IDENTITY_HEADER", "guessed"), ("ARM_CLIENT_ID", "stranger")])
def test_refuses_others(server: Server, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises((ClientAuthenticationError, CredentialUnavailableError)):
        cluster_token(TokenTarget())


def test_refuses_other_services_and_versions(server: Server) -> None:
    headers = {"X-IDENTITY-HEADER": identity_endpoint.header_value(server.account.folder)}
    query = {"api-version": "2019-08-01", "resource": token.SERVER, "client_id": directory.DEPLOYER}

    def status(**changes: str) -> int:
        url = f"{server.url}/identity/token"
        return httpx2.get(url, params={**query, **changes}, headers=headers, trust_env=False).status_code

    assert status() == 200
    assert status(resource="https://graph.microsoft.com") == 400
    assert status(**{"api-version": "2017-09-01"}) == 400
