"""Judges a connection by the NetworkPolicies of a cluster, as the API's documentation describes them.

https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

Policy = Mapping[str, Any]
Labels = Mapping[str, str]


@dataclass(frozen=True)
class Pod:
    """One end of a connection in the cluster."""

    namespace: str
    labels: Labels = field(default_factory=dict)
    ports: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """Number and protocol of the containers' ports, by name."""
    host_network: bool = False
    """Whether the pod uses the node's network: policies neither select it nor recognize it as a peer."""


@dataclass(frozen=True)
class Host:
    """One end of a connection outside the cluster."""

    address: str


End = Pod | Host


@dataclass(frozen=True)
class Network:
    """The namespaces of a cluster, by name with their labels, and its policies."""

    policies: Sequence[Policy]
    namespaces: Mapping[str, Labels] = field(default_factory=dict)

    def admits(self, source: End, target: End, port: int, protocol: str = "TCP") -> bool:
        """Whether the source may connect. Both the source's egress and the target's ingress must allow it."""
        return self._allows("Egress", source, target, target, port, protocol) and self._allows(
            "Ingress", target, source, target, port, protocol
        )

    def _allows(self, way: str, end: End, peer: End, target: End, port: int, protocol: str) -> bool:
        if not isinstance(end, Pod) or end.host_network:
            return True
        policies = [policy for policy in self.policies if _isolates(policy, way, end)]
        side = "to" if way == "Egress" else "from"
        return not policies or any(
            self._is_peer(rule, side, policy["metadata"]["namespace"], peer) and _is_port(rule, target, port, protocol)
            for policy in policies
            for rule in policy["spec"].get(way.lower(), ())
        )

    def _is_peer(self, rule: Mapping[str, Any], side: str, namespace: str, end: End) -> bool:
        # A missing or empty list stands for all peers.
        return not rule.get(side) or any(self._matches(peer, namespace, end) for peer in rule[side])

    def _matches(self, peer: Mapping[str, Any], namespace: str, end: End) -> bool:
        if block := peer.get("ipBlock"):
            if isinstance(end, Pod):
                # "These should be cluster-external IPs, since Pod IPs are ephemeral and unpredictable."
                return False
            address = ip_address(end.address)
            blocks = [ip_network(cidr) for cidr in block.get("except", ())]
            return address in ip_network(block["cidr"]) and not any(address in excepted for excepted in blocks)
        if not isinstance(end, Pod) or end.host_network:
            return False
        labels = {"kubernetes.io/metadata.name": end.namespace, **self.namespaces.get(end.namespace, {})}
        in_namespace = (
            _selects(peer["namespaceSelector"], labels) if "namespaceSelector" in peer else end.namespace == namespace
        )
        return in_namespace and _selects(peer.get("podSelector", {}), end.labels)


def _isolates(policy: Policy, way: str, pod: Pod) -> bool:
    spec = policy["spec"]
    types = spec.get("policyTypes") or ["Ingress", *(["Egress"] if "egress" in spec else [])]
    in_namespace = policy["metadata"]["namespace"] == pod.namespace
    return in_namespace and way in types and _selects(spec["podSelector"], pod.labels)


def _is_port(rule: Mapping[str, Any], target: End, port: int, protocol: str) -> bool:
    # A missing or empty list stands for all ports.
    return not rule.get("ports") or any(
        entry.get("protocol", "TCP") == protocol
        and ("port" not in entry or any(low <= port <= high for low, high in _numbers(entry, target, protocol)))
        for entry in rule["ports"]
    )


def _numbers(entry: Mapping[str, Any], target: End, protocol: str) -> Iterator[tuple[int, int]]:
    """The range of an entry. A name is that of a port of the target pod, with the same protocol."""
    name = entry["port"]
    if isinstance(name, int):
        yield name, entry.get("endPort", name)
    elif isinstance(target, Pod) and target.ports.get(name, (0, ""))[1] == protocol:
        yield target.ports[name][0], target.ports[name][0]


def _selects(selector: Mapping[str, Any], labels: Labels) -> bool:
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items()) and all(
        _OPERATORS[requirement["operator"]](labels.get(requirement["key"]), requirement.get("values", ()))
        for requirement in selector.get("matchExpressions", ())
    )


_OPERATORS: Mapping[str, Callable[[str | None, Sequence[str]], bool]] = {
    "In": lambda value, values: value in values,
    "NotIn": lambda value, values: value not in values,
    "Exists": lambda value, _: value is not None,
    "DoesNotExist": lambda value, _: value is None,
}
