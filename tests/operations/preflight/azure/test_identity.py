from pathlib import Path
from typing import Any

import pytest
from anykube_cli.preflight.azure.clients import Session
from anykube_cli.preflight.azure.errors import read_action
from anykube_cli.preflight.azure.identity import (
    MissingError,
    _credential,
    claims,
    describe_caller,
    explain,
    open_session,
)
from azure import identity
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError, ServiceResponseError

from tests.operations.preflight.azure.subscription import ID, Credential
from tests.operations.preflight.problem_text import format_problems


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (identity.CredentialUnavailableError("secret"), "no credentials found"),
        (ClientAuthenticationError("secret"), "Entra rejects the credentials"),
        (ServiceRequestError("secret"), "Azure cannot be reached"),
        (ServiceResponseError("secret"), "Azure cannot be reached"),
        (MissingError("ARM_TENANT_ID is not set"), "ARM_TENANT_ID is not set"),
        (KeyError("secret"), "failed for an unknown reason: KeyError"),
    ],
)
def test_explains_a_failed_login(error: Exception, message: str) -> None:
    problem = explain(error)
    assert (problem.severity, problem.subject) == ("error", "credentials")
    assert message in problem.message
    assert "secret" not in format_problems([problem])


def test_no_session_without_a_sign_in() -> None:
    with pytest.raises(identity.CredentialUnavailableError) as raised:
        open_session()
    assert "az login" in explain(raised.value).remedy
    assert "OpenID Connect" in explain(raised.value).remedy


_CLIENT = {"ARM_TENANT_ID": "t", "ARM_CLIENT_ID": "c"}


@pytest.mark.parametrize(
    ("variables", "kind"),
    [
        ({}, identity.AzureCliCredential),
        ({"ARM_CLIENT_SECRET": "s", **_CLIENT}, identity.ClientSecretCredential),
        ({"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "t", **_CLIENT}, identity.ClientAssertionCredential),
        ({"ARM_USE_MSI": "true"}, identity.ManagedIdentityCredential),
        ({"ARM_USE_DEFAULT_AZURE_CREDENTIAL": "1"}, identity.DefaultAzureCredential),
    ],
)
def test_chooses_credentials_by_pulumis_variables(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], kind: type
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert type(_credential()) is kind


@pytest.mark.parametrize(
    ("variables", "missing"),
    [
        ({"ARM_CLIENT_SECRET": "secret"}, "ARM_TENANT_ID is not set"),
        ({"ARM_CLIENT_CERTIFICATE_PATH": "secret", "ARM_TENANT_ID": "t"}, "ARM_CLIENT_ID is not set"),
        ({"ARM_USE_OIDC": "true", **_CLIENT}, "there is no token"),
    ],
)
def test_reports_missing_variables(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], missing: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(MissingError, match=missing) as raised:
        open_session()
    assert "secret" not in str(raised.value)


def test_reads_the_oidc_token_only_when_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from anykube_cli.preflight.azure.identity import _oidc_token

    file = tmp_path / "token"
    monkeypatch.setenv("ARM_OIDC_TOKEN_FILE_PATH", str(file))
    read_token = _oidc_token()
    file.write_text("later\n")
    assert read_token() == "later"


@pytest.mark.parametrize(
    ("token", "caller"),
    [
        ({"upn": "mo@example.com"}, "user mo@example.com"),
        ({"appid": "a1", "oid": "o"}, "service principal of the application a1"),
        ({"appid": "a1", "xms_mirid": "/subscriptions/x/userAssignedIdentities/ci"}, "managed identity ci"),
        ({"oid": "o"}, "unknown caller"),
    ],
)
def test_describes_the_caller(token: dict[str, Any], caller: str) -> None:
    assert describe_caller(claims(Session(Credential(**token)))) == caller


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("", "Microsoft.Resources/subscriptions/read"),
        ("/locations", "Microsoft.Resources/subscriptions/locations/read"),
        ("/resourcegroups/shop", "Microsoft.Resources/subscriptions/resourceGroups/read"),
        ("/providers/Microsoft.Compute", "Microsoft.Resources/subscriptions/providers/read"),
        ("/providers/Microsoft.Compute/skus", "Microsoft.Compute/skus/read"),
        (
            "/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n/subnets/s",
            "Microsoft.Network/virtualNetworks/subnets/read",
        ),
    ],
)
def test_read_action_of_a_url(path: str, action: str) -> None:
    assert read_action(f"https://management.azure.com/subscriptions/{ID}{path}?api-version=1") == action
