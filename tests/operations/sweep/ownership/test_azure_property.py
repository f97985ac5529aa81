"""In random subscriptions with look-alikes, the sweep deletes all leftovers of the cluster and nothing else."""

from functools import partial
from random import Random

from anykube_cli.sweep.azure_ownership import GROUP, AzureResource, judge
from anykube_cli.sweep.facts import Facts
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.operations.sweep.ownership.account import Planned, assert_only_mine_deleted

_KINDS = (
    GROUP,
    "private endpoint",
    "private link service",
    "load balancer",
    "network interface",
    "public IP address",
    "network security group",
)
_ROOT = "/subscriptions/s/resourcegroups"
_AKS_TAGS = {"aks-managed-cluster-name": "shop", "aks-managed-cluster-rg": "shop"}
_OTHER_TAGS = {"aks-managed-cluster-name": "shop", "aks-managed-cluster-rg": "office"}
_PROVIDER_TAGS = {"k8s-azure-cluster-name": "kubernetes", "k8s-azure-service": "demo/web"}


class Subscription(Planned[AzureResource]):
    """A subscription with the leftovers of the AKS cluster `shop` and resources of others."""

    def __init__(self, random: Random) -> None:
        group = f"{_ROOT}/shop" if random.random() < 0.5 else f"{_ROOT}/network"
        self.network = f"{group}/providers/microsoft.network/virtualnetworks/shop"
        self.subnet = f"{self.network}/subnets/nodes"
        self.other_subnet = f"{_ROOT}/office/providers/microsoft.network/virtualnetworks/office/subnets/nodes"
        self.cluster = f"{_ROOT}/shop/providers/microsoft.containerservice/managedclusters/shop"
        is_created = group.endswith("/shop")
        facts = Facts(
            networks=frozenset({self.network} if is_created else ()),
            used_networks=frozenset({self.subnet}),
            clusters=frozenset({self.cluster}),
            managed=frozenset({self._id("shop", "public IP address", "nat")}),
        )
        super().__init__(random, facts)
        self.some(self.service, self.address, self.node_group, self.link_service)
        if is_created:
            self.some(self.internal_load_balancer)
        self.some(
            self.service_of_another_cluster,
            self.address_of_person,
            self.load_balancer_of_person,
            self.load_balancer_of_capz,
            self.group_of_another_cluster,
            self.endpoint_of_person,
            self.security_group,
            self.address_without_prefix,
        )
        if random.random() < 0.5:
            self.foreign.append(self._new("public IP address", "shop", "nat", _AKS_TAGS | _PROVIDER_TAGS))

    def _id(self, group: str, kind: str, name: str) -> str:
        return f"{_ROOT}/{group}/providers/microsoft.network/{kind.replace(' ', '')}/{name}".lower()

    def _new(self, kind: str, group: str, name: str, tags: dict[str, str], *references: str) -> AzureResource:
        parents = ("/".join(id.split("/")[:end]) for id in references for end in range(5, len(id.split("/")) + 1, 2))
        id = self._id(group, kind, name)
        return AzureResource(kind, id, name, group, tags, frozenset({*references, *parents, f"{_ROOT}/{group}"} - {id}))

    def _group(self) -> str:
        """A random resource group, each time another one: names of load balancers are fixed."""
        return f"office-{self.text(8)}"

    def address(self) -> None:
        name = f"kubernetes-a{self.text(31)}"
        self.mine.append(self._new("public IP address", self._group(), name, _AKS_TAGS | _PROVIDER_TAGS))

    def service(self) -> None:
        self.mine += self._service("shop", _AKS_TAGS, self.subnet)

    def _service(self, cluster: str, tags: dict[str, str], subnet: str) -> list[AzureResource]:
        """A load balancer with an address, which refer to each other."""
        group, address = self._group(), f"kubernetes-a{self.text(31)}"
        address_id = self._id(group, "public IP address", address)
        front = f"{self._id(group, 'load balancer', 'kubernetes')}/frontendipconfigurations/{address}"
        return [
            self._new("load balancer", group, "kubernetes", tags, address_id, subnet),
            self._new("public IP address", group, address, tags | _PROVIDER_TAGS, front),
        ]

    def internal_load_balancer(self) -> None:
        self.mine.append(self._new("load balancer", self._group(), "kubernetes-internal", {}, self.subnet))

    def link_service(self) -> None:
        balancer, address = self._service("shop", _AKS_TAGS, self.subnet)
        tags = _AKS_TAGS | {"k8s-azure-owner-service": "demo/web"}
        link = self._new("private link service", balancer.group, f"pls-{self.text(31)}", tags, balancer.id, self.subnet)
        self.mine += [balancer, address, link]

    def node_group(self) -> None:
        name = f"mc_shop_{self.text(8)}"
        self.mine.append(AzureResource(GROUP, f"{_ROOT}/{name}", name, name, managed_by=self.cluster))

    def service_of_another_cluster(self) -> None:
        """Of a cluster of the same name in another resource group."""
        subnet = self.random.choice([self.subnet, self.other_subnet])
        self.foreign += self._service("shop", _OTHER_TAGS, subnet)

    def address_of_person(self) -> None:
        """AKS copies its tags to addresses that people created and Services use."""
        tags = _AKS_TAGS | {"k8s-azure-dns-label-service": "demo/web"}
        name = self.random.choice([f"kubernetes-{self.text(8)}", f"web-{self.text(8)}"])
        address = self._new("public IP address", self._group(), name, tags)
        self.foreign.append(address)

    def load_balancer_of_person(self) -> None:
        """In the cluster's subnet, or with an address of the cluster."""
        mine = [it.id for it in self.mine if it.kind == "public IP address"]
        reference = self.random.choice([self.subnet, *mine])
        self.foreign.append(self._new("load balancer", self._group(), f"mine-{self.text(8)}", {}, reference))

    def load_balancer_of_capz(self) -> None:
        """Cluster API names its load balancer like AKS does, without AKS' tags."""
        self.foreign.append(self._new("load balancer", self._group(), "kubernetes", {}, self.other_subnet))

    def group_of_another_cluster(self) -> None:
        name = f"mc_shop_other_{self.text(8)}"
        manager = self.cluster.replace("/shop/", "/office/")
        self.foreign.append(AzureResource(GROUP, f"{_ROOT}/{name}", name, name, _AKS_TAGS, managed_by=manager))

    def endpoint_of_person(self) -> None:
        links = [it.id for it in self.mine if it.kind == "private link service"]
        reference = self.random.choice([self.other_subnet, *links])
        self.foreign.append(self._new("private endpoint", self._group(), f"mine-{self.text(8)}", {}, reference))

    def security_group(self) -> None:
        self.foreign.append(self._new("network security group", "shop", f"own-{self.text(8)}", _AKS_TAGS))

    def address_without_prefix(self) -> None:
        name = self.random.choice(["a", "kubernetes-b"]) + self.text(31)
        self.foreign.append(self._new("public IP address", self._group(), name, _AKS_TAGS | _PROVIDER_TAGS))


@settings(max_examples=10_000)
@given(seed=st.integers(0, 2**64))
def test_deletes_leftovers_and_nothing_else(seed: int) -> None:
    subscription = Subscription(Random(seed))

    def references(resource: AzureResource) -> frozenset[str]:
        # An address names its load balancer, but does not keep it from being deleted.
        return frozenset() if resource.kind == "public IP address" else resource.references

    assert_only_mine_deleted(subscription, _KINDS, references, partial(judge, ("shop", "shop")))
