import json
import ssl
from pathlib import Path

import pytest
from anykube_cli.preflight.gcp.errors import RequestError
from anykube_cli.preflight.gcp.identity import describe_caller, explain, open_session
from google.auth import exceptions
from google.auth.credentials import AnonymousCredentials
from google.oauth2 import credentials, service_account
from httplib2 import ServerNotFoundError


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (exceptions.DefaultCredentialsError("secret"), "no credentials found"),
        (exceptions.RefreshError("secret"), "refreshing the credentials failed"),
        (exceptions.ReauthFailError("secret"), "the sign-in has expired"),
        (exceptions.MalformedError("secret"), "file is invalid"),
        (exceptions.TransportError("secret"), "cannot be reached"),
        (ServerNotFoundError("secret"), "cannot be reached"),
        (ConnectionRefusedError("secret"), "cannot be reached"),
        (TimeoutError("secret"), "cannot be reached"),
        (ssl.SSLError("secret"), "cannot be reached"),
        (RequestError("compute.regions.list", TimeoutError("secret")), "cannot be reached"),
        (KeyError("secret"), "failed for an unknown reason: KeyError"),
    ],
)
def test_explains_a_failed_login(error: Exception, message: str) -> None:
    problem = explain(error)
    assert (problem.severity, problem.subject) == ("error", "credentials")
    assert message in problem.message
    assert "secret" not in problem.message + problem.remedy


def test_no_session_without_credentials() -> None:
    with pytest.raises(exceptions.DefaultCredentialsError) as raised:
        open_session("acme-shop")
    remedy = explain(raised.value).remedy
    assert "gcloud auth application-default login" in remedy
    assert "workload-identity-federation" in remedy


def test_uses_an_access_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_OAUTH_ACCESS_TOKEN", "a-token")
    assert open_session("acme-shop").credentials.token == "a-token"


_USER = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}


@pytest.mark.parametrize("variable", ["GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON"])
@pytest.mark.parametrize("as_file", [True, False])
def test_prefers_pulumis_variables(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, as_file: bool
) -> None:
    monkeypatch.setattr("google.oauth2.credentials.Credentials.refresh", lambda *_: None)
    other, file = tmp_path / "other.json", tmp_path / "file.json"
    other.write_text(json.dumps({**_USER, "account": "other@example.com"}))
    file.write_text(mine := json.dumps({**_USER, "account": "mo@example.com"}))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(other))
    assert describe_caller(open_session("acme-shop").credentials) == "user other@example.com"
    monkeypatch.setenv(variable, str(file) if as_file else mine)
    assert describe_caller(open_session("acme-shop").credentials) == "user mo@example.com"


@pytest.mark.parametrize("content", ['{"private_key": "secret"', '{"type": "unheard-of", "secret": 1}', "{}"])
def test_explains_an_invalid_credentials_file(monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setenv("GOOGLE_CREDENTIALS", content)
    with pytest.raises(exceptions.MalformedError) as raised:
        open_session("acme-shop")
    assert "secret" not in str(raised.value)
    assert "file is invalid" in explain(raised.value).message


def test_missing_credentials_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GOOGLE_CREDENTIALS", str(tmp_path / "none.json"))
    with pytest.raises(exceptions.DefaultCredentialsError):
        open_session("acme-shop")


def test_impersonates_a_service_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_OAUTH_ACCESS_TOKEN", "a-token")
    monkeypatch.setenv("GOOGLE_IMPERSONATE_SERVICE_ACCOUNT", "ci@acme.iam.gserviceaccount.com")
    monkeypatch.setattr("google.auth.impersonated_credentials.Credentials.refresh", lambda *_: None)
    assert describe_caller(open_session("acme-shop").credentials) == "service account ci@acme.iam.gserviceaccount.com"


def test_describes_the_caller() -> None:
    account = service_account.Credentials(None, "ci@acme.iam.gserviceaccount.com", "")
    user = credentials.Credentials("t", account="mo@example.com")
    assert describe_caller(account) == "service account ci@acme.iam.gserviceaccount.com"
    assert describe_caller(user) == "user mo@example.com"
    assert describe_caller(AnonymousCredentials()) == "a user, name unknown"


def test_sets_the_quota_project_of_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("google.oauth2.credentials.Credentials.refresh", lambda *_: None)
    monkeypatch.setenv("GOOGLE_CREDENTIALS", json.dumps(_USER))
    assert open_session("acme-shop").credentials.quota_project_id == "acme-shop"
    monkeypatch.setenv("GOOGLE_CREDENTIALS", json.dumps({**_USER, "quota_project_id": "acme-people"}))
    assert open_session("acme-shop").credentials.quota_project_id == "acme-people"
