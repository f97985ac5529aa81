"""NetworkPolicies: what an app talks to, and who talks to it.

https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Mapping, Sequence

from anykube._kubernetes import Manifest
from anykube._workloads.metadata import MANAGED_BY, metadata, selector
from anykube._workloads.pods.spec import Peer, WorkloadSpec

_DNS = [{"port": 53, "protocol": protocol} for protocol in ("UDP", "TCP")]
_FROM_CLUSTER: Mapping[str, object] = {"from": [{"namespaceSelector": {}}]}


def network_policy(app: str, namespace: str, spec: WorkloadSpec, open_ports: Sequence[str]) -> Manifest:
    """The app's NetworkPolicy. Where it does not say what it talks to, all pods of the cluster may talk to it.

    `open_ports`, by name, are for everybody: where an Ingress controller or a load balancer's requests come from
    differs from cloud to cloud, and many keep the client's address.
    """
    # The protocol is the API server's default. Without it, a run that is repeated after a kill conflicts with the live
    # list, which has it: server-side apply compares such lists as a whole.
    ports = [{"port": port, "protocol": "TCP"} for port in open_ports]
    exposed: list[dict[str, object]] = [{"ports": ports}] if ports else []
    if spec.talks_to is None:
        allowed: dict[str, object] = {"policyTypes": ["Ingress"], "ingress": [_FROM_CLUSTER, *exposed]}
        return _policy(metadata(app, namespace), {"matchLabels": selector(app)}, allowed)
    callers = [_peer(namespace, peer) for peer in spec.called_by]
    ingress: list[dict[str, object]] = [{"from": callers}, *exposed] if callers else exposed
    # Resolvers are pods, or an address of the node, or the cloud's: the port is all that they have in common.
    egress: list[dict[str, object]] = [{"ports": _DNS}]
    egress += [_to(namespace, peer) for peer in spec.talks_to]
    listed = {"policyTypes": ["Ingress", "Egress"], **({"ingress": ingress} if ingress else {}), "egress": egress}
    return _policy(metadata(app, namespace), {"matchLabels": selector(app)}, listed)


def policy_of_others(namespace: str) -> Manifest:
    """A NetworkPolicy for pods that no app of ours has, such as an operator's: only pods of the cluster talk to them.

    What it allows would be allowed to an app besides what that says itself; so apps are not selected.
    """
    [(label, value)] = MANAGED_BY.items()
    others = {"matchExpressions": [{"key": label, "operator": "NotIn", "values": [value]}]}
    about = {"name": "others.anykube.dev", "namespace": namespace, "labels": MANAGED_BY}
    return _policy(about, others, {"policyTypes": ["Ingress"], "ingress": [_FROM_CLUSTER]})


def _policy(about: Mapping[str, object], pods: Mapping[str, object], allowed: Mapping[str, object]) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": about,
        "spec": {"podSelector": pods, **allowed},
    }


def _to(namespace: str, peer: str | Peer) -> dict[str, object]:
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
