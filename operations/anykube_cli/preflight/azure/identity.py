"""The login: whose credentials these are. It runs first, because no check succeeds without it."""

from collections.abc import Mapping
from typing import Any

from anykube._clouds.tokens import MissingError
from anykube._clusters.aks import credentials, tokens

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


_EXPIRED_ASSERTION = (
    "the OIDC token of this job has expired",
    "let Anykube request a new one each time: give the job the permission `id-token: write` on GitHub, or set "
    "ARM_OIDC_REQUEST_URL and ARM_OIDC_REQUEST_TOKEN; a token in ARM_OIDC_TOKEN is valid for minutes",
)
"""https://learn.microsoft.com/entra/identity-platform/reference-error-codes"""


def open_session(subscription: str | None = None) -> tuple[Session, Mapping[str, Any]]:
    """A session with the environment's credentials, and the claims of its token.

    `subscription`: see `anykube._clusters.aks.credentials`. Raises azure-identity's errors.
    """
    session = Session(credentials.credential(subscription))
    return session, claims(session)


def claims(session: Session) -> Mapping[str, Any]:
    """The claims of the token for Azure Resource Manager."""
    return tokens.claims(session.credential.get_token(SCOPE).token)


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
    explanation = _EXPIRED_ASSERTION if "AADSTS700024" in str(error) else _BY_CODE.get(error_code(error)) or by_class
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
