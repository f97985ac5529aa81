from pathlib import Path
from typing import Any

import pytest
from anykube_cli.preflight.azure.clients import Session
from anykube_cli.preflight.azure.identity import MissingError, _credential, claims, enter, explain, who
from anykube_cli.preflight.azure.errors import action
from azure import identity
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError, ServiceResponseError

from tests.operations.preflight.azure.subscription import ID, Credential
from tests.operations.preflight.problem_text import said


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (identity.CredentialUnavailableError("secret"), "there are no credentials"),
        (ClientAuthenticationError("secret"), "Entra does not take the credentials"),
        (ServiceRequestError("secret"), "Azure cannot be reached"),
        (ServiceResponseError("secret"), "Azure cannot be reached"),
        (MissingError("ARM_TENANT_ID is missing"), "ARM_TENANT_ID is missing"),
        (KeyError("secret"), "could not be found out: KeyError"),
    ],
)
def test_what_keeps_it_from_being_known(error: Exception, what: str) -> None:
    problem = explain(error)
    assert (problem.severity, problem.subject) == ("error", "credentials")
    assert what in problem.message
    assert "secret" not in said([problem])


def test_without_a_sign_in_there_is_no_session() -> None:
    with pytest.raises(identity.CredentialUnavailableError) as raised:
        enter()
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
def test_pulumis_variables_say_whose_credentials(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], kind: type
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert type(_credential()) is kind


@pytest.mark.parametrize(
    ("variables", "missing"),
    [
        ({"ARM_CLIENT_SECRET": "secret"}, "ARM_TENANT_ID is missing"),
        ({"ARM_CLIENT_CERTIFICATE_PATH": "secret", "ARM_TENANT_ID": "t"}, "ARM_CLIENT_ID is missing"),
        ({"ARM_USE_OIDC": "true", **_CLIENT}, "there is no token"),
    ],
)
def test_what_is_half_set_is_said(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], missing: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(MissingError, match=missing) as raised:
        enter()
    assert "secret" not in str(raised.value)


def test_the_token_of_ci_is_read_when_it_is_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from anykube_cli.preflight.azure.identity import _assertion

    file = tmp_path / "token"
    monkeypatch.setenv("ARM_OIDC_TOKEN_FILE_PATH", str(file))
    assertion = _assertion()
    file.write_text("later\n")
    assert assertion() == "later"


@pytest.mark.parametrize(
    ("given", "said_"),
    [
        ({"upn": "mo@example.com"}, "user mo@example.com"),
        ({"appid": "a1", "oid": "o"}, "service principal of the application a1"),
        ({"appid": "a1", "xms_mirid": "/subscriptions/x/userAssignedIdentities/ci"}, "managed identity ci"),
        ({"oid": "o"}, "somebody"),
    ],
)
def test_who_asks_is_said_in_words(given: dict[str, Any], said_: str) -> None:
    assert who(claims(Session(Credential(**given)))) == said_


@pytest.mark.parametrize(
    ("path", "named"),
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
def test_the_action_that_reads(path: str, named: str) -> None:
    assert action(f"https://management.azure.com/subscriptions/{ID}{path}?api-version=1") == named
