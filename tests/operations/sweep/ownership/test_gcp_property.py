"""In random projects with look-alikes, the sweep deletes all leftovers of the cluster and nothing else."""

import json
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from anykube_cli.sweep.facts import Facts
from anykube_cli.sweep.gcp_names import content_hash
from anykube_cli.sweep.gcp_ownership import GcpResource, judge
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.operations.sweep.ownership.account import Planned, assert_only_mine_deleted

_KINDS = (
    "forwarding rule",
    "target HTTP proxy",
    "target HTTPS proxy",
    "URL map",
    "SSL certificate",
    "target pool",
    "backend service",
    "health check",
    "network endpoint group",
    "address",
    "firewall rule",
)
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Cluster:
    """A GKE cluster with the ids in the names of its resources."""

    name: str
    hash: str
    uid: str
    kube_system: str
    network: str

    @property
    def tag(self) -> str:
        return f"gke-{self.name}-{self.hash}-node"


class Project(Planned[GcpResource]):
    """A project with the leftovers of the GKE cluster `shop` and resources of others."""

    def __init__(self, random: Random) -> None:
        super().__init__(random, Facts())
        is_created = random.random() < 0.5
        network = _path("networks", "shop-network-1a2b3c4" if is_created else "office")
        self.cluster = self._cluster("shop", network)
        self.facts = Facts(
            networks=frozenset({network} if is_created else ()),
            used_networks=frozenset({network}),
            keys=frozenset(() if is_created and random.random() < 0.7 else {f"hash:{self.cluster.hash}"}),
        )
        others = [self._cluster(name, _path("networks", "office")) for name in ("shop", "shop-2", "dev")]
        self.live = Facts(
            foreign_keys=frozenset(f"hash:{it.hash}" for it in others if random.random() < 0.7 or is_created),
            shared_networks=frozenset({_path("networks", "office")}),
        )
        self._leave(self.cluster, self.mine)
        for other in others:
            if random.random() < 0.5:
                self._leave(other, self.foreign)
        self.some(self.address_of_person, self.certificate_of_person, self.rule_of_person, self.shared_rule)
        self.some(self.map_of_person, self.rule_of_similar_name, self.forged_map, self.earlier_cluster)

    def _cluster(self, name: str, network: str) -> Cluster:
        return Cluster(name, self.text(8), self.text(16), self.text(32), network)

    def _leave(self, cluster: Cluster, to: list[GcpResource]) -> None:
        """An Ingress' firewall rule always exists; the rest perhaps."""
        to.append(self._rule(f"k8s-fw-l7--{cluster.uid}", cluster.network, cluster.tag))
        for plan in (self._ingress, self._gateway, self._service, self._node_rules):
            if self.random.random() < 0.6:
                to += plan(cluster)

    def _ingress(self, cluster: Cluster) -> list[GcpResource]:
        v2 = f"{content_hash(cluster.kube_system)}-demo-web-{self.text(8, _LETTERS)}"
        group, check, service = self._backend(cluster)
        url_map = _new("URL map", f"k8s2-um-{v2}", service.id)
        certificate = _new("SSL certificate", f"k8s2-cr-{v2[:8]}-{self.text(16, _LETTERS)}-{self.text(16)}")
        proxy = _new("target HTTPS proxy", f"k8s2-ts-{v2}", url_map.id, certificate.id)
        rule = _new("forwarding rule", f"k8s2-fs-{v2}", proxy.id)
        return [group, check, service, url_map, certificate, proxy, rule]

    def _backend(self, cluster: Cluster) -> tuple[GcpResource, GcpResource, GcpResource]:
        name = f"k8s1-{cluster.uid[:8]}-demo-web-80-{self.text(8)}"
        comment = json.dumps({"cluster-uid": cluster.kube_system, "namespace": "demo"})
        group = replace(_new("network endpoint group", name), network=cluster.network, comment=comment)
        check = _new("health check", name)
        return group, check, _new("backend service", name, group.id, check.id)

    def _gateway(self, cluster: Cluster) -> list[GcpResource]:
        name = f"gkegw1-{self.text(4, _LETTERS)}-demo-web"
        group, check, _ = self._backend(cluster)
        own_check = _new("health check", f"{name}-80-{self.text(12, _LETTERS)}")
        service = _new("backend service", f"{name}-80-{self.text(12, _LETTERS)}", group.id, own_check.id)
        url_map = _new("URL map", f"{name}-{self.text(12, _LETTERS)}", service.id)
        proxy = _new("target HTTP proxy", f"{name}-{self.text(12, _LETTERS)}", url_map.id)
        rule = _new("forwarding rule", f"{name}-{self.text(12, _LETTERS)}", proxy.id)
        return [group, check, own_check, service, url_map, proxy, rule]

    def _service(self, cluster: Cluster) -> list[GcpResource]:
        name = f"a{self.text(31)}"
        pool, address = _new("target pool", name), _new("address", name)
        rule = _new("forwarding rule", name, pool.id, address.id)
        return [pool, address, rule, self._rule(f"k8s-fw-{name}", cluster.network, cluster.tag)]

    def _node_rules(self, cluster: Cluster) -> list[GcpResource]:
        names = [f"gke-{cluster.name}-{cluster.hash}-{suffix}" for suffix in ("all", "vms", "inkubelet")]
        return [self._rule(name, cluster.network, cluster.tag) for name in names]

    def _rule(self, name: str, network: str, *tags: str) -> GcpResource:
        return replace(_new("firewall rule", name), network=network, target_tags=frozenset(tags))

    def _one_of_mine(self, *kinds: str) -> GcpResource | None:
        return self.random.choice([it for it in self.mine if it.kind in kinds] or [None])

    def address_of_person(self) -> None:
        """A reserved address that a forwarding rule of the cluster uses."""
        address = _new("address", self.random.choice(["gke-web-ip", "k8s-web-ip"]) + self.text(6))
        self.foreign.append(address)
        if rule := self._one_of_mine("forwarding rule"):
            self.mine[self.mine.index(rule)] = replace(rule, references=rule.references | {address.id})

    def certificate_of_person(self) -> None:
        certificate = _new("SSL certificate", f"gke-wildcard-example-com-{self.text(6)}")
        self.foreign.append(certificate)
        if proxy := self._one_of_mine("target HTTPS proxy", "target HTTP proxy"):
            self.mine[self.mine.index(proxy)] = replace(proxy, references=proxy.references | {certificate.id})

    def rule_of_person(self) -> None:
        tags = self.random.choice([(self.cluster.tag,), (self.cluster.tag, "gke-dev-0a0a0a0a-node"), ()])
        self.foreign.append(self._rule(f"gke-allow-webhooks-{self.text(6)}", self.cluster.network, *tags))

    def shared_rule(self) -> None:
        """A controller's name, but it also applies to another cluster's nodes."""
        name = f"gke-shop-{self.cluster.hash}-{self.random.choice(['webhook', 'mcsd'])}"
        if all(it.name != name for it in self.foreign):
            self.foreign.append(self._rule(name, self.cluster.network, self.cluster.tag, "gke-dev-0a0a0a0a-node"))

    def map_of_person(self) -> None:
        """Refers to a backend service of the cluster."""
        if service := self._one_of_mine("backend service"):
            self.foreign.append(_new("URL map", f"mine-{self.text(8)}", service.id))

    def rule_of_similar_name(self) -> None:
        name = self.random.choice(["shop-0a1b2c3d", "shopping", "my-shop"])
        hash = self.text(8)
        tag = f"gke-{name}-{hash}-node"
        self.foreign.append(self._rule(f"gke-{name}-{hash}-all", self.cluster.network, tag))

    def forged_map(self) -> None:
        """Named like a controller's, with an id of no cluster."""
        name = f"k8s2-um-{self.text(8, _LETTERS)}-demo-web-{self.text(8, _LETTERS)}"
        self.foreign.append(_new("URL map", name))

    def earlier_cluster(self) -> None:
        """An earlier cluster of this name in another network."""
        self._leave(self._cluster("shop", _path("networks", "elsewhere")), self.foreign)


def _path(collection: str, name: str) -> str:
    return f"projects/acme/global/{collection}/{name}"


def _new(kind: str, name: str, *references: str) -> GcpResource:
    return GcpResource(kind, _path(kind.replace(" ", "-"), name), references=frozenset(references))


@settings(max_examples=10_000)
@given(seed=st.integers(0, 2**64))
def test_deletes_leftovers_and_nothing_else(seed: int) -> None:
    project = Project(Random(seed))
    assert_only_mine_deleted(project, _KINDS, lambda it: it.references, partial(judge, "shop"))
