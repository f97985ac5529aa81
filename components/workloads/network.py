"""NetworkPolicies: what an app talks to, and who talks to it.

https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Sequence

from components.kubernetes import Manifest
from components.workloads.metadata import metadata, selector
from components.workloads.pods.spec import Peer, WorkloadSpec

_DNS = [{"port": 53, "protocol": protocol} for protocol in ("UDP", "TCP")]


def network_policy(app: str, namespace: str, spec: WorkloadSpec, open_ports: Sequence[str]) -> Manifest | None:
    """The app's NetworkPolicy; None where it does not say what it talks to.

    `open_ports`, by name, are for everybody: where an Ingress controller or a load balancer's requests come from
    differs from cloud to cloud, and many keep the client's address.
    """
    if spec.talks_to is None:
        return None
    callers = [_peer(namespace, peer) for peer in spec.called_by]
    ingress: list[dict[str, object]] = [{"from": callers}] if callers else []
    if open_ports:
        ingress.append({"ports": [{"port": port} for port in open_ports]})
    # Resolvers are pods, or an address of the node, or the cloud's: the port is all that they have in common.
    egress: list[dict[str, object]] = [{"ports": _DNS}]
    egress += [_to(namespace, peer) for peer in spec.talks_to]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(app, namespace),
        "spec": {
            "podSelector": {"matchLabels": selector(app)},
            "policyTypes": ["Ingress", "Egress"],
            **({"ingress": ingress} if ingress else {}),
            "egress": egress,
        },
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
