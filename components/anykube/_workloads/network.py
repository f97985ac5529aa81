"""NetworkPolicies: the connections that an app may open and accept.

https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Mapping, Sequence

from anykube._kubernetes import Manifest
from anykube._workloads.metadata import MANAGED_BY, metadata, selector
from anykube._workloads.pods.spec import Peer, WorkloadSpec

_DNS = [{"port": 53, "protocol": protocol} for protocol in ("UDP", "TCP")]
_API_SERVER = [{"port": port, "protocol": "TCP"} for port in (443, 6443)]
"""The ports of API servers. Their addresses differ between clouds, and can change."""
_FROM_CLUSTER: Mapping[str, object] = {"from": [{"namespaceSelector": {}}]}


def network_policy(app: str, namespace: str, spec: WorkloadSpec, open_ports: Sequence[str]) -> Manifest:
    """The app's NetworkPolicy. Without `talks_to`, the app accepts connections from all pods of the cluster.

    `open_ports`, by name, accept connections from anywhere: the source addresses of Ingress controllers and load
    balancers differ between clouds, and many preserve the client's address.
    """
    # The protocol is set although TCP is the default: server-side apply compares such lists as a whole, so without it a
    # run that is repeated after an interruption conflicts with the live list.
    ports = [{"port": port, "protocol": "TCP"} for port in open_ports]
    exposed: list[dict[str, object]] = [{"ports": ports}] if ports else []
    if spec.talks_to is None:
        ingress_only: dict[str, object] = {"policyTypes": ["Ingress"], "ingress": [_FROM_CLUSTER, *exposed]}
        return _policy(metadata(app, namespace), {"matchLabels": selector(app)}, ingress_only)
    callers = [_peer(namespace, peer) for peer in spec.called_by]
    ingress: list[dict[str, object]] = [{"from": callers}, *exposed] if callers else exposed
    # DNS resolvers are pods, or an address of the node or the cloud: only the port is the same everywhere.
    egress: list[dict[str, object]] = [{"ports": _DNS}]
    egress += [{"ports": _API_SERVER}] if spec.api_access else []
    egress += [_egress_rule(namespace, peer) for peer in spec.talks_to]
    rules = {"policyTypes": ["Ingress", "Egress"], **({"ingress": ingress} if ingress else {}), "egress": egress}
    return _policy(metadata(app, namespace), {"matchLabels": selector(app)}, rules)


def unmanaged_pods_policy(namespace: str) -> Manifest:
    """A NetworkPolicy for pods that Anykube does not manage, such as an operator's: only pods of the cluster may
    connect.

    It does not select Anykube's apps: NetworkPolicies are additive, so it would widen their own policies.
    """
    [(label, value)] = MANAGED_BY.items()
    unmanaged = {"matchExpressions": [{"key": label, "operator": "NotIn", "values": [value]}]}
    policy_metadata = {"name": "others.anykube.dev", "namespace": namespace, "labels": MANAGED_BY}
    return _policy(policy_metadata, unmanaged, {"policyTypes": ["Ingress"], "ingress": [_FROM_CLUSTER]})


def _policy(
    policy_metadata: Mapping[str, object], pod_selector: Mapping[str, object], rules: Mapping[str, object]
) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": policy_metadata,
        "spec": {"podSelector": pod_selector, **rules},
    }


def _egress_rule(namespace: str, peer: str | Peer) -> dict[str, object]:
    ports = [{"port": port, "protocol": "TCP"} for port in peer.ports] if isinstance(peer, Peer) else []
    return {"to": [_peer(namespace, peer)], **({"ports": ports} if ports else {})}


def _peer(namespace: str, peer: str | Peer) -> dict[str, object]:
    peer = Peer(app=peer) if isinstance(peer, str) else peer
    if peer.cidr:
        return {"ipBlock": {"cidr": peer.cidr}}
    pods: dict[str, object] = {"podSelector": {"matchLabels": selector(peer.app or "")}}
    if peer.namespace and peer.namespace != namespace:
        pods["namespaceSelector"] = {"matchLabels": {"kubernetes.io/metadata.name": peer.namespace}}
    return pods
