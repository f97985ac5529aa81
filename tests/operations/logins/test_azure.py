"""Each login to Azure that docs/how-to/log-in.md names: preflight and `anykube token` are the same caller."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from anykube._clouds.tokens import TokenTarget
from anykube._clusters.aks.credentials import cluster_token
from anykube_cli.preflight.azure.identity import open_session
from werkzeug import Request, Response

from tests.operations.api_server import ApiServer, serve
from tests.operations.logins.conftest import Loopback

_CLUSTERS, _MANAGEMENT = "6dae42f8-4368-4678-94ff-3960e28e3630", "https://management.azure.com"
_CLIENT = {"ARM_TENANT_ID": "adfs", "ARM_CLIENT_ID": "deployer"}
"""As tenant of an own Entra (AD FS): for any other name, MSAL asks Microsoft whether the host is theirs."""


def _token(caller: str, audience: str) -> str:
    claims = {"aud": audience, "appid": caller, "oid": f"object-{caller}"}
    return f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.x"


def _claims(token: str) -> dict[str, str]:
    body = token.split(".")[1]
    claims: dict[str, str] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


@dataclass
class Entra:
    """A token service. An assertion of a CI job is valid once, where Entra's are valid for five minutes."""

    server: ApiServer | None = None
    secrets: set[str] = field(default_factory=set)
    assertions: list[str] = field(default_factory=list)
    certificates: bool = False

    def respond(self, request: Request) -> Response:
        assert self.server is not None
        if request.path.endswith("/.well-known/openid-configuration"):
            endpoints = {name: f"{self.server.url}/adfs/oauth2/{name[:5]}" for name in _ENDPOINTS}
            return _json({**endpoints, "issuer": f"{self.server.url}/adfs"})
        form = request.form
        if not self._accepts(form):
            message = "AADSTS700024: Client assertion is not within its valid time range."
            return _json({"error": "invalid_client", "error_description": message}, 401)
        scopes = [scope for scope in form["scope"].split() if scope.endswith("/.default")]
        audience = scopes[0].removesuffix("/.default")
        return _json({"access_token": _token(form["client_id"], audience), "token_type": "Bearer", "expires_in": 3600})

    def _accepts(self, form: Any) -> bool:
        assertion = form.get("client_assertion", "")
        if self.certificates and assertion.count(".") == 2:
            return bool(
                {"x5t", "x5t#S256"} & json.loads(base64.urlsafe_b64decode(assertion.split(".")[0] + "==")).keys()
            )
        if assertion in self.assertions:
            self.assertions.remove(assertion)
            return True
        return form.get("client_secret") in self.secrets


_ENDPOINTS = ("authorization_endpoint", "token_endpoint")


def _json(content: Any, status: int = 200) -> Response:
    return Response(json.dumps(content), status, mimetype="application/json")


@pytest.fixture
def entra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Entra]:
    service = Entra()
    with serve(tmp_path, respond=service.respond) as server:
        service.server = server
        monkeypatch.setenv("AZURE_AUTHORITY_HOST", server.url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.crt"))
        yield service


def _callers(monkeypatch: pytest.MonkeyPatch, **variables: str) -> tuple[str, str]:
    """The caller of preflight and of a cluster, by the same variables. Checks that each has a token for its service."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    _, preflight = open_session("subscription-1")
    cluster = _claims(cluster_token(TokenTarget(account="subscription-1")).text)
    assert (preflight["aud"].rstrip("/"), cluster["aud"]) == (_MANAGEMENT, _CLUSTERS)
    return preflight["appid"], cluster["appid"]


def test_client_secret(entra: Entra, monkeypatch: pytest.MonkeyPatch) -> None:
    entra.secrets = {"s3cret"}
    assert _callers(monkeypatch, **_CLIENT, ARM_CLIENT_SECRET="s3cret") == ("deployer", "deployer")


def test_client_certificate(entra: Entra, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    entra.certificates = True
    file = tmp_path / "client.pem"
    file.write_text(_rsa_certificate())
    callers = _callers(monkeypatch, **_CLIENT, ARM_CLIENT_CERTIFICATE_PATH=str(file))
    assert callers == ("deployer", "deployer")


def test_oidc_of_a_file(entra: Entra, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    entra.assertions = ["from-file", "from-file"]
    file = tmp_path / "token"
    file.write_text("from-file\n")
    callers = _callers(monkeypatch, **_CLIENT, ARM_USE_OIDC="true", ARM_OIDC_TOKEN_FILE_PATH=str(file))
    assert callers == ("deployer", "deployer")


def test_oidc_of_a_variable(entra: Entra, monkeypatch: pytest.MonkeyPatch) -> None:
    entra.assertions = ["from-variable", "from-variable"]
    callers = _callers(monkeypatch, **_CLIENT, ARM_USE_OIDC="true", ARM_OIDC_TOKEN="from-variable")
    assert callers == ("deployer", "deployer")


def test_oidc_of_github_is_requested_anew_each_time(
    entra: Entra, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AADSTS700024: an assertion is valid for minutes. An old one in a variable must not win."""

    def issue(request: Request) -> dict[str, str]:
        assert request.headers["Authorization"] == "Bearer runner"
        assert request.args.to_dict() == {"api-version": "2.0", "audience": "api://AzureADTokenExchange"}
        entra.assertions.append(f"assertion-{len(issued)}")
        issued.append(entra.assertions[-1])
        return {"value": issued[-1]}

    issued: list[str] = []
    loopback.responses["/token"] = issue
    callers = _callers(
        monkeypatch,
        **_CLIENT,
        ARM_USE_OIDC="true",
        ARM_OIDC_TOKEN="expired",
        ACTIONS_ID_TOKEN_REQUEST_URL=f"{loopback.url}/token?api-version=2.0",
        ACTIONS_ID_TOKEN_REQUEST_TOKEN="runner",
    )
    assert callers == ("deployer", "deployer")
    assert len(issued) == 2
    command = [sys.executable, "-m", "anykube_cli", "token", "azure"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert _claims(json.loads(result.stdout)["status"]["token"])["appid"] == "deployer"


def test_expired_assertion_is_explained(entra: Entra, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**_CLIENT, "ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "expired-s3cret"}.items():
        monkeypatch.setenv(name, value)
    command = [sys.executable, "-m", "anykube_cli", "token", "azure"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert "the OIDC token of this job has expired" in result.stderr
    assert "ARM_OIDC_REQUEST_URL" in result.stderr
    assert "s3cret" not in result.stderr


def test_managed_identity(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    def respond(request: Request) -> dict[str, str]:
        assert request.headers["X-IDENTITY-HEADER"] == "local"
        text = _token(request.args["client_id"], request.args["resource"])
        expires = datetime.now(UTC) + timedelta(hours=1)
        return {"access_token": text, "expires_on": str(int(expires.timestamp())), "token_type": "Bearer"}

    loopback.responses["/token"] = respond
    callers = _callers(
        monkeypatch,
        ARM_USE_MSI="true",
        ARM_CLIENT_ID="runner",
        IDENTITY_ENDPOINT=f"{loopback.url}/token",
        IDENTITY_HEADER="local",
    )
    assert callers == ("runner", "runner")


def test_azure_cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The login of the stack's subscription, not of the default one."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "az"
    program.write_text(
        f"#!{sys.executable}\nimport base64, json, sys\n"
        "a = dict(zip(sys.argv[1:], sys.argv[2:]))\n"
        "claims = json.dumps({'aud': a['--resource'], 'appid': a['--subscription']}).encode()\n"
        "body = base64.urlsafe_b64encode(claims).decode().rstrip('=')\n"
        "assert '--tenant' not in a, 'Please specify only one of subscription and tenant, not both'\n"
        "print(json.dumps({'accessToken': f'e30.{body}.x', 'expires_on': 4102444800, 'tokenType': 'Bearer'}))\n"
    )
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    assert _callers(monkeypatch, ARM_TENANT_ID="t") == ("subscription-1", "subscription-1")


def test_without_a_login_the_command_names_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    command = [sys.executable, "-m", "anykube_cli", "token", "azure"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith("anykube token: no credentials found. To fix it, on your machine, run `az login`")
    assert "Traceback" not in result.stderr


def _rsa_certificate() -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "deployer")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode() + certificate.public_bytes(serialization.Encoding.PEM).decode()
