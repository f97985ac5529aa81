"""AKS code without SDK: addresses, principals, roles, kubeconfigs."""

import base64
import json

import pytest
from anykube._clusters.aks.addresses import dns_service_ip, split_range
from anykube._clusters.aks.kubeconfig import kubeconfig
from anykube._clusters.aks.principals import Principal, parse_principal
from anykube._clusters.aks.roles import ROLES, role_guid

_ID = "0a1b2c3d-0000-0000-0000-000000000001"


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "10.1.0.0/20"])
def test_subnet_ranges_are_separate(cidr: str) -> None:
    ranges = split_range(cidr)
    assert len({*ranges.nodes, ranges.api_server, ranges.load_balancers}) == 5
    assert (ranges.api_server.partition("/")[2], ranges.load_balancers.partition("/")[2]) == ("28", "24")


def test_rejects_a_network_that_is_too_small() -> None:
    with pytest.raises(ValueError, match="too small"):
        split_range("10.0.0.0/21")


def test_dns_service_ip() -> None:
    assert dns_service_ip("172.20.0.0/16") == "172.20.0.10"


@pytest.mark.parametrize(
    ("text", "kind"),
    [(_ID, "Group"), (f"group:{_ID}", "Group"), (f"user:{_ID}", "User"), (f"app:{_ID}", "ServicePrincipal")],
)
def test_parse_principal(text: str, kind: str) -> None:
    assert parse_principal(text) == Principal(_ID, kind)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["ann@example.com", "robot:0a1b2c3d-0000-0000-0000-000000000001", "0a1b2c3d"])
def test_rejects_an_invalid_principal(text: str) -> None:
    with pytest.raises(ValueError, match="group:"):
        parse_principal(text)


def test_role_guid() -> None:
    assert role_guid("Storage Blob Data Reader") == ROLES["Storage Blob Data Reader"]
    assert role_guid(_ID.upper()) == _ID
    assert len(set(ROLES.values())) == len(ROLES)
    with pytest.raises(ValueError, match="Did you mean Storage Blob Data Reader"):
        role_guid("Storage Blob Data Raeder")
    with pytest.raises(ValueError, match="az role definition list"):
        role_guid("?")


def test_kubeconfig_keeps_only_address_and_authority() -> None:
    credentials = {
        "clusters": [{"cluster": {"server": "https://a:443", "certificate-authority-data": "Q0E=", "proxy-url": "x"}}],
        "users": [{"name": "u", "user": {"token": "secret", "client-key-data": "secret"}}],
    }
    text = kubeconfig("prod", base64.b64encode(json.dumps(credentials).encode()).decode(), "s1")
    assert "secret" not in text
    assert json.loads(text)["clusters"][0]["cluster"] == {
        "server": "https://a:443",
        "certificate-authority-data": "Q0E=",
    }
