"""The token endpoint for the keys of service accounts."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from anykube._clouds.tokens import TokenTarget
from anykube._clusters.gke.credentials import cluster_token
from anykube_rehearsal.cloud.account.server import Server
from anykube_rehearsal.gcp.account.__main__ import create_account
from anykube_rehearsal.gcp.account.access import deployer, review
from anykube_rehearsal.gcp.account.oauth import create_key, unique_id
from google.auth.exceptions import RefreshError

_DEPLOYER = deployer("shop-dev")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Server(create_account(tmp_path / "account"))
    threading.Thread(target=server.serve, daemon=True).start()
    yield server
    server.stop()


def _key(server: Server, **changes: str) -> str:
    return json.dumps({**create_key(server.account.folder, _DEPLOYER, server.url), **changes})


def test_the_deployer_is_an_admin(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CREDENTIALS", _key(server))
    token = cluster_token(TokenTarget())
    assert review(server.account, "europe-west1.shop", token.text) == (_DEPLOYER, ["system:masters"])
    assert token.expires is not None


def test_without_the_scope_for_the_address_a_caller_is_a_number(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_CREDENTIALS", _key(server))
    platform, address = (
        "https://www.googleapis.com/auth/cloud-platform",
        "https://www.googleapis.com/auth/userinfo.email",
    )
    monkeypatch.setattr("anykube._clusters.gke.credentials.SCOPES", (platform,))
    token = cluster_token(TokenTarget()).text
    assert review(server.account, "europe-west1.shop", token) == (unique_id(_DEPLOYER), [])
    monkeypatch.setattr("anykube._clusters.gke.credentials.SCOPES", (address,))
    assert review(server.account, "europe-west1.shop", cluster_token(TokenTarget()).text) == (None, None)


def test_refuses_an_old_key_and_unknown_accounts(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    old, _ = _key(server), _key(server)
    monkeypatch.setenv("GOOGLE_CREDENTIALS", old)
    with pytest.raises(RefreshError, match="invalid_grant"):
        cluster_token(TokenTarget())
    monkeypatch.setenv("GOOGLE_CREDENTIALS", _key(server, client_email="stranger@example.com"))
    with pytest.raises(RefreshError, match="invalid_grant"):
        cluster_token(TokenTarget())
