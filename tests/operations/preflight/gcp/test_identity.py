import json
import ssl
from pathlib import Path

import pytest
from anykube_cli.preflight.gcp.identity import enter, explain, who
from anykube_cli.preflight.gcp.errors import RequestError
from google.auth import exceptions
from google.auth.credentials import AnonymousCredentials
from google.oauth2 import credentials, service_account
from httplib2 import ServerNotFoundError


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (exceptions.DefaultCredentialsError("secret"), "there are no credentials"),
        (exceptions.RefreshError("secret"), "could not be renewed"),
        (exceptions.ReauthFailError("secret"), "the sign-in has expired"),
        (exceptions.MalformedError("secret"), "not one"),
        (exceptions.TransportError("secret"), "cannot be reached"),
        (ServerNotFoundError("secret"), "cannot be reached"),
        (ConnectionRefusedError("secret"), "cannot be reached"),
        (TimeoutError("secret"), "cannot be reached"),
        (ssl.SSLError("secret"), "cannot be reached"),
        (RequestError("compute.regions.list", TimeoutError("secret")), "cannot be reached"),
        (KeyError("secret"), "could not be found out: KeyError"),
    ],
)
def test_what_keeps_it_from_being_known(error: Exception, what: str) -> None:
    problem = explain(error)
    assert (problem.severity, problem.subject) == ("error", "credentials")
    assert what in problem.message
    assert "secret" not in problem.message + problem.remedy


def test_without_credentials_there_is_no_session() -> None:
    with pytest.raises(exceptions.DefaultCredentialsError) as raised:
        enter("acme-shop")
    remedy = explain(raised.value).remedy
    assert "gcloud auth application-default login" in remedy
    assert "workload-identity-federation" in remedy


def test_a_token_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_OAUTH_ACCESS_TOKEN", "a-token")
    assert enter("acme-shop").credentials.token == "a-token"


_USER = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}


@pytest.mark.parametrize("variable", ["GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON"])
@pytest.mark.parametrize("as_file", [True, False])
def test_what_pulumi_prefers_is_preferred(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, as_file: bool
) -> None:
    monkeypatch.setattr("google.oauth2.credentials.Credentials.refresh", lambda *_: None)
    other, file = tmp_path / "other.json", tmp_path / "file.json"
    other.write_text(json.dumps({**_USER, "account": "other@example.com"}))
    file.write_text(mine := json.dumps({**_USER, "account": "mo@example.com"}))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(other))
    assert who(enter("acme-shop").credentials) == "user other@example.com"
    monkeypatch.setenv(variable, str(file) if as_file else mine)
    assert who(enter("acme-shop").credentials) == "user mo@example.com"


@pytest.mark.parametrize("content", ['{"private_key": "secret"', '{"type": "unheard-of", "secret": 1}', "{}"])
def test_what_is_no_file_of_credentials_is_a_sentence(monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setenv("GOOGLE_CREDENTIALS", content)
    with pytest.raises(exceptions.MalformedError) as raised:
        enter("acme-shop")
    assert "secret" not in str(raised.value)
    assert "is not one" in explain(raised.value).message


def test_a_file_that_there_is_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GOOGLE_CREDENTIALS", str(tmp_path / "none.json"))
    with pytest.raises(exceptions.DefaultCredentialsError):
        enter("acme-shop")


def test_a_service_account_can_be_impersonated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_OAUTH_ACCESS_TOKEN", "a-token")
    monkeypatch.setenv("GOOGLE_IMPERSONATE_SERVICE_ACCOUNT", "ci@acme.iam.gserviceaccount.com")
    monkeypatch.setattr("google.auth.impersonated_credentials.Credentials.refresh", lambda *_: None)
    assert who(enter("acme-shop").credentials) == "service account ci@acme.iam.gserviceaccount.com"


def test_who_asks_is_said_in_words() -> None:
    account = service_account.Credentials(None, "ci@acme.iam.gserviceaccount.com", "")
    user = credentials.Credentials("t", account="mo@example.com")
    assert who(account) == "service account ci@acme.iam.gserviceaccount.com"
    assert who(user) == "user mo@example.com"
    assert who(AnonymousCredentials()) == "a user, by a sign-in or a token"


def test_what_a_person_asks_is_counted_in_a_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("google.oauth2.credentials.Credentials.refresh", lambda *_: None)
    monkeypatch.setenv("GOOGLE_CREDENTIALS", json.dumps(_USER))
    assert enter("acme-shop").credentials.quota_project_id == "acme-shop"
    monkeypatch.setenv("GOOGLE_CREDENTIALS", json.dumps({**_USER, "quota_project_id": "acme-people"}))
    assert enter("acme-shop").credentials.quota_project_id == "acme-people"
