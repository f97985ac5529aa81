"""Whose a resource of Microsoft.Network is, in a subscription with the leftovers of an AKS cluster.

AKS deletes the resource group of its nodes. Its cloud provider also creates public IP addresses and private link
services in the resource group that a Service's annotation names, and load balancers in the subnet that one names:
https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/ and
https://cloud-provider-azure.sigs.k8s.io/topics/pls-integration/

Tags: https://cloud-provider-azure.sigs.k8s.io/topics/tagging-resources/ lists those of the provider. In AKS they give
every cluster the name `kubernetes`. AKS' own tags `aks-managed-cluster-name` and `-rg` are copied to what the provider
creates, and also to addresses that people created and Services use. So the provider's tags and names show that it
created a resource, and AKS' tags, or the network in the stack's state, show for which cluster.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from anykube_cli.sweep.facts import FOREIGN, Facts, Judged, Judgement, doubtful, proof

GROUP = "resource group"
_ADDRESS_KIND = "public IP address"
_PROVIDER_TAGS = ("k8s-azure-service", "k8s-azure-owner-service")
"""Tags of resources that the provider created, but not of those it only uses."""
_LOAD_BALANCERS = ("kubernetes", "kubernetes-internal")
"""Names of the provider's load balancers, which have no such tag: the cluster's name there, and the internal one."""
_ADDRESS = re.compile(r"kubernetes-a[0-9a-f]{31}(?:-ipv6)?", re.IGNORECASE)
"""`getPublicIPName`, with the UID of a Service:
https://github.com/kubernetes-sigs/cloud-provider-azure/blob/master/pkg/provider/azure_standard.go"""
_NAME_TAG, _GROUP_TAG = "aks-managed-cluster-name", "aks-managed-cluster-rg"
_NETWORK = re.compile(r"(.+/providers/microsoft\.network/virtualnetworks/[^/]+)")
_GROUP_AND_NAME = re.compile(r"/resourcegroups/([^/]+)/providers/microsoft\.containerservice/managedclusters/([^/]+)$")


@dataclass(frozen=True)
class AzureResource:
    """A resource of Microsoft.Network, or a resource group."""

    kind: str
    """Such as `public IP address`."""
    id: str
    """In lower case."""
    name: str
    group: str
    """Name of its resource group."""
    tags: Mapping[str, str] = field(default_factory=dict)
    references: frozenset[str] = frozenset()
    """The ids in it and the ids of their parents, in lower case."""
    managed_by: str = ""
    """Id of the resource that manages a resource group, in lower case."""

    @property
    def description(self) -> str:
        """Kind, name and resource group."""
        return (
            f"{self.kind} {self.name}"
            if self.kind == GROUP
            else f"{self.kind} {self.name} in the resource group {self.group}"
        )


def judge(cluster: tuple[str, str], facts: Facts, resources: Sequence[AzureResource]) -> Judged:
    """Judges the resources of a subscription for the cluster with this resource group and name."""
    by_id = {resource.id: resource for resource in resources}
    linked = _linked(cluster, facts, by_id)
    direct = _linked_directly(cluster, facts, (by_id[id] for id in linked))
    mine, reasons = _without_shared(facts, linked, direct, by_id)
    verdicts = {
        id: proof("AKS' cloud provider created it for the cluster")
        if id in mine
        else _judge_unproven(cluster, facts, resource, reasons.get(id))
        for id, resource in by_id.items()
    }
    return Judged(verdicts, facts.model_copy(update={"proven": facts.proven | mine}))


def _linked(cluster: tuple[str, str], facts: Facts, by_id: Mapping[str, AzureResource]) -> frozenset[str]:
    """What the provider created and AKS' tags, the network or a linked resource connect to the cluster."""
    created = _created(cluster, facts, by_id)
    linked = set(_linked_directly(cluster, facts, created))
    while added := {it.id for it in created if it.references & (linked | facts.proven)} - linked:
        linked |= added
    return frozenset(linked)


def _created(cluster: tuple[str, str], facts: Facts, by_id: Mapping[str, AzureResource]) -> Sequence[AzureResource]:
    """What the provider created, without what has the tags of another cluster."""
    names = {("", ""), _lower(cluster)}
    created = (it for it in by_id.values() if _is_by_provider(it) and it.id not in facts.managed)
    return [it for it in created if _aks_tags(it) in names]


def _linked_directly(cluster: tuple[str, str], facts: Facts, created: Iterable[AzureResource]) -> frozenset[str]:
    is_known = any(_cluster_in(id) == _lower(cluster) for id in facts.clusters)
    return frozenset(
        it.id for it in created if it.references & facts.own_networks or (is_known and _aks_tags(it) == _lower(cluster))
    )


def _without_shared(
    facts: Facts, linked: frozenset[str], direct: frozenset[str], by_id: Mapping[str, AzureResource]
) -> tuple[frozenset[str], Mapping[str, str]]:
    """The linked resources that neither use nor serve anything of others, and the reasons against the rest."""
    users, mine, reasons = _users(by_id), set(linked), dict[str, str]()
    while True:
        new = {id: reason for id in mine if (reason := _objection(facts, by_id[id], mine, users[id], direct, by_id))}
        if not new:
            return frozenset(mine), reasons
        reasons |= new
        mine -= new.keys()


def _objection(
    facts: Facts,
    resource: AzureResource,
    mine: Collection[str],
    users: Collection[str],
    direct: Collection[str],
    by_id: Mapping[str, AzureResource],
) -> str:
    """What of others uses the resource, or what it uses, unless it is linked directly; empty without such.

    A Service may use an address that a person created: the load balancer is the cluster's nevertheless.
    """
    networks = {_root(id) for id in facts.networks | facts.used_networks}
    for reference in sorted(resource.references):
        if "/virtualnetworks/" in reference and not networks & {_root(reference), _group_of(reference)}:
            return f"it is in the network {_root(reference).rpartition('/')[2]}, which is not the cluster's"
        other = by_id.get(reference)
        if (
            resource.id not in direct
            and other
            and other.kind != GROUP
            and reference not in mine
            and reference not in facts.managed
        ):
            return f"it uses the {other.description}"
    foreign = sorted(set(users).difference(mine))
    return f"the {by_id[foreign[0]].description} uses it" if foreign else ""


def _users(by_id: Mapping[str, AzureResource]) -> Mapping[str, Collection[str]]:
    users: dict[str, list[str]] = defaultdict(list)
    # An address has the id of its load balancer, but the load balancer uses the address.
    for resource in (it for it in by_id.values() if it.kind != _ADDRESS_KIND):
        for reference in resource.references - {resource.id}:
            users[reference].append(resource.id)
    return users


def _judge_unproven(cluster: tuple[str, str], facts: Facts, resource: AzureResource, reason: str | None) -> Judgement:
    if resource.id in facts.managed:
        return FOREIGN
    if resource.kind == GROUP:
        is_nodes = bool(resource.managed_by) and resource.managed_by in facts.clusters
        return proof("AKS manages this resource group for the cluster") if is_nodes else FOREIGN
    if reason:
        return doubtful(f"AKS' cloud provider created it for the cluster, but {reason}")
    if _aks_tags(resource) == _lower(cluster):
        return doubtful("AKS' tags name the cluster, but they are also copied to what people created")
    is_inside = resource.references & facts.own_networks
    return doubtful("it is in the stack's network, but AKS did not create it") if is_inside else FOREIGN


def _root(reference: str) -> str:
    """The network of a subnet; other ids are returned unchanged."""
    match = _NETWORK.match(reference)
    return match[1] if match else reference


def _group_of(reference: str) -> str:
    """The id of the resource group."""
    return "/".join(reference.split("/")[:5])


def _cluster_in(cluster_id: str) -> tuple[str, str]:
    match = _GROUP_AND_NAME.search(cluster_id)
    return (match[1], match[2]) if match else ("", "")


def _is_by_provider(resource: AzureResource) -> bool:
    if resource.kind == "load balancer":
        return resource.name.lower() in _LOAD_BALANCERS
    if resource.kind == _ADDRESS_KIND and not _ADDRESS.fullmatch(resource.name):
        return False
    return any(tag in resource.tags for tag in _PROVIDER_TAGS)


def _aks_tags(resource: AzureResource) -> tuple[str, str]:
    return _lower((resource.tags.get(_GROUP_TAG, ""), resource.tags.get(_NAME_TAG, "")))


def _lower(cluster: tuple[str, str]) -> tuple[str, str]:
    return cluster[0].lower(), cluster[1].lower()
