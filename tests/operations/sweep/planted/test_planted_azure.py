"""A subscription with look-alikes of others beside the leftovers of an AKS cluster."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from anykube_cli.preflight.azure.clients import clients
from anykube_cli.rehearsal.azure_session import session
from anykube_cli.sweep.azure import open_session
from anykube_cli.sweep.facts import Facts
from anykube_cli.sweep.survey import Survey, survey
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.plugin.facts import GROUP

from tests.operations.sweep.server import serve
from tests.operations.sweep.test_azure import PLAN, Simulation

_AKS_TAGS = {"aks-managed-cluster-name": "shop", "aks-managed-cluster-rg": "shop"}
_OTHER_TAGS = {"aks-managed-cluster-name": "shop", "aks-managed-cluster-rg": "office"}
_PROVIDER_TAGS = {"k8s-azure-cluster-name": "kubernetes", "k8s-azure-service": "demo/web"}
_NAMES = [f"kubernetes-a{number:031x}" for number in range(3)]


class Planted(Simulation):
    """The leftovers of `shop`, a cluster of this name in another resource group, and what people created."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        address = self.address("office", _NAMES[0], tags=_AKS_TAGS | _PROVIDER_TAGS)
        self.load_balancer("office", "kubernetes", front={"publicIPAddress": {"id": address}}, tags=_AKS_TAGS)
        self.address("office", _NAMES[1], tags=_OTHER_TAGS | _PROVIDER_TAGS)
        shared = self.address("office", _NAMES[2], tags=_AKS_TAGS | _PROVIDER_TAGS)
        self.load_balancer("shop", "mine", front={"publicIPAddress": {"id": shared}}, tags={})
        self.put(GROUP, "capz", location="westeurope", tags={})
        self.load_balancer("capz", "kubernetes", front={"publicIPAddress": {"id": shared}}, tags={})
        manager = f"/subscriptions/{directory.DIRECTORY.subscription}/resourceGroups/office/providers"
        manager += "/Microsoft.ContainerService/managedClusters/shop"
        self.put(GROUP, "MC_office_shop_westeurope", location="westeurope", tags=_AKS_TAGS, managedBy=manager)

    def survey(self) -> Survey:
        new_clients = clients(self.session, directory.DIRECTORY.subscription, "westeurope")
        return survey(open_session(PLAN, new_clients, Facts()))


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[Planted]:
    created = Planted(tmp_path / "account")
    with serve(created.account) as url:
        created.session = session(url, created.account.folder)
        yield created


def test_lists_nothing_foreign(planted: Planted) -> None:
    result = planted.survey()
    assert [it.description for it in result.leftovers] == [
        "load balancer kubernetes in the resource group office",
        f"public IP address {_NAMES[0]} in the resource group office",
    ]
    reasons = {it.description.split(" in the")[0]: it.reason for it in result.unproven}
    assert "uses it" in reasons[f"public IP address {_NAMES[2]}"]
    assert "also copied to what people created" in reasons["public IP address mine"]
    assert all(it.command.startswith("az resource delete --ids /subscriptions/") for it in result.unproven)


def test_deletes_nothing_foreign(planted: Planted) -> None:
    sweep = planted.sweep()
    assert {name.split(" in the")[0] for name in sweep.removed} == {
        "load balancer kubernetes",
        f"public IP address {_NAMES[0]}",
    }
