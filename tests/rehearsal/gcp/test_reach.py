"""Who reaches the API of a GKE cluster: https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation"""

from typing import Any

import pytest
from anykube_rehearsal.cloud.caller import NODE, parse
from anykube_rehearsal.gcp.account.clusters import DNS, IP
from anykube_rehearsal.gcp.account.reach import reaches

from tests.rehearsal.gcp.conftest import Project

CALLERS = {name: parse(text) for name, text in {
    "internet": "internet", "office": "203.0.113.7", "vpn": "10.200.0.0/16", "other vpn": "10.201.0.0/16",
    "network": "network",
}.items()}  # fmt: skip
_PRIVATE = {"enablePrivateNodes": True, "enablePrivateEndpoint": True, "masterIpv4CidrBlock": "172.16.0.0/28"}
_GLOBAL = {**_PRIVATE, "masterGlobalAccessConfig": {"enabled": True}}


def _networks(*ranges: str) -> dict[str, Any]:
    return {"cidrBlocks": [{"cidrBlock": each, "displayName": "x"} for each in ranges]}


def _dns(*, external: bool) -> dict[str, Any]:
    return {"dnsEndpointConfig": {"allowExternalTraffic": external}}


CASES: dict[str, tuple[dict[str, Any], str, set[str]]] = {
    "private": (
        {"privateClusterConfig": _PRIVATE, "masterAuthorizedNetworksConfig": _networks()},
        IP,
        {"network"},
    ),
    "private without global access": (
        {"privateClusterConfig": _PRIVATE, "masterAuthorizedNetworksConfig": _networks("10.200.0.0/16")},
        IP,
        {"network"},
    ),
    "private with global access": (
        {"privateClusterConfig": _GLOBAL, "masterAuthorizedNetworksConfig": _networks("10.200.0.0/16")},
        IP,
        {"network", "vpn"},
    ),
    "public for some": ({"masterAuthorizedNetworksConfig": _networks("203.0.113.0/24")}, IP, {"office"}),
    "public for all": ({}, IP, set(CALLERS)),
    "DNS name": ({"controlPlaneEndpointsConfig": _dns(external=True)}, DNS, set(CALLERS)),
    "DNS name inside": ({"controlPlaneEndpointsConfig": _dns(external=False)}, DNS, {"network"}),
}


@pytest.mark.parametrize("case", CASES)
def test_who_reaches_the_api(stack: Project, case: str) -> None:
    inputs, address, expected = CASES[case]
    stack.cluster(**inputs)
    name = "europe-west1.prod"
    assert {key for key, caller in CALLERS.items() if reaches(stack.account, name, address, caller)} == expected
    assert reaches(stack.account, name, address, NODE)
    assert not reaches(stack.account, "europe-west1.other", address, NODE)
