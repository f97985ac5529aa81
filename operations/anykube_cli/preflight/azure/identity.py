"""The login: whose credentials these are. It runs first, because no check succeeds without it.

Looks for credentials in the same places as Pulumi's provider:
https://www.pulumi.com/registry/packages/azure-native/installation-configuration/
"""

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anykube_cli.preflight.azure.clients import SCOPE, Session
from anykube_cli.preflight.azure.errors import UNREACHABLE_ERRORS, class_names, error_code, status, summarize_error
from anykube_cli.preflight.problem import Problem

_SIGN_IN = (
    "on your machine, run `az login`; in CI, use OpenID Connect with ARM_USE_OIDC=true, ARM_CLIENT_ID, ARM_TENANT_ID: "
    "https://learn.microsoft.com/entra/workload-id/workload-identity-federation"
)
_NETWORK = "check the network and the proxy (HTTPS_PROXY)"

_BY_CLASS: Mapping[str, tuple[str, str]] = {
    "CredentialUnavailableError": ("no credentials found", _SIGN_IN),
    "ClientAuthenticationError": ("Entra rejects the credentials: they have expired or are wrong", _SIGN_IN),
    **dict.fromkeys(UNREACHABLE_ERRORS, ("Azure cannot be reached", _NETWORK)),
}

_BY_CODE: Mapping[str, tuple[str, str]] = {
    "ExpiredAuthenticationToken": ("the credentials have expired", "sign in again and run preflight again"),
    "InvalidAuthenticationTokenTenant": (
        "the credentials belong to another Entra tenant than the subscription",
        "sign in to the tenant of the subscription: az login --tenant TENANT, or set ARM_TENANT_ID",
    ),
}


class MissingError(Exception):
    """An environment variable is missing that others require."""


def open_session() -> tuple[Session, Mapping[str, Any]]:
    """A session with the environment's credentials, and the claims of its token. Raises azure-identity's errors."""
    session = Session(_credential())
    return session, claims(session)


def claims(session: Session) -> Mapping[str, Any]:
    """The claims of the token for Azure Resource Manager. Its signature is not verified: Azure does that.

    https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
    """
    token = session.credential.get_token(SCOPE).token
    try:
        payload = token.split(".")[1]
        decoded = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def describe_caller(claims: Mapping[str, Any]) -> str:
    """User, managed identity or service principal, with its name."""
    if name := claims.get("upn") or claims.get("unique_name") or claims.get("preferred_username"):
        return f"user {name}"
    if "xms_mirid" in claims:
        return f"managed identity {str(claims['xms_mirid']).rpartition('/')[2]}"
    return f"service principal of the application {claims['appid']}" if "appid" in claims else "unknown caller"


def explain(error: BaseException) -> Problem:
    """The failed login as a problem."""
    if isinstance(error, MissingError):
        return Problem("credentials", str(error), _SIGN_IN)
    by_class = next((_BY_CLASS[name] for name in class_names(error) if name in _BY_CLASS), None)
    explanation = _BY_CODE.get(error_code(error)) or by_class
    if explanation is None:
        summary = summarize_error(error)
        explanation = (
            f"the login failed for an unknown reason: {summary}",
            "run `az account get-access-token` for details",
        )
    return Problem("credentials", *explanation)


def ends_run(error: BaseException) -> bool:
    """Whether every other request fails in the same way."""
    return status(error) == 401 or any(name in _BY_CLASS for name in class_names(error))


def _credential() -> Any:
    """Credentials from the environment variables of Pulumi's provider, else from `az login`."""
    from azure import identity

    env = os.environ.get
    if _is_set("ARM_USE_OIDC"):
        return identity.ClientAssertionCredential(
            _require("ARM_TENANT_ID"), _require("ARM_CLIENT_ID"), func=_oidc_token()
        )
    if secret := env("ARM_CLIENT_SECRET"):
        return identity.ClientSecretCredential(_require("ARM_TENANT_ID"), _require("ARM_CLIENT_ID"), secret)
    if file := env("ARM_CLIENT_CERTIFICATE_PATH"):
        password = env("ARM_CLIENT_CERTIFICATE_PASSWORD")
        tenant, client = _require("ARM_TENANT_ID"), _require("ARM_CLIENT_ID")
        return identity.CertificateCredential(tenant, client, file, password=password)
    if _is_set("ARM_USE_MSI"):
        return identity.ManagedIdentityCredential(client_id=env("ARM_CLIENT_ID"))
    if _is_set("ARM_USE_DEFAULT_AZURE_CREDENTIAL"):
        return identity.DefaultAzureCredential()
    return identity.AzureCliCredential()


def _oidc_token() -> Any:
    """Returns a function that reads a CI job's OIDC token from a variable, a file, or a URL as on GitHub."""
    if token := os.environ.get("ARM_OIDC_TOKEN"):
        return lambda: token
    if file := os.environ.get("ARM_OIDC_TOKEN_FILE_PATH"):
        return lambda: Path(file).read_text().strip()
    url = os.environ.get("ARM_OIDC_REQUEST_URL") or os.environ.get("ACTIONS_ID_TOKEN_REQUEST_URL")
    bearer = os.environ.get("ARM_OIDC_REQUEST_TOKEN") or os.environ.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    if not url or not bearer:
        raise MissingError(
            "ARM_USE_OIDC is set but there is no token: set ARM_OIDC_TOKEN, ARM_OIDC_TOKEN_FILE_PATH, or "
            "ARM_OIDC_REQUEST_URL and ARM_OIDC_REQUEST_TOKEN"
        )
    return lambda: _request_token(url, bearer)


def _request_token(url: str, bearer: str) -> str:
    """https://docs.github.com/actions/reference/security/oidc"""
    import httpx2

    headers = {"Authorization": f"Bearer {bearer}"}
    response = httpx2.get(url, params={"audience": "api://AzureADTokenExchange"}, headers=headers, timeout=20)
    return str(response.raise_for_status().json()["value"])


def _require(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise MissingError(f"{name} is not set, but other ARM_… variables require it")
    return value


def _is_set(name: str) -> bool:
    return os.environ.get(name, "").lower() in ("1", "true")
