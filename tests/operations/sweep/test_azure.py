"""What is swept of an AKS cluster that is gone, by Azure's own clients on a simulated subscription."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from anykube_cli.preflight.azure.clients import SCOPE, Session, clients
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.rehearsal.azure_session import session
from anykube_cli.sweep.azure import Subscription
from anykube_cli.sweep.sweep import Sweep
from anykube_rehearsal.azure import ids, token
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.account.access import review
from anykube_rehearsal.azure.account.faults import Faults
from anykube_rehearsal.azure.account.functions import FUNCTIONS
from anykube_rehearsal.azure.account.kinds import TYPES
from anykube_rehearsal.azure.account.outputs import outputs
from anykube_rehearsal.azure.account.rest import APIS
from anykube_rehearsal.azure.account.rules.all import RULES
from anykube_rehearsal.azure.plugin.facts import ADDRESS, BALANCER, CLUSTER, GROUP, NETWORK, SECURITY, SUBNET
from anykube_rehearsal.cloud.account.account import Account
from azure.mgmt.containerservice import models as containers
from azure.mgmt.network import models as network

from tests.operations.preflight.azure.models import judge
from tests.operations.sweep.server import served

_REGION = "westeurope"
_OURS = {"anykube-stack": "prod", "anykube-cluster": "shop"}
_COPIED = {"aks-managed-cluster-name": "shop", "aks-managed-cluster-rg": "shop"}
_MADE = {"k8s-azure-cluster-name": "kubernetes", "k8s-azure-service": "demo/web"}
PLAN = AzurePlan("shop", _REGION, "1.35", ["1"], "10.0.0.0/16", "single", [], stack="prod")


class World:
    """A subscription with the resource group of a cluster that is gone, and one that is not its."""

    def __init__(self, folder: Path) -> None:
        directory.enter(folder)
        self.account = Account(folder, TYPES, RULES, review, FUNCTIONS, Faults(), apis=APIS)
        self.said: list[str] = []
        for name, tags in (("shop", _OURS), ("office", {})):
            self.put(GROUP, name, location=_REGION, tags=tags)
        self.put(NETWORK, "shop", virtualNetworkName="shop", addressSpace={"addressPrefixes": ["10.0.0.0/16"]})
        self.nodes = self.put(
            SUBNET, "shop", virtualNetworkName="shop", subnetName="nodes", addressPrefix="10.0.0.0/20"
        )
        self.put(SECURITY, "shop", networkSecurityGroupName="own", location=_REGION)
        self.address("office", "mine", tags={**_COPIED, "k8s-azure-dns-label-service": "demo/web"})
        self.address("shop", "nat")
        self.address("office", "other", tags={**_MADE, "aks-managed-cluster-name": "other"})

    def put(self, of: str, group: str, **inputs: Any) -> str:
        record = self.account.add(of, {"resourceGroupName": group, **inputs})
        record = replace(record, outputs=outputs(self.account, record))
        self.account.store.put(record)
        return record.id

    def address(self, group: str, name: str, tags: Mapping[str, str] | None = None) -> str:
        return self.put(ADDRESS, group, publicIpAddressName=name, location=_REGION, tags=tags or {})

    def balancer(self, group: str, name: str, *, front: Mapping[str, object], tags: Mapping[str, str]) -> str:
        fronts = [{"name": "front", **front}]
        about = {"frontendIPConfigurations": fronts, "location": _REGION, "tags": dict(tags)}
        return self.put(BALANCER, group, loadBalancerName=name, **about)

    def cluster(self, group: str, name: str, **inputs: Any) -> str:
        return self.put(CLUSTER, group, resourceName=name, location=_REGION, **inputs)

    @property
    def there(self) -> set[str]:
        return {one.id for one in self.account.store.all()}

    def sweep(self, plan: AzurePlan = PLAN) -> Sweep:
        made = clients(self.session, directory.HERE.subscription, _REGION)
        sweep = Sweep(lambda: Subscription(plan, made), self.said.append)
        sweep.once()
        return sweep

    session: Session


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "account")
    with served(made.account) as url:
        made.session = session(url, made.account.folder)
        yield made


def test_what_the_provider_made_for_the_cluster_goes_and_nothing_else(world: World) -> None:
    before = world.there
    address = world.address("office", "kubernetes-a1", tags={**_COPIED, **_MADE})
    world.balancer("office", "kubernetes", front={"publicIPAddress": {"id": address}}, tags=_COPIED)
    sweep = world.sweep()
    assert world.there == before
    assert world.said == [
        "swept the load balancer kubernetes of the resource group office",
        "swept the public IP address kubernetes-a1 of the resource group office",
    ]
    assert sweep.once()


def test_what_is_in_its_network_goes_though_it_has_no_tag_of_it(world: World) -> None:
    before = world.there
    world.balancer("office", "kubernetes-internal", front={"subnet": {"id": world.nodes}}, tags={})
    world.balancer("office", "mine", front={"subnet": {"id": world.nodes}}, tags={})
    world.sweep()
    assert world.said == ["swept the load balancer kubernetes-internal of the resource group office"]
    assert {ids.parse(one).name for one in world.there - before} == {"mine"}  # type: ignore[union-attr]


def test_nothing_goes_while_the_cluster_is_there(world: World) -> None:
    world.address("office", "kubernetes-a1", tags={**_COPIED, **_MADE})
    cluster = world.cluster("shop", "shop", kubernetesVersion="1.35", agentPoolProfiles=[{"name": "main", "count": 3}])
    before = world.there
    assert world.sweep().once()
    assert world.there == before
    world.account.store.remove(CLUSTER, cluster)
    world.sweep()
    assert len(world.there) == len(before) - 2


def test_a_network_that_another_cluster_is_in_is_nobodys_alone(world: World) -> None:
    world.cluster("office", "other", agentPoolProfiles=[{"name": "main", "vnetSubnetID": world.nodes}])
    world.balancer("office", "kubernetes-internal", front={"subnet": {"id": world.nodes}}, tags={})
    before = world.there
    world.sweep()
    assert world.there == before


def test_a_group_of_somebody_elses_is_not_the_clusters(world: World) -> None:
    world.balancer("office", "kubernetes-internal", front={"subnet": {"id": world.nodes}}, tags={})
    before = world.there
    world.sweep(replace(PLAN, stack="another"))
    assert world.there == before


def test_what_is_in_use_waits_for_the_next_look(world: World) -> None:
    address = world.address("office", "kubernetes-a1", tags={**_COPIED, **_MADE})
    holder = world.balancer("office", "mine", front={"publicIPAddress": {"id": address}}, tags={})
    sweep = world.sweep()
    assert list(sweep.refused) == ["public IP address kubernetes-a1 of the resource group office"]
    assert "PublicIPAddressCannotBeDeleted" in "".join(sweep.refused.values())
    world.account.store.remove(BALANCER, holder)
    sweep.once()
    assert sweep.once()


def test_a_throttled_request_is_repeated(world: World) -> None:
    world.account.faults = Faults(throttling=2)
    for name in ("kubernetes-a1", "kubernetes-a2", "kubernetes-a3"):
        world.address("office", name, tags={**_COPIED, **_MADE})
    assert world.sweep().refused == {}
    assert len(world.said) == 3


def _asked(world: World, path: str, shown: str | None = None, verb: str = "GET") -> requests.Response:
    """The answer to a request without Azure's libraries."""
    bearer = shown or world.session.credential.get_token(SCOPE).token
    url = f"https://management.azure.com/subscriptions/{directory.HERE.subscription}{path}"
    own = world.session.transport.session
    answer: requests.Response = own.request(verb, url, headers={"Authorization": f"Bearer {bearer}"})
    return answer


def _said(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("error", {}).get("code", "")


def test_the_account_answers_as_azure_does(world: World) -> None:
    addresses = "/providers/Microsoft.Network/publicIPAddresses"
    assert _said(_asked(world, addresses)) == (400, "MissingApiVersionParameter")
    assert _said(_asked(world, f"{addresses}?api-version=1")) == (200, "")
    assert _said(_asked(world, f"{addresses}?api-version=1", "made-up")) == (401, "InvalidAuthenticationToken")
    for_clusters = token.SIGNER.make(world.account.folder, token.SERVER, directory.object_id(directory.DEPLOYER))
    assert _said(_asked(world, f"{addresses}?api-version=1", for_clusters)) == (401, "InvalidAuthenticationToken")
    somebody = token.SIGNER.make(world.account.folder, token.MANAGEMENT, "somebody")
    assert _said(_asked(world, f"{addresses}?api-version=1", somebody)) == (403, "AuthorizationFailed")
    assert _said(_asked(world, "/resourceGroups/gone?api-version=1", verb="DELETE")) == (404, "ResourceNotFound")


@pytest.mark.parametrize(
    ("of", "model"),
    [
        ("Microsoft.Network/loadBalancers", network.LoadBalancer),
        ("Microsoft.Network/publicIPAddresses", network.PublicIPAddress),
        ("Microsoft.ContainerService/managedClusters", containers.ManagedCluster),
    ],
)
def test_the_account_answers_in_the_form_of_the_models(world: World, of: str, model: type) -> None:
    address = world.address("office", "kubernetes-a1", tags={**_COPIED, **_MADE})
    front = {"publicIPAddress": {"id": address}, "subnet": {"id": world.nodes}}
    world.balancer("office", "kubernetes", front=front, tags=_COPIED)
    world.cluster("office", "other", agentPoolProfiles=[{"name": "main", "vnetSubnetID": world.nodes}])
    answers = _asked(world, f"/providers/{of}?api-version=1").json()["value"]
    assert answers
    for one in answers:
        judge(model, one)
