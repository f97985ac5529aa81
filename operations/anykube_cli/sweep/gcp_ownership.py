"""Whose a resource of Compute Engine is, in a project with the leftovers of a GKE cluster.

Few resources name their cluster. A chain of proofs leads to the others:

1. The cluster's id, read while it existed, gives the hash in names of its firewall rules and in its nodes' tag. In a
   network that the stack created and no other cluster uses, the cluster's name in all target tags proves the hash.
2. A firewall rule whose target tags are all the cluster's proves the Ingress controller's id in its name. An endpoint
   group in such a network proves the ids in its name and description.
3. These ids prove every name that contains one (`gcp_names.py`).
4. A controller's name without an id, such as a Gateway's, is proven if everything that it refers to is proven, or
   everything that refers to it.

What somebody else's resource refers to is not removed. Other names, such as `gke-web-ip`, are never a controller's.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from anykube_cli.sweep.facts import FOREIGN, Facts, Judged, Judgement, doubtful, proof
from anykube_cli.sweep.gcp_names import (
    HASH,
    SERVICE,
    ControllerName,
    is_name_of,
    keys_in_description,
    parse_name,
    parse_node_tag,
    with_short_forms,
)

FIREWALL, ENDPOINTS = "firewall rule", "network endpoint group"
_BLOCKING = (FIREWALL, ENDPOINTS, "forwarding rule", "address")
"""Kinds whose resources prevent the deletion of their network."""
_LEAVES = ("SSL certificate", "address", "health check", "HTTP health check")
"""Kinds whose resources prove nothing about their users: they refer to nothing, and people create them too."""


@dataclass(frozen=True)
class GcpResource:
    """A resource of Compute Engine."""

    kind: str
    """Such as `firewall rule`."""
    id: str
    """Its path, such as `projects/P/global/firewalls/F`."""
    network: str = ""
    """The path of its network; empty if it has none."""
    target_tags: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()
    """The paths of the resources that it refers to."""
    comment: str = ""
    """The text in its field `description`."""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.id.rpartition("/")[2]

    @property
    def description(self) -> str:
        """Kind and name."""
        return f"{self.kind} {self.name}"

    @cached_property
    def controller(self) -> ControllerName | None:
        """The parts of its name, if a controller gave it."""
        return parse_name(self.name)


def judge(cluster: str, facts: Facts, resources: Sequence[GcpResource]) -> Judged:
    """Judges the resources of a project for the GKE cluster of this name."""
    proofs = _Proofs(cluster, facts, resources)
    while proofs.extend():
        pass
    shared = proofs.shared()
    verdicts = {it.id: _judge(cluster, facts, it, proofs, shared) for it in resources}
    proven = frozenset(proofs.reasons) - shared.keys()
    learned = Facts(keys=frozenset(proofs.keys), proven=proven)
    return Judged(verdicts, facts.union(learned))


class _Proofs:
    """The resources proven so far, and the ids of the cluster in names."""

    def __init__(self, cluster: str, facts: Facts, resources: Sequence[GcpResource]) -> None:
        self._cluster, self._facts = cluster, facts
        self.keys = set(facts.keys)
        self.reasons: dict[str, str] = {}
        """Why a resource is the cluster's, by id."""
        self._resources = {it.id: it for it in resources}
        self._candidates = [it for it in resources if it.controller and it.id not in facts.managed]
        self._users = _users(resources)
        self._foreign = facts.foreign_keys | self._foreign_keys()

    def _foreign_keys(self) -> frozenset[str]:
        """The ids in names of firewall rules that apply to nodes of another cluster."""
        return with_short_forms(
            it.controller.key
            for it in self._candidates
            if it.controller and it.controller.kind != HASH and any(map(self._is_foreign, it.target_tags))
        )

    def _is_foreign(self, tag: str) -> bool:
        name = parse_node_tag(tag)
        if name is None:
            return False
        return name.key in self._facts.foreign_keys or not is_name_of(self._cluster, name.cluster)

    def extend(self) -> bool:
        """Proves more resources with those proven so far. Returns whether there were any."""
        new = {it.id: reason for it in self._candidates if it.id not in self.reasons and (reason := self._reason(it))}
        self.reasons |= new
        for id in new:
            self._learn(self._resources[id])
        return bool(new)

    def _learn(self, resource: GcpResource) -> None:
        tags = (tag for text in resource.target_tags if (tag := parse_node_tag(text)))
        names = (resource.controller, *tags)
        self.keys |= {name.key for name in names if name and name.key}
        self.keys |= keys_in_description(resource.comment)
        self.keys |= with_short_forms(self.keys)

    def _reason(self, resource: GcpResource) -> str:
        name = resource.controller
        assert name is not None
        if resource.target_tags and not self._are_nodes(resource):
            return ""
        if resource.id in self._facts.proven:
            return "an earlier search proved it"
        if with_short_forms([name.key]) & self.keys:
            return "its name contains an id of the cluster"
        if with_short_forms([name.key]) & self._foreign:
            return ""
        if resource.kind == FIREWALL:
            is_named = name.kind != HASH or is_name_of(self._cluster, name.cluster)
            return "it applies to the cluster's nodes only" if resource.target_tags and is_named else ""
        if resource.kind == ENDPOINTS and resource.network in self._facts.own_networks:
            return "it is in the network that the stack created"
        return "" if self._contradicts(name) else self._reason_by_references(resource)

    def _are_nodes(self, resource: GcpResource) -> bool:
        """Whether all target tags are the cluster's: by its id, or by its name in the stack's own network."""
        tags = [parse_node_tag(tag) for tag in resource.target_tags]
        is_inside = resource.network in self._facts.own_networks
        return all(
            tag
            and tag.key not in self._facts.foreign_keys
            and (tag.key in self.keys or (is_inside and is_name_of(self._cluster, tag.cluster)))
            for tag in tags
        )

    def _contradicts(self, name: ControllerName) -> bool:
        """Whether the id in a name is another than the cluster's. A Service's id is its own."""
        known = any(key.startswith(f"{name.kind}:") for key in self.keys)
        return bool(name.key) and name.kind != SERVICE and known

    def _reason_by_references(self, resource: GcpResource) -> str:
        targets = {id for id in resource.references & self._resources.keys() if self._resources[id].kind not in _LEAVES}
        if targets and all(self._is_proven(id) for id in targets):
            return "everything that it refers to is the cluster's"
        users = self._users[resource.id]
        return "only the cluster's resources refer to it" if users and all(map(self._is_proven, users)) else ""

    def _is_proven(self, id: str) -> bool:
        return id in self.reasons

    def shared(self) -> Mapping[str, str]:
        """The proven resources to which somebody else's refer, directly or not, with a reason."""
        shared: dict[str, str] = {}
        while True:
            mine = self.reasons.keys() - shared.keys()
            new = {
                id: f"the {self._resources[foreign[0]].description} refers to it"
                for id in mine
                if (foreign := sorted(user for user in self._users[id] if user not in mine))
            }
            if not new:
                return shared
            shared |= new


def _judge(cluster: str, facts: Facts, resource: GcpResource, proofs: _Proofs, shared: Mapping[str, str]) -> Judgement:
    name = resource.controller
    if resource.id in facts.managed:
        return FOREIGN
    if resource.id in shared:
        return doubtful(f"{proofs.reasons[resource.id]}, but {shared[resource.id]}")
    if resource.id in proofs.reasons:
        return proof(proofs.reasons[resource.id])
    if name and name.key in facts.foreign_keys:
        return FOREIGN
    if resource.network in facts.own_networks and resource.kind in _BLOCKING:
        return doubtful("it is in the network that the stack created, but not proven to be a controller's")
    if name and name.kind == HASH and name.cluster == cluster and resource.network in _known(facts, resource):
        return doubtful("its name contains the cluster's name, but nothing proves the hash after it")
    return _judge_references(resource, proofs)


def _known(facts: Facts, resource: GcpResource) -> Collection[str]:
    """The cluster's networks; the resource's own network if they are unknown."""
    return facts.used_networks | facts.networks or {resource.network}


def _judge_references(resource: GcpResource, proofs: _Proofs) -> Judgement:
    if resource.controller and resource.references & proofs.reasons.keys():
        return doubtful("it refers to resources of the cluster, and to others or with another cluster's id")
    return FOREIGN


def _users(resources: Sequence[GcpResource]) -> Mapping[str, Collection[str]]:
    users: dict[str, list[str]] = defaultdict(list)
    for resource in resources:
        for reference in resource.references - {resource.id}:
            users[reference].append(resource.id)
    return users
