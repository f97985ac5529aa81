"""Each login to AWS that docs/how-to/log-in.md names: preflight and `anykube token` are the same caller."""

import base64
import hashlib
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from anykube._clouds.tokens import TokenTarget
from anykube._clusters.eks.credentials import cluster_token, open_session
from anykube_cli.preflight.aws.clients import clients
from anykube_cli.preflight.aws.identity import identify
from botocore.exceptions import TokenRetrievalError, UnauthorizedSSOTokenError
from werkzeug import Request, Response

from tests.operations.logins.conftest import Loopback

_REGION = "eu-west-1"
_XML = '<{0}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{0}Result>{1}</{0}Result></{0}Response>'


@pytest.fixture
def aws(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> Loopback:
    """STS and the portal of SSO. A caller's ARN contains its access key."""
    loopback.responses["/"] = _sts
    loopback.responses["/federation/credentials"] = _portal
    monkeypatch.setenv("AWS_ENDPOINT_URL", loopback.url)
    monkeypatch.setenv("AWS_REGION", _REGION)
    return loopback


def _sts(request: Request) -> Response:
    action = request.form["Action"]
    if action == "GetCallerIdentity":
        key = request.headers["Authorization"].partition("Credential=")[2].partition("/")[0]
        return _xml(action, f"<Arn>arn:aws:iam::1:user/{key}</Arn><UserId>u</UserId><Account>1</Account>")
    source = request.form.get("WebIdentityToken") or request.headers["Authorization"].split("=")[1].split("/")[0]
    expires = datetime.now(UTC) + timedelta(hours=1)
    content = (
        f"<Credentials><AccessKeyId>ROLE-OF-{source}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
        f"<SessionToken>t</SessionToken><Expiration>{expires:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials>"
    )
    return _xml(action, content)


def _xml(action: str, content: str) -> Response:
    return Response(_XML.format(action, content), mimetype="text/xml")


def _portal(request: Request) -> Response:
    if request.environ["headers"]["x-amz-sso_bearer_token"] != "signed-in":
        return Response("{}", 401, headers={"x-amzn-errortype": "UnauthorizedException"})
    later = int((datetime.now(UTC) + timedelta(hours=1)).timestamp() * 1000)
    keys = {"accessKeyId": f"SSO-{request.args['role_name']}", "secretAccessKey": "s", "sessionToken": "t"}
    return Response(json.dumps({"roleCredentials": {**keys, "expiration": later}}), mimetype="application/json")


def _callers() -> tuple[str, str]:
    """The access key of preflight and of a cluster's token."""
    arn = identify(clients(open_session(), _REGION)).arn
    packed = cluster_token(TokenTarget("shop", _REGION)).text.removeprefix("k8s-aws-v1.")
    url = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    return arn.partition("/")[2], parse_qs(urlsplit(url).query)["X-Amz-Credential"][0].partition("/")[0]


def _configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    file = tmp_path / "config"
    file.write_text(text)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))


def test_access_key(aws: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAENV")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    assert _callers() == ("AKIAENV", "AKIAENV")


def test_profile(aws: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    profiles = "[default]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = s\n"
    profiles += "[profile shop]\naws_access_key_id = AKIASHOP\naws_secret_access_key = s\n"
    _configuration(monkeypatch, tmp_path, profiles)
    monkeypatch.setenv("AWS_PROFILE", "shop")
    assert _callers() == ("AKIASHOP", "AKIASHOP")


def test_role_of_a_profile(aws: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    profiles = "[profile person]\naws_access_key_id = AKIAPERSON\naws_secret_access_key = s\n"
    profiles += "[profile shop]\nrole_arn = arn:aws:iam::1:role/deployer\nsource_profile = person\n"
    _configuration(monkeypatch, tmp_path, profiles)
    monkeypatch.setenv("AWS_PROFILE", "shop")
    assert _callers() == ("ROLE-OF-AKIAPERSON", "ROLE-OF-AKIAPERSON")


def _sso(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, token: str) -> None:
    _configuration(
        monkeypatch,
        tmp_path,
        "[profile shop]\nsso_session = acme\nsso_account_id = 1\nsso_role_name = deployer\n"
        f"[sso-session acme]\nsso_region = {_REGION}\nsso_start_url = https://acme.awsapps.com/start\n",
    )
    monkeypatch.setenv("AWS_PROFILE", "shop")
    later = datetime.now(UTC) + timedelta(hours=1)
    folder = tmp_path / "sso"
    folder.mkdir()
    # Read from HOME when botocore is imported.
    monkeypatch.setattr("botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR", str(folder))
    # The SHA-1 of the session's name: https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
    name = hashlib.sha1(b"acme").hexdigest()
    content = {"accessToken": token, "expiresAt": f"{later:%Y-%m-%dT%H:%M:%SZ}", "region": _REGION}
    (folder / f"{name}.json").write_text(json.dumps(content))


def test_sso(aws: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With the token that `aws sso login` keeps; the program `aws` is not needed for it."""
    _sso(monkeypatch, tmp_path, "signed-in")
    assert _callers() == ("SSO-deployer", "SSO-deployer")


def test_expired_sso(aws: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _sso(monkeypatch, tmp_path, "expired")
    with pytest.raises((UnauthorizedSSOTokenError, TokenRetrievalError)):
        cluster_token(TokenTarget("shop", _REGION))


def test_web_identity(aws: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As `anykube ci login` sets it on GitLab."""
    file = tmp_path / "token"
    file.write_text("JOB-7")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(file))
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::1:role/ci")
    assert _callers() == ("ROLE-OF-JOB-7", "ROLE-OF-JOB-7")


def test_credential_process(aws: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    content = {"Version": 1, "AccessKeyId": "AKIAPROCESS", "SecretAccessKey": "s"}
    program = tmp_path / "print.py"
    program.write_text(f"print({json.dumps(content)!r})")
    _configuration(monkeypatch, tmp_path, f"[default]\ncredential_process = {sys.executable} {program}\n")
    assert _callers() == ("AKIAPROCESS", "AKIAPROCESS")
