"""Leftovers of a deleted AKS cluster, with Azure's SDK on a simulated subscription."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from anykube_cli.preflight.azure.clients import SCOPE, Session, clients
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.rehearsal.azure_session import session
from anykube_cli.sweep.azure import open_session
from anykube_cli.sweep.facts import Facts
from anykube_cli.sweep.sweep import Sweep
from anykube_rehearsal.azure import ids, token
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.account.access import review
from anykube_rehearsal.azure.account.faults import Faults
from anykube_rehearsal.azure.account.functions import FUNCTIONS
from anykube_rehearsal.azure.account.outputs import outputs
from anykube_rehearsal.azure.account.rest import APIS
from anykube_rehearsal.azure.account.rules.all import RULES
from anykube_rehearsal.azure.account.types import TYPES
from anykube_rehearsal.azure.plugin.facts import (
    CLUSTER,
    GROUP,
    LOAD_BALANCER,
    NETWORK,
    PUBLIC_IP,
    SECURITY_GROUP,
    SUBNET,
)
from anykube_rehearsal.cloud.account.account import Account
from azure.mgmt.containerservice import models as containers
from azure.mgmt.network import models as network

from tests.operations.preflight.azure.models import validate
from tests.operations.sweep.server import serve

_REGION = "westeurope"
_OURS = {"anykube-stack": "prod", "anykube-cluster": "shop"}
_AKS_TAGS = {"aks-managed-cluster-name": "shop", "aks-managed-cluster-rg": "shop"}
_ADDRESS = f"kubernetes-a{1:031x}"
_PROVIDER_TAGS = {"k8s-azure-cluster-name": "kubernetes", "k8s-azure-service": "demo/web"}
PLAN = AzurePlan("shop", _REGION, "1.35", ["1"], "10.0.0.0/16", "single", [], stack="prod")


class Simulation:
    """A subscription with the resource group of a deleted cluster, and an unrelated one."""

    def __init__(self, folder: Path) -> None:
        directory.load(folder)
        self.account = Account(folder, TYPES, RULES, review, FUNCTIONS, Faults(), apis=APIS)
        self.messages: list[str] = []
        for name, tags in (("shop", _OURS), ("office", {})):
            self.put(GROUP, name, location=_REGION, tags=tags)
        self.put(NETWORK, "shop", virtualNetworkName="shop", addressSpace={"addressPrefixes": ["10.0.0.0/16"]})
        self.nodes = self.put(
            SUBNET, "shop", virtualNetworkName="shop", subnetName="nodes", addressPrefix="10.0.0.0/20"
        )
        self.put(SECURITY_GROUP, "shop", networkSecurityGroupName="own", location=_REGION)
        self.address("office", "mine", tags={**_AKS_TAGS, "k8s-azure-dns-label-service": "demo/web"})
        self.address("shop", "nat")
        self.address("office", "other", tags={**_PROVIDER_TAGS, "aks-managed-cluster-name": "other"})

    def put(self, token: str, group: str, **inputs: Any) -> str:
        record = self.account.add(token, {"resourceGroupName": group, **inputs})
        record = replace(record, outputs=outputs(self.account, record))
        self.account.store.put(record)
        return record.id

    def address(self, group: str, name: str, tags: Mapping[str, str] | None = None) -> str:
        return self.put(PUBLIC_IP, group, publicIpAddressName=name, location=_REGION, tags=tags or {})

    def load_balancer(self, group: str, name: str, *, front: Mapping[str, object], tags: Mapping[str, str]) -> str:
        fronts = [{"name": "front", **front}]
        inputs = {"frontendIPConfigurations": fronts, "location": _REGION, "tags": dict(tags)}
        return self.put(LOAD_BALANCER, group, loadBalancerName=name, **inputs)

    def cluster(self, group: str, name: str, **inputs: Any) -> str:
        return self.put(CLUSTER, group, resourceName=name, location=_REGION, **inputs)

    @property
    def ids(self) -> set[str]:
        return {record.id for record in self.account.store.all()}

    def sweep(self, plan: AzurePlan = PLAN) -> Sweep:
        new_clients = clients(self.session, directory.DIRECTORY.subscription, _REGION)
        sweep = Sweep(lambda: open_session(plan, new_clients, Facts()), self.messages.append)
        sweep.search()
        return sweep

    session: Session


@pytest.fixture
def simulation(tmp_path: Path) -> Iterator[Simulation]:
    created = Simulation(tmp_path / "account")
    with serve(created.account) as url:
        created.session = session(url, created.account.folder)
        yield created


def test_removes_only_what_the_provider_created_for_the_cluster(simulation: Simulation) -> None:
    before = simulation.ids
    address = simulation.address("office", _ADDRESS, tags={**_AKS_TAGS, **_PROVIDER_TAGS})
    simulation.load_balancer("office", "kubernetes", front={"publicIPAddress": {"id": address}}, tags=_AKS_TAGS)
    sweep = simulation.sweep()
    assert simulation.ids == before
    assert simulation.messages == [
        "removed a leftover of the cluster: load balancer kubernetes in the resource group office",
        f"removed a leftover of the cluster: public IP address {_ADDRESS} in the resource group office",
    ]
    assert sweep.search()


def test_removes_untagged_resources_in_the_cluster_network(simulation: Simulation) -> None:
    before = simulation.ids
    simulation.load_balancer("office", "kubernetes-internal", front={"subnet": {"id": simulation.nodes}}, tags={})
    simulation.load_balancer("office", "mine", front={"subnet": {"id": simulation.nodes}}, tags={})
    simulation.sweep()
    assert simulation.messages == [
        "removed a leftover of the cluster: load balancer kubernetes-internal in the resource group office"
    ]
    assert {ids.parse(resource_id).name for resource_id in simulation.ids - before} == {"mine"}  # type: ignore[union-attr]


def test_removes_nothing_while_the_cluster_exists(simulation: Simulation) -> None:
    simulation.address("office", _ADDRESS, tags={**_AKS_TAGS, **_PROVIDER_TAGS})
    cluster = simulation.cluster(
        "shop", "shop", kubernetesVersion="1.35", agentPoolProfiles=[{"name": "main", "count": 3}]
    )
    before = simulation.ids
    assert simulation.sweep().search()
    assert simulation.ids == before
    simulation.account.store.remove(CLUSTER, cluster)
    simulation.sweep()
    assert len(simulation.ids) == len(before) - 2


def test_keeps_resources_in_a_network_used_by_another_cluster(simulation: Simulation) -> None:
    simulation.cluster("office", "other", agentPoolProfiles=[{"name": "main", "vnetSubnetID": simulation.nodes}])
    simulation.load_balancer("office", "kubernetes-internal", front={"subnet": {"id": simulation.nodes}}, tags={})
    before = simulation.ids
    simulation.sweep()
    assert simulation.ids == before


def test_keeps_resources_in_a_resource_group_of_another_stack(simulation: Simulation) -> None:
    simulation.load_balancer("office", "kubernetes-internal", front={"subnet": {"id": simulation.nodes}}, tags={})
    before = simulation.ids
    simulation.sweep(replace(PLAN, stack="another"))
    assert simulation.ids == before


def test_keeps_an_address_that_a_person_uses(simulation: Simulation) -> None:
    address = simulation.address("office", _ADDRESS, tags={**_AKS_TAGS, **_PROVIDER_TAGS})
    user = simulation.load_balancer("office", "mine", front={"publicIPAddress": {"id": address}}, tags={})
    sweep = simulation.sweep()
    assert address in simulation.ids
    sweep.finish(0.01, 0.01)
    assert "but the load balancer mine in the resource group office uses it" in "".join(simulation.messages)
    simulation.account.store.remove(LOAD_BALANCER, user)
    sweep.search()
    assert sweep.search()


def test_retries_throttled_requests(simulation: Simulation) -> None:
    simulation.account.faults = Faults(throttling=2)
    for name in (f"kubernetes-a{number:031x}" for number in range(3)):
        simulation.address("office", name, tags={**_AKS_TAGS, **_PROVIDER_TAGS})
    assert simulation.sweep().failed == {}
    assert len(simulation.messages) == 3


def _send(simulation: Simulation, path: str, token: str | None = None, verb: str = "GET") -> requests.Response:
    """Sends a request without Azure's SDK."""
    bearer = token or simulation.session.credential.get_token(SCOPE).token
    url = f"https://management.azure.com/subscriptions/{directory.DIRECTORY.subscription}{path}"
    session = simulation.session.transport.session
    response: requests.Response = session.request(verb, url, headers={"Authorization": f"Bearer {bearer}"})
    return response


def _error(response: requests.Response) -> tuple[int, str]:
    return response.status_code, response.json().get("error", {}).get("code", "")


def test_simulated_account_returns_azures_errors(simulation: Simulation) -> None:
    addresses = "/providers/Microsoft.Network/publicIPAddresses"
    assert _error(_send(simulation, addresses)) == (400, "MissingApiVersionParameter")
    assert _error(_send(simulation, f"{addresses}?api-version=1")) == (200, "")
    assert _error(_send(simulation, f"{addresses}?api-version=1", "made-up")) == (401, "InvalidAuthenticationToken")
    for_clusters = token.SIGNER.make(simulation.account.folder, token.SERVER, directory.object_id(directory.DEPLOYER))
    assert _error(_send(simulation, f"{addresses}?api-version=1", for_clusters)) == (401, "InvalidAuthenticationToken")
    unknown = token.SIGNER.make(simulation.account.folder, token.MANAGEMENT, "somebody")
    assert _error(_send(simulation, f"{addresses}?api-version=1", unknown)) == (403, "AuthorizationFailed")
    assert _error(_send(simulation, "/resourceGroups/gone?api-version=1", verb="DELETE")) == (404, "ResourceNotFound")


@pytest.mark.parametrize(
    ("resource_type", "model"),
    [
        ("Microsoft.Network/loadBalancers", network.LoadBalancer),
        ("Microsoft.Network/publicIPAddresses", network.PublicIPAddress),
        ("Microsoft.ContainerService/managedClusters", containers.ManagedCluster),
    ],
)
def test_simulated_account_returns_valid_models(simulation: Simulation, resource_type: str, model: type) -> None:
    address = simulation.address("office", _ADDRESS, tags={**_AKS_TAGS, **_PROVIDER_TAGS})
    front = {"publicIPAddress": {"id": address}, "subnet": {"id": simulation.nodes}}
    simulation.load_balancer("office", "kubernetes", front=front, tags=_AKS_TAGS)
    simulation.cluster("office", "other", agentPoolProfiles=[{"name": "main", "vnetSubnetID": simulation.nodes}])
    items = _send(simulation, f"/providers/{resource_type}?api-version=1").json()["value"]
    assert items
    for item in items:
        validate(model, item)
