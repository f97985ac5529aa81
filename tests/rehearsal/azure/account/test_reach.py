"""Who reaches the API of an AKS cluster: https://learn.microsoft.com/en-us/azure/aks/private-clusters"""

from typing import Any

import pytest
from anykube_rehearsal.azure.account.clusters import PRIVATE_NAME, PUBLIC_NAME, kubernetes_name
from anykube_rehearsal.azure.account.functions import FUNCTIONS
from anykube_rehearsal.azure.account.reach import reaches
from anykube_rehearsal.azure.plugin.facts import CLUSTER
from anykube_rehearsal.cloud.account.model import RefusedError
from anykube_rehearsal.cloud.caller import NODE, parse

from tests.rehearsal.azure.account.conftest import GROUP_NAME, Subscription

CALLERS = {"internet": "internet", "office": "203.0.113.7", "vpn": "10.200.0.0/16", "network": "network"}
_PRIVATE = {"enablePrivateCluster": True, "privateDNSZone": "system"}
_NAMED = {**_PRIVATE, "enablePrivateClusterPublicFQDN": True}

CASES: dict[str, tuple[dict[str, Any], str, set[str]]] = {
    "private name": (_NAMED, PRIVATE_NAME, {"network"}),
    "public name of a private address": (_NAMED, PUBLIC_NAME, {"network", "vpn"}),
    "public for some": ({"authorizedIPRanges": ["203.0.113.0/24"]}, PUBLIC_NAME, {"office"}),
    "public for all": ({}, PUBLIC_NAME, set(CALLERS)),
}


@pytest.mark.parametrize("case", CASES)
def test_who_reaches_the_api(subscription: Subscription, case: str) -> None:
    profile, address, expected = CASES[case]
    cluster = subscription.account.create(CLUSTER, _inputs(subscription, profile), "test")
    name, account = kubernetes_name(cluster.id), subscription.account
    assert {key for key, text in CALLERS.items() if reaches(account, name, address, parse(text))} == expected
    assert reaches(account, name, address, NODE)
    assert not reaches(account, "other", address, NODE)


def test_a_private_cluster_may_have_no_public_name(subscription: Subscription) -> None:
    profile = {**_PRIVATE, "enablePrivateClusterPublicFQDN": False}
    subscription.account.create(CLUSTER, _inputs(subscription, profile), "test")
    credentials = FUNCTIONS["azure-native:containerservice:listManagedClusterUserCredentials"]
    arguments = {"resourceGroupName": GROUP_NAME, "resourceName": "shop", "serverFqdn": "public"}
    with pytest.raises(RefusedError, match="no public FQDN"):
        credentials(subscription.account, arguments)


def _inputs(subscription: Subscription, profile: dict[str, Any]) -> dict[str, Any]:
    network = {"enableVnetIntegration": True, "subnetId": subscription.resources["api"].id}
    return subscription.cluster(apiServerAccessProfile={**network, **profile})
