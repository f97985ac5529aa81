"""The login to Azure: the same sources as Pulumi's provider, for preflight, sweep, state, secrets and tokens.

https://www.pulumi.com/registry/packages/azure-native/installation-configuration/
"""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from anykube._clouds.tokens import ClusterToken, MissingError, TokenTarget

_CLUSTERS = "6dae42f8-4368-4678-94ff-3960e28e3630/.default"
"""The scope of tokens for clusters. All AKS clusters are this one application in Entra:
https://azure.github.io/kubelogin/concepts/aks.html"""
_ASSERTION_AUDIENCE = "api://AzureADTokenExchange"


def credential(subscription: str | None = None) -> Any:
    """azure-identity's credential, by the environment variables of Pulumi's provider, else of `az login`.

    `subscription`: selects the account of `az login`. None: the default one. Raises MissingError.
    """
    from azure import identity

    if _is_set("ARM_USE_DEFAULT_AZURE_CREDENTIAL"):
        return identity.DefaultAzureCredential()
    for variable, create in _SERVICE_PRINCIPALS.items():
        if os.environ.get(variable):
            return create(identity, _require("ARM_TENANT_ID"), _require("ARM_CLIENT_ID"))
    if _is_set("ARM_USE_OIDC"):
        tenant, client = _require("ARM_TENANT_ID"), _require("ARM_CLIENT_ID")
        return identity.ClientAssertionCredential(tenant, client, func=assertion())
    if _is_set("ARM_USE_MSI"):
        return identity.ManagedIdentityCredential(client_id=os.environ.get("ARM_CLIENT_ID"))
    # The CLI refuses both at once: a subscription has a tenant.
    tenant = "" if subscription else os.environ.get("ARM_TENANT_ID", "")
    return identity.AzureCliCredential(tenant_id=tenant, subscription=subscription)


def secrets_credential() -> Any:
    """The credential for Key Vault. Without ARM_… variables also that of AZURE_… ones: the stack may be elsewhere."""
    from azure import identity

    variables = ("ARM_USE_OIDC", "ARM_USE_MSI", *_SERVICE_PRINCIPALS)
    return credential() if any(map(os.environ.get, variables)) else identity.DefaultAzureCredential()


def cluster_token(target: TokenTarget) -> ClusterToken:
    """An access token for the caller, which is valid for all clusters of the tenant. Raises azure-identity's errors."""
    token = credential(target.account or None).get_token(_CLUSTERS)
    return ClusterToken(token.token, datetime.fromtimestamp(token.expires_on, UTC))


def assertion() -> Callable[[], str]:
    """Returns a function that gets the OIDC token of a CI job. Raises MissingError if there is no source.

    A URL, as on GitHub, comes first: a token from it is valid for five minutes, so it has to be a new one each time.
    Later, Entra refuses it with AADSTS700024: https://github.com/Azure/azure-cli/issues/28708
    """
    env = os.environ.get
    url = env("ARM_OIDC_REQUEST_URL") or env("ACTIONS_ID_TOKEN_REQUEST_URL")
    bearer = env("ARM_OIDC_REQUEST_TOKEN") or env("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    if url and bearer:
        return lambda: _request_assertion(url, bearer)
    if file := env("ARM_OIDC_TOKEN_FILE_PATH"):
        return lambda: Path(file).read_text().strip()
    if token := env("ARM_OIDC_TOKEN"):
        return lambda: token
    raise MissingError(
        "ARM_USE_OIDC is set but there is no token: set ARM_OIDC_REQUEST_URL and ARM_OIDC_REQUEST_TOKEN, "
        "ARM_OIDC_TOKEN_FILE_PATH, or ARM_OIDC_TOKEN"
    )


def _request_assertion(url: str, bearer: str) -> str:
    """https://docs.github.com/actions/reference/security/oidc"""
    import httpx2

    headers = {"Authorization": f"Bearer {bearer}"}
    audience = os.environ.get("ARM_OIDC_AUDIENCE", _ASSERTION_AUDIENCE)
    target = httpx2.URL(url).copy_merge_params({"audience": audience})
    response = httpx2.get(target, headers=headers, timeout=20)
    return str(response.raise_for_status().json()["value"])


def _with_certificate(identity: Any, tenant: str, client: str) -> Any:
    file, password = os.environ["ARM_CLIENT_CERTIFICATE_PATH"], os.environ.get("ARM_CLIENT_CERTIFICATE_PASSWORD")
    return identity.CertificateCredential(tenant, client, file, password=password)


def _with_secret(identity: Any, tenant: str, client: str) -> Any:
    return identity.ClientSecretCredential(tenant, client, os.environ["ARM_CLIENT_SECRET"])


_SERVICE_PRINCIPALS: Mapping[str, Callable[[Any, str, str], Any]] = {
    "ARM_CLIENT_CERTIFICATE_PATH": _with_certificate,
    "ARM_CLIENT_SECRET": _with_secret,
}
"""In the provider's order, which tries these before OIDC."""


def _require(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise MissingError(f"{name} is not set, but other ARM_… variables require it")
    return value


def _is_set(name: str) -> bool:
    return os.environ.get(name, "").lower() in ("1", "true")
