"""On Azure: what AKS' cloud provider made outside of the nodes' resource group, which goes with the cluster.

It makes public addresses and private links in the resource group that a Service's annotation names, and puts load
balancers into the subnet that one names: https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/ and
https://cloud-provider-azure.sigs.k8s.io/topics/pls-integration/

Tags: https://cloud-provider-azure.sigs.k8s.io/topics/tagging-resources/ says which the provider sets; in AKS all
clusters have the name `kubernetes` there. AKS' own `aks-managed-cluster-name` and `-rg` are copied onto what it makes,
and also onto addresses that people made and Services use. So the first say that it made something, the others for whom.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from anykube._clusters.aks.spec import AksClusterSpec

from anykube_cli.preflight.azure import identity
from anykube_cli.preflight.azure.clients import Clients, clients, found, split
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.azure.planning import plan
from anykube_cli.preflight.azure.refusal import brief
from anykube_cli.sweep.belonging import Thing, belonging, texts
from anykube_cli.sweep.sweep import Leftover


@dataclass(frozen=True)
class Kind:
    """A kind of thing of Microsoft.Network."""

    noun: str
    operations: str
    """Of the SDK's client of the network."""
    listing: str = "list_all"


KINDS = (
    Kind("private endpoint", "private_endpoints", "list_by_subscription"),
    Kind("private link service", "private_link_services", "list_by_subscription"),
    Kind("load balancer", "load_balancers"),
    Kind("network interface", "network_interfaces"),
    Kind("public IP address", "public_ip_addresses"),
    Kind("network security group", "network_security_groups"),
)
"""In the order in which they can go."""

_MAKING = ("k8s-azure-service", "k8s-azure-owner-service")
"""Tags of what the provider made, not of what it was given."""
_BALANCERS = ("kubernetes", "kubernetes-internal")
"""Names of its load balancers, which have no such tag: of the cluster's name there, and of those inside."""
_NAME, _GROUP = "aks-managed-cluster-name", "aks-managed-cluster-rg"


def entrance(stack: str, spec: AksClusterSpec) -> "Callable[[], Subscription]":
    """The subscription of the page, as the environment's credentials let one in."""

    def enter() -> Subscription:
        session, _ = identity.enter()
        return Subscription(plan(stack, spec), clients(session, spec.aks.subscription, spec.region))

    return enter


class Subscription:
    """A subscription, and the cluster."""

    def __init__(self, planned: AzurePlan, asked: Clients) -> None:
        self._plan, self._clients = planned, asked
        self._known: frozenset[str] = frozenset()
        """Of the cluster, as an earlier look has it: what led there may be gone by now."""

    def brief(self, error: BaseException) -> str:
        """By the status and the code that Azure gave."""
        return brief(error)

    def leftovers(self) -> Iterator[Leftover]:
        """Nothing while AKS knows the cluster."""
        clusters = [_json(one) for one in self._clients.containers.managed_clusters.list()]
        if any(_place(str(one["id"])) == (self._plan.cluster.lower(),) * 2 for one in clusters):
            return
        things = dict(self._things())
        self._known |= belonging([thing for _, thing, _ in things.values()], self._known.union(self._own(clusters)))
        for identifier, (kind, _, item) in things.items():
            if identifier in self._known:
                at = split(item["id"])
                remove = getattr(self._clients.network, kind.operations).begin_delete
                # Nobody waits: the next look sees whether it is gone.
                yield Leftover(
                    f"{kind.noun} {item['name']} of the resource group {at['resourcegroups']}",
                    partial(remove, at["resourcegroups"], item["name"], polling=False),
                )

    def _own(self, clusters: Collection[Mapping[str, Any]]) -> Collection[str]:
        """The cluster's resource group, which was made for it, unless another cluster uses something in it."""
        group = found(lambda: self._clients.resources.resource_groups.get(self._plan.cluster))
        if group is None or not self._plan.owns(group.tags or {}):
            return ()
        own = str(group.id).lower()
        return () if any(own in _names(one) for one in clusters) else (own,)

    def _things(self) -> Iterator[tuple[str, tuple[Kind, Thing, Mapping[str, Any]]]]:
        for kind in KINDS:
            for one in getattr(getattr(self._clients.network, kind.operations), kind.listing)():
                thing = self._thing(kind, _json(one))
                yield thing.id, (kind, thing, _json(one))

    def _thing(self, kind: Kind, item: Mapping[str, Any]) -> Thing:
        tags: Mapping[str, str] = item.get("tags") or {}
        named = kind.operations == "load_balancers" and item["name"] in _BALANCERS
        made = named or any(tag in tags for tag in _MAKING)
        whose = (tags.get(_NAME, "").lower(), tags.get(_GROUP, "").lower())
        marked = whose == (self._plan.cluster.lower(),) * 2  # its resource group has its name
        return Thing(str(item["id"]).lower(), _names(item), made, marked)


def _json(item: Any) -> Mapping[str, Any]:
    read: Mapping[str, Any] = item.as_dict()
    return read


def _place(identifier: str) -> tuple[str, str]:
    """Resource group and name of a cluster, in lower case."""
    at = {kind: name.lower() for kind, name in split(identifier).items()}
    return at.get("resourcegroups", ""), at.get("managedclusters", "")


def _names(item: Mapping[str, Any]) -> frozenset[str]:
    """Ids that something has in it, and of all that these are in, such as a subnet's network; its own group too."""
    found: set[str] = set()
    for text in texts(dict(item)):
        steps = text.lower().strip("/").split("/")
        if steps[0] == "subscriptions":
            found.update("/" + "/".join(steps[:end]) for end in range(4, len(steps) + 1, 2))
    return frozenset(found - {str(item.get("id", "")).lower()})
