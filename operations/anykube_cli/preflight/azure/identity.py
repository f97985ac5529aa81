"""Who asks. Without an answer no other question has one, so this one is asked first.

The credentials are looked for where Pulumi's provider looks for them:
https://www.pulumi.com/registry/packages/azure-native/installation-configuration/
"""

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anykube_cli.preflight.azure.clients import SCOPE, Session
from anykube_cli.preflight.azure.refusal import UNREACHABLE, brief, code, kinds, status
from anykube_cli.preflight.problem import Problem

_SIGN_IN = (
    "on a machine of your own: az login; in CI OpenID Connect, with ARM_USE_OIDC=true, ARM_CLIENT_ID, ARM_TENANT_ID: "
    "https://learn.microsoft.com/entra/workload-id/workload-identity-federation"
)
_NETWORK = "look after network and proxy (HTTPS_PROXY)"

_BY_CLASS: Mapping[str, tuple[str, str]] = {
    "CredentialUnavailableError": ("there are no credentials", _SIGN_IN),
    "ClientAuthenticationError": ("Entra does not take the credentials: they have expired or are not right", _SIGN_IN),
    **dict.fromkeys(UNREACHABLE, ("Azure cannot be reached", _NETWORK)),
}

_BY_CODE: Mapping[str, tuple[str, str]] = {
    "ExpiredAuthenticationToken": ("the credentials have expired", "sign in again and repeat the preflight"),
    "InvalidAuthenticationTokenTenant": (
        "the credentials are of another tenant of Entra than the subscription",
        "sign in to its tenant: az login --tenant TENANT, or set ARM_TENANT_ID",
    ),
}


class MissingError(Exception):
    """A variable that goes with those that are set is missing."""


def enter() -> tuple[Session, Mapping[str, Any]]:
    """The session of the environment, and what its token says of the caller. Raises what azure-identity raises."""
    session = Session(_credential())
    return session, claims(session)


def claims(session: Session) -> Mapping[str, Any]:
    """What the token for Azure Resource Manager says of who asks. It is not checked: that is Azure's to do.

    https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
    """
    token = session.credential.get_token(SCOPE).token
    try:
        payload = token.split(".")[1]
        read = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def who(claims: Mapping[str, Any]) -> str:
    """In words."""
    if name := claims.get("upn") or claims.get("unique_name") or claims.get("preferred_username"):
        return f"user {name}"
    if "xms_mirid" in claims:
        return f"managed identity {str(claims['xms_mirid']).rpartition('/')[2]}"
    return f"service principal of the application {claims['appid']}" if "appid" in claims else "somebody"


def explain(error: BaseException) -> Problem:
    """The problem that keeps everything else from being asked."""
    if isinstance(error, MissingError):
        return Problem("credentials", str(error), _SIGN_IN)
    by_class = next((_BY_CLASS[kind] for kind in kinds(error) if kind in _BY_CLASS), None)
    known = _BY_CODE.get(code(error)) or by_class
    if known is None:
        known = (f"who asks could not be found out: {brief(error)}", "`az account get-access-token` says more")
    return Problem("credentials", *known)


def ends(error: BaseException) -> bool:
    """Whether no other question can have an answer either."""
    return status(error) == 401 or any(kind in _BY_CLASS for kind in kinds(error))


def _credential() -> Any:
    """By the variables of Pulumi's provider, and else what `az login` left."""
    from azure import identity

    given = os.environ.get
    if _is_set("ARM_USE_OIDC"):
        return identity.ClientAssertionCredential(_need("ARM_TENANT_ID"), _need("ARM_CLIENT_ID"), func=_assertion())
    if secret := given("ARM_CLIENT_SECRET"):
        return identity.ClientSecretCredential(_need("ARM_TENANT_ID"), _need("ARM_CLIENT_ID"), secret)
    if file := given("ARM_CLIENT_CERTIFICATE_PATH"):
        password = given("ARM_CLIENT_CERTIFICATE_PASSWORD")
        tenant, client = _need("ARM_TENANT_ID"), _need("ARM_CLIENT_ID")
        return identity.CertificateCredential(tenant, client, file, password=password)
    if _is_set("ARM_USE_MSI"):
        return identity.ManagedIdentityCredential(client_id=given("ARM_CLIENT_ID"))
    if _is_set("ARM_USE_DEFAULT_AZURE_CREDENTIAL"):
        return identity.DefaultAzureCredential()
    return identity.AzureCliCredential()


def _assertion() -> Any:
    """Gives the token of whoever runs CI: as it is, in a file, or asked for, as GitHub's runners do."""
    if token := os.environ.get("ARM_OIDC_TOKEN"):
        return lambda: token
    if file := os.environ.get("ARM_OIDC_TOKEN_FILE_PATH"):
        return lambda: Path(file).read_text().strip()
    url = os.environ.get("ARM_OIDC_REQUEST_URL") or os.environ.get("ACTIONS_ID_TOKEN_REQUEST_URL")
    bearer = os.environ.get("ARM_OIDC_REQUEST_TOKEN") or os.environ.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    if not url or not bearer:
        raise MissingError(
            "ARM_USE_OIDC is set, and there is no token: ARM_OIDC_TOKEN, its file, or who to ask for one"
        )
    return lambda: _asked_for(url, bearer)


def _asked_for(url: str, bearer: str) -> str:
    """https://docs.github.com/actions/reference/security/oidc"""
    import httpx2

    asked = {"Authorization": f"Bearer {bearer}"}
    answer = httpx2.get(url, params={"audience": "api://AzureADTokenExchange"}, headers=asked, timeout=20)
    return str(answer.raise_for_status().json()["value"])


def _need(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise MissingError(f"{name} is missing beside what is set of ARM_…")
    return value


def _is_set(name: str) -> bool:
    return os.environ.get(name, "").lower() in ("1", "true")
