"""Each login to Google Cloud that docs/how-to/log-in.md names: preflight and `anykube token` are the same caller."""

import json
from pathlib import Path
from typing import Any

import pytest
from anykube._clouds.tokens import TokenTarget
from anykube._clusters.gke.credentials import cluster_token
from anykube_cli.preflight.gcp.identity import open_session
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth.exceptions import RefreshError
from werkzeug import Request

from tests.operations.logins.conftest import Loopback

_SCOPES = "https://www.googleapis.com/auth/cloud-platform https://www.googleapis.com/auth/userinfo.email"


_ACCOUNT = "ci@acme.iam.gserviceaccount.com"
_IMPERSONATE = f"/serviceAccounts/{_ACCOUNT}:generateAccessToken"


@pytest.fixture
def google(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> Loopback:
    """Google's token service. It names the login that it gave a token to in that token."""
    # The addresses that no credentials file can change.
    monkeypatch.setattr("google.oauth2.credentials._GOOGLE_OAUTH2_TOKEN_ENDPOINT", f"{loopback.url}/token")
    monkeypatch.setattr("google.auth.iam._IAM_ENDPOINT", loopback.url + "/serviceAccounts/{}:generateAccessToken")
    loopback.responses["/token"] = _exchange
    loopback.responses["/subject"] = lambda _: {"value": "job"}
    loopback.responses[_IMPERSONATE] = _impersonate
    return loopback


def _exchange(request: Request) -> dict[str, Any]:
    form = request.form
    if "refresh_token" in form:
        assert form.get("scope", _SCOPES) == _SCOPES
        return {"access_token": f"user {form['refresh_token']}", "expires_in": 3600}
    if "subject_token" in form:
        return {
            "access_token": f"federated {form['subject_token']}",
            "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "token_type": "Bearer",
            "expires_in": 3600,
        }
    assert form["assertion"].count(".") == 2
    return {"access_token": "service account", "expires_in": 3600}


def _impersonate(request: Request) -> dict[str, str]:
    assert request.json is not None
    assert " ".join(request.json["scope"]) == _SCOPES
    source = request.headers["Authorization"].removeprefix("Bearer ")
    return {"accessToken": f"impersonated by {source}", "expireTime": "2099-01-01T00:00:00Z"}


def _user(google: Loopback, name: str) -> dict[str, str]:
    keys = {"type": "authorized_user", "client_id": "c", "client_secret": "s"}
    return {**keys, "refresh_token": name, "token_uri": f"{google.url}/token"}


def _service_account(google: Loopback) -> dict[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {
        "type": "service_account",
        "client_email": _ACCOUNT,
        "private_key": pem.decode(),
        "token_uri": f"{google.url}/token",
    }


def _federated(google: Loopback) -> dict[str, Any]:
    return {
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": f"{google.url}/token",
        "credential_source": {
            "url": f"{google.url}/subject",
            "format": {"type": "json", "subject_token_field_name": "value"},
        },
    }


def _tokens() -> tuple[str, str]:
    """The token of preflight and of a cluster."""
    return str(open_session("acme").credentials.token), cluster_token(TokenTarget()).text


def test_application_default_credentials(google: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As `gcloud auth application-default login` leaves them."""
    folder = tmp_path / "cloudsdk_config"
    folder.mkdir()
    (folder / "application_default_credentials.json").write_text(json.dumps(_user(google, "person")))
    assert _tokens() == ("user person", "user person")


def test_credentials_file(google: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    file.write_text(json.dumps(_service_account(google)))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    assert _tokens() == ("service account", "service account")


def test_google_credentials_go_before_others(google: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """G9: gke-gcloud-auth-plugin knew only application default credentials."""
    file = tmp_path / "person.json"
    file.write_text(json.dumps(_user(google, "person")))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    monkeypatch.setenv("GOOGLE_CREDENTIALS", json.dumps(_user(google, "pipeline")))
    assert _tokens() == ("user pipeline", "user pipeline")
    monkeypatch.setenv("GOOGLE_CREDENTIALS", str(file))
    assert _tokens() == ("user person", "user person")


def test_workload_identity_federation(google: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CREDENTIALS", json.dumps(_federated(google)))
    assert _tokens() == ("federated job", "federated job")


def test_federation_with_a_service_account(google: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As `google-github-actions/auth` and `anykube ci login` write it."""
    file = tmp_path / "ci.json"
    impersonation = {"service_account_impersonation_url": f"{google.url}{_IMPERSONATE}"}
    file.write_text(json.dumps({**_federated(google), **impersonation}))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    assert _tokens() == ("impersonated by federated job", "impersonated by federated job")


def test_access_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_OAUTH_ACCESS_TOKEN", "given")
    assert _tokens() == ("given", "given")
    assert cluster_token(TokenTarget()).expires is None


def test_impersonation(google: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CREDENTIALS", json.dumps(_user(google, "person")))
    monkeypatch.setenv("GOOGLE_IMPERSONATE_SERVICE_ACCOUNT", _ACCOUNT)
    assert _tokens() == ("impersonated by user person", "impersonated by user person")


def test_refused_credentials(google: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    del google.responses["/token"]
    monkeypatch.setenv("GOOGLE_CREDENTIALS", json.dumps(_user(google, "revoked")))
    with pytest.raises(RefreshError):
        cluster_token(TokenTarget())
