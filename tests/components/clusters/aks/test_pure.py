"""What of AKS needs no SDK: addresses, principals, roles, kubeconfigs."""

import base64
import json

import pytest
from anykube._clusters.aks.addresses import dns_service_ip, split_range
from anykube._clusters.aks.kubeconfig import kubeconfig
from anykube._clusters.aks.principals import Principal, parse_principal
from anykube._clusters.aks.roles import ROLES, role_guid

_ID = "0a1b2c3d-0000-0000-0000-000000000001"


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "10.1.0.0/20"])
def test_subnets_have_ranges_beside_each_other(cidr: str) -> None:
    made = split_range(cidr)
    assert len({*made.nodes, made.api_server, made.load_balancers}) == 5
    assert (made.api_server.partition("/")[2], made.load_balancers.partition("/")[2]) == ("28", "24")


def test_too_small_a_network() -> None:
    with pytest.raises(ValueError, match="too small"):
        split_range("10.0.0.0/21")


def test_the_address_of_dns() -> None:
    assert dns_service_ip("172.20.0.0/16") == "172.20.0.10"


@pytest.mark.parametrize(
    ("text", "kind"),
    [(_ID, "Group"), (f"group:{_ID}", "Group"), (f"user:{_ID}", "User"), (f"app:{_ID}", "ServicePrincipal")],
)
def test_principals(text: str, kind: str) -> None:
    assert parse_principal(text) == Principal(_ID, kind)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["ann@example.com", "robot:0a1b2c3d-0000-0000-0000-000000000001", "0a1b2c3d"])
def test_what_is_no_principal(text: str) -> None:
    with pytest.raises(ValueError, match="group:"):
        parse_principal(text)


def test_roles_by_name_and_guid() -> None:
    assert role_guid("Storage Blob Data Reader") == ROLES["Storage Blob Data Reader"]
    assert role_guid(_ID.upper()) == _ID
    assert len(set(ROLES.values())) == len(ROLES)
    with pytest.raises(ValueError, match="did you mean Storage Blob Data Reader"):
        role_guid("Storage Blob Data Raeder")
    with pytest.raises(ValueError, match="az role definition list"):
        role_guid("?")


def test_credentials_of_a_user_lose_all_but_address_and_authority() -> None:
    answered = {
        "clusters": [{"cluster": {"server": "https://a:443", "certificate-authority-data": "Q0E=", "proxy-url": "x"}}],
        "users": [{"name": "u", "user": {"token": "secret", "client-key-data": "secret"}}],
    }
    made = kubeconfig("prod", base64.b64encode(json.dumps(answered).encode()).decode())
    assert "secret" not in made
    assert json.loads(made)["clusters"][0]["cluster"] == {
        "server": "https://a:443",
        "certificate-authority-data": "Q0E=",
    }
