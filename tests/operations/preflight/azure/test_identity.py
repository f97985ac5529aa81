from typing import Any

import pytest
from anykube._clouds.tokens import MissingError
from anykube_cli.preflight.azure.clients import Session
from anykube_cli.preflight.azure.errors import read_action
from anykube_cli.preflight.azure.identity import claims, describe_caller, explain, open_session
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


@pytest.mark.parametrize(
    ("variables", "missing"),
    [
        ({"ARM_CLIENT_SECRET": "secret"}, "ARM_TENANT_ID is not set"),
        ({"ARM_CLIENT_CERTIFICATE_PATH": "secret", "ARM_TENANT_ID": "t"}, "ARM_CLIENT_ID is not set"),
        ({"ARM_USE_OIDC": "true", "ARM_TENANT_ID": "t", "ARM_CLIENT_ID": "c"}, "there is no token"),
    ],
)
def test_reports_missing_variables(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], missing: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(MissingError, match=missing) as raised:
        open_session()
    assert "secret" not in str(raised.value)


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
