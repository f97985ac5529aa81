"""Leftovers on Azure: what AKS' cloud provider created outside of the node resource group, which AKS deletes itself.

The provider creates public IP addresses and private link services in the resource group that a Service's annotation
names, and puts load balancers into the subnet that one names:
https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/ and
https://cloud-provider-azure.sigs.k8s.io/topics/pls-integration/

Tags: https://cloud-provider-azure.sigs.k8s.io/topics/tagging-resources/ lists those of the provider. In AKS they give
every cluster the name `kubernetes`. AKS' own tags `aks-managed-cluster-name` and `-rg` are copied to what the provider
creates, and also to addresses that people created and Services use. So the provider's tags show that it created a
resource, and AKS' tags show for which cluster.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from anykube._clusters.aks.spec import AksClusterSpec

from anykube_cli.preflight.azure import identity
from anykube_cli.preflight.azure.clients import Clients, clients, get_or_none, parse_resource_id
from anykube_cli.preflight.azure.errors import summarize_error
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.azure.planning import plan
from anykube_cli.sweep.ownership import Resource, owned_resources, strings
from anykube_cli.sweep.sweep import Leftover


@dataclass(frozen=True)
class ResourceType:
    """A resource type of Microsoft.Network."""

    noun: str
    operations: str
    """The attribute of the SDK's network client."""
    list_method: str = "list_all"


RESOURCE_TYPES = (
    ResourceType("private endpoint", "private_endpoints", "list_by_subscription"),
    ResourceType("private link service", "private_link_services", "list_by_subscription"),
    ResourceType("load balancer", "load_balancers"),
    ResourceType("network interface", "network_interfaces"),
    ResourceType("public IP address", "public_ip_addresses"),
    ResourceType("network security group", "network_security_groups"),
)
"""In an order in which they can be removed."""

_PROVIDER_TAGS = ("k8s-azure-service", "k8s-azure-owner-service")
"""Tags of resources that the provider created, but not of those it only uses."""
_LOAD_BALANCERS = ("kubernetes", "kubernetes-internal")
"""Names of the provider's load balancers, which have no such tag: the cluster's name there, and the internal one."""
_NAME_TAG, _GROUP_TAG = "aks-managed-cluster-name", "aks-managed-cluster-rg"


def account_factory(stack: str, spec: AksClusterSpec) -> "Callable[[], Subscription]":
    """Opens the cluster's subscription with the environment's credentials."""

    def open_subscription() -> Subscription:
        session, _ = identity.open_session()
        return Subscription(plan(stack, spec), clients(session, spec.aks.subscription, spec.region))

    return open_subscription


class Subscription:
    """A subscription, searched for leftovers of one cluster."""

    def __init__(self, plan: AzurePlan, clients: Clients) -> None:
        self._plan, self._clients = plan, clients
        self._owned: frozenset[str] = frozenset()
        """Ids found by earlier searches: the resource that led to one may be removed by now."""

    def summarize_error(self, error: BaseException) -> str:
        """The status and code of Azure's error."""
        return summarize_error(error)

    def leftovers(self) -> Iterator[Leftover]:
        """None while AKS lists the cluster."""
        clusters = [_json(cluster) for cluster in self._clients.containers.managed_clusters.list()]
        if any(_group_and_name(str(cluster["id"])) == (self._plan.cluster.lower(),) * 2 for cluster in clusters):
            return
        resources = dict(self._resources())
        roots = self._owned.union(self._resource_group(clusters))
        self._owned |= owned_resources([resource for _, resource, _ in resources.values()], roots)
        for resource_id, (resource_type, _, item) in resources.items():
            if resource_id in self._owned:
                group = parse_resource_id(item["id"])["resourcegroups"]
                remove = getattr(self._clients.network, resource_type.operations).begin_delete
                # Does not wait for the removal: the next search shows whether it is gone.
                yield Leftover(
                    f"{resource_type.noun} {item['name']} in the resource group {group}",
                    partial(remove, group, item["name"], polling=False),
                )

    def _resource_group(self, clusters: Collection[Mapping[str, Any]]) -> Collection[str]:
        """The resource group created for the cluster, unless another cluster uses something in it."""
        group = get_or_none(lambda: self._clients.resources.resource_groups.get(self._plan.cluster))
        if group is None or not self._plan.owns(group.tags or {}):
            return ()
        group_id = str(group.id).lower()
        return () if any(group_id in _references(cluster) for cluster in clusters) else (group_id,)

    def _resources(self) -> Iterator[tuple[str, tuple[ResourceType, Resource, Mapping[str, Any]]]]:
        for resource_type in RESOURCE_TYPES:
            operations = getattr(self._clients.network, resource_type.operations)
            for model in getattr(operations, resource_type.list_method)():
                item = _json(model)
                resource = self._resource(resource_type, item)
                yield resource.id, (resource_type, resource, item)

    def _resource(self, resource_type: ResourceType, item: Mapping[str, Any]) -> Resource:
        tags: Mapping[str, str] = item.get("tags") or {}
        by_name = resource_type.operations == "load_balancers" and item["name"] in _LOAD_BALANCERS
        by_provider = by_name or any(tag in tags for tag in _PROVIDER_TAGS)
        cluster = (tags.get(_NAME_TAG, "").lower(), tags.get(_GROUP_TAG, "").lower())
        is_marked = cluster == (self._plan.cluster.lower(),) * 2  # the resource group has the cluster's name
        return Resource(str(item["id"]).lower(), _references(item), by_provider, is_marked)


def _json(model: Any) -> Mapping[str, Any]:
    item: Mapping[str, Any] = model.as_dict()
    return item


def _group_and_name(cluster_id: str) -> tuple[str, str]:
    """Resource group and name of a cluster, in lower case."""
    names = {kind: name.lower() for kind, name in parse_resource_id(cluster_id).items()}
    return names.get("resourcegroups", ""), names.get("managedclusters", "")


def _references(item: Mapping[str, Any]) -> frozenset[str]:
    """The ids in a resource and the ids of their parents, such as a subnet's network; also its resource group."""
    references: set[str] = set()
    for text in strings(dict(item)):
        segments = text.lower().strip("/").split("/")
        if segments[0] == "subscriptions":
            references.update("/" + "/".join(segments[:end]) for end in range(4, len(segments) + 1, 2))
    return frozenset(references - {str(item.get("id", "")).lower()})
