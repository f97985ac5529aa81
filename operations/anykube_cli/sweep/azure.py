"""The inventory of an Azure subscription: leftovers of an AKS cluster, and what outlives it on purpose."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from anykube._clusters.aks.spec import AksClusterSpec

from anykube_cli.preflight.azure import identity
from anykube_cli.preflight.azure.clients import Clients, clients, get_or_none, parse_resource_id
from anykube_cli.preflight.azure.errors import summarize_error
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.azure.planning import plan
from anykube_cli.sweep.azure_ownership import GROUP, AzureResource, judge
from anykube_cli.sweep.facts import Facts
from anykube_cli.sweep.memory import Memory
from anykube_cli.sweep.session import Session
from anykube_cli.sweep.strings import strings
from anykube_cli.sweep.sweep import Kept


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
_BY_NOUN = {resource_type.noun: resource_type for resource_type in RESOURCE_TYPES}


def account_factory(
    stack: str, spec: AksClusterSpec, facts: Facts, memory: Memory
) -> Callable[[], Session[AzureResource]]:
    """Opens the cluster's subscription with the environment's credentials."""

    def open_subscription() -> Session[AzureResource]:
        session, _ = identity.open_session(spec.aks.subscription)
        return open_session(plan(stack, spec), clients(session, spec.aks.subscription, spec.region), facts, memory)

    return open_subscription


def open_session(
    plan: AzurePlan, clients: Clients, facts: Facts, memory: Memory | None = None
) -> Session[AzureResource]:
    """The session of a stack in a subscription. The cluster's resource group has the cluster's name."""
    cluster = (plan.cluster, plan.cluster)
    return Session(Subscription(plan, clients), partial(judge, cluster), facts, memory.save if memory else None)


class Subscription:
    """A subscription, with the resources that may be leftovers of one cluster."""

    def __init__(self, plan: AzurePlan, clients: Clients) -> None:
        self._plan, self._clients = plan, clients
        self._clusters: Sequence[Mapping[str, Any]] = ()

    def summarize_error(self, error: BaseException) -> str:
        """The status and code of Azure's error."""
        return summarize_error(error)

    def cluster_exists(self) -> bool:
        """Whether AKS lists the cluster."""
        self._clusters = [_json(cluster) for cluster in self._clients.containers.managed_clusters.list()]
        expected = (self._plan.cluster.lower(),) * 2
        return any(_group_and_name(str(cluster["id"])) == expected for cluster in self._clusters)

    def facts(self) -> Facts:
        """The cluster's resource group, if it has the stack's tags, and what other clusters use."""
        group = get_or_none(lambda: self._clients.resources.resource_groups.get(self._plan.cluster))
        if group is None or not self._plan.owns(group.tags or {}):
            return Facts()
        group_id = str(group.id).lower()
        cluster = f"{group_id}/providers/microsoft.containerservice/managedclusters/{self._plan.cluster.lower()}"
        others = [it for it in self._clusters if str(it["id"]).lower() != cluster]
        networks = frozenset({group_id})
        shared = frozenset(id for other in others for id in _references(other))
        return Facts(clusters=frozenset({cluster}), networks=networks, used_networks=networks, shared_networks=shared)

    def resources(self) -> Sequence[AzureResource]:
        """Resources of Microsoft.Network, and the resource groups that other resources manage."""
        groups = [_group(_json(group)) for group in self._clients.resources.resource_groups.list()]
        managed = [group for group in groups if group.managed_by]
        inside = {group.id for group in managed}
        return [
            *managed,
            *(it for it in self._networking() if "/".join(it.id.split("/")[:5]) not in inside),
        ]

    def _networking(self) -> Iterator[AzureResource]:
        for resource_type in RESOURCE_TYPES:
            operations = getattr(self._clients.network, resource_type.operations)
            for model in getattr(operations, resource_type.list_method)():
                yield _resource(resource_type, _json(model))

    def read(self, resource: AzureResource) -> AzureResource | None:
        """The resource as it is now; None if it is gone."""
        if resource.kind == GROUP:
            group = get_or_none(lambda: self._clients.resources.resource_groups.get(resource.name))
            return _group(_json(group)) if group else None
        resource_type = _BY_NOUN[resource.kind]
        operations = getattr(self._clients.network, resource_type.operations)
        model = get_or_none(lambda: operations.get(resource.group, resource.name))
        return _resource(resource_type, _json(model)) if model else None

    def delete(self, resource: AzureResource) -> None:
        """Does not wait for the removal: the next search shows whether it is gone."""
        if resource.kind == GROUP:
            self._clients.resources.resource_groups.begin_delete(resource.name, polling=False)
            return
        operations = getattr(self._clients.network, _BY_NOUN[resource.kind].operations)
        operations.begin_delete(resource.group, resource.name, polling=False)

    def removal_command(self, resource: AzureResource) -> str:
        """Such as `az resource delete --ids /subscriptions/…`."""
        return (
            f"az group delete --name {resource.name}"
            if resource.kind == GROUP
            else f"az resource delete --ids {resource.id}"
        )

    def kept(self) -> Iterator[Kept]:
        """Disks and snapshots of claims in other resource groups than the nodes', which AKS deletes."""
        for kind, command, operations in (
            ("disk", "az disk delete --ids", self._clients.compute.disks),
            ("snapshot", "az snapshot delete --ids", self._clients.compute.snapshots),
        ):
            for item in map(_json, operations.list()):
                if self._is_of_cluster(item):
                    size = (item.get("properties") or item).get("diskSizeGB", "?")
                    sku = (item.get("sku") or {}).get("name", "")
                    yield Kept(f"{kind} {item['name']}", f"{size} GiB of {sku} a month", f"{command} {item['id']}")

    def _is_of_cluster(self, item: Mapping[str, Any]) -> bool:
        """By AKS' tags, or because it is in the stack's resource group."""
        tags: Mapping[str, str] = item.get("tags") or {}
        expected = self._plan.cluster.lower()
        names = (tags.get("aks-managed-cluster-name", "").lower(), tags.get("aks-managed-cluster-rg", "").lower())
        group = parse_resource_id(item["id"]).get("resourcegroups", "").lower()
        return names == (expected, expected) or (group == expected and "kubernetes.io-created-for-pvc-name" in tags)


def _json(model: Any) -> Mapping[str, Any]:
    item: Mapping[str, Any] = model.as_dict()
    return item


def _resource(resource_type: ResourceType, item: Mapping[str, Any]) -> AzureResource:
    group = parse_resource_id(item["id"])["resourcegroups"]
    tags = item.get("tags") or {}
    return AzureResource(resource_type.noun, str(item["id"]).lower(), item["name"], group, tags, _references(item))


def _group(item: Mapping[str, Any]) -> AzureResource:
    manager = str(item.get("managedBy") or item.get("managed_by") or "").lower()
    tags = item.get("tags") or {}
    return AzureResource(GROUP, str(item["id"]).lower(), item["name"], item["name"], tags, managed_by=manager)


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
