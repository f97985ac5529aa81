"""NetworkPolicies: the connections that an app may open and accept.

https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from anykube._clusters.context import ClusterContext
from anykube._kubernetes import Manifest
from anykube._workloads.metadata import MANAGED_BY, metadata, selector
from anykube._workloads.pods.spec import Peer, WorkloadSpec
from anykube._workloads.service import Ports, ServiceSpec, target_port

_DNS = [{"port": 53, "protocol": protocol} for protocol in ("UDP", "TCP")]
_API_SERVER = [{"port": port, "protocol": "TCP"} for port in (443, 6443)]
"""The ports of API servers. Their addresses differ between clouds, and can change."""
_HTTPS = [{"port": 443, "protocol": "TCP"}]
_CLUSTER: Sequence[Mapping[str, object]] = [{"namespaceSelector": {}}]
_HTTP01_SOLVER = "acme.cert-manager.io/http01-solver"
"""Label of the pods by which cert-manager answers ACME's HTTP-01 challenges."""


@dataclass(frozen=True)
class PortAccess:
    """The ports of an app, and who may connect to them regardless of `talks_to` and `called_by`."""

    ports: Ports = field(default_factory=dict)
    open: Collection[str] = ()
    """Names of ports that accept connections from anywhere: the source addresses of Ingress controllers and load
    balancers differ between clouds, and many preserve the client's address."""
    members_only: Collection[str] = ()
    """Names of ports that accept connections from members only."""
    members: Sequence[str] = ()
    """The apps whose pods connect to each other, by the names of their objects: the app and its other version."""


NO_PORTS = PortAccess()
"""The access to an app without ports."""


def port_access(
    members: Sequence[str],
    ports: Ports,
    service: ServiceSpec,
    routed: Iterable[str] = (),
    *,
    clustered: bool = False,
) -> PortAccess:
    """The access to the ports of an app with this Service. `routed`: names of the ports that routes lead to.

    `clustered`: whether its pods connect to each other even if no port is for members only.
    """
    members_only, limited = set[str](), set[str]()
    for name, port in service.ports.items():
        if port.exposure:
            limited.add(target_port(name, port, ports))
        if port.exposure == "members":
            members_only.add(target_port(name, port, ports))
    outside = [name for name in ports if name not in limited] if service.type != "ClusterIP" else []
    members_only -= {target_port(name, port, ports) for name, port in service.ports.items() if not port.exposure}
    connected = members if clustered or members_only else ()
    return PortAccess(ports, tuple(dict.fromkeys([*outside, *routed])), members_only, connected)


def network_policy(
    app: str, namespace: str, spec: WorkloadSpec, context: ClusterContext, access: PortAccess
) -> Manifest:
    """The app's NetworkPolicy. Without `talks_to`, the app accepts connections from all pods of the cluster."""
    exposed = [_rule(ports=[_named(name, access) for name in access.open])] if access.open else []
    members = [_pods(member) for member in access.members]
    if spec.talks_to is None:
        cluster = _rule("from", _CLUSTER, _ports_of_callers(spec, access))
        between_members = [_rule("from", members)] if access.members_only else []
        ingress_only = {"policyTypes": ["Ingress"], "ingress": [cluster, *between_members, *exposed]}
        return _policy(metadata(app, namespace), {"matchLabels": selector(app)}, ingress_only)
    ingress = [*_from_callers(namespace, spec, access), *([_rule("from", members)] if members else ()), *exposed]
    egress = [
        # DNS resolvers are pods, or an address of the node or the cloud: only the port is the same everywhere.
        _rule(ports=_DNS),
        *([_rule(ports=_API_SERVER)] if spec.api_access else ()),
        *(_to_cloud(context) if spec.identity else ()),
        *([_rule("to", members)] if members else ()),
        *(_rule("to", [_peer(namespace, peer)], _ports(peer)) for peer in map(_as_peer, spec.talks_to)),
    ]
    rules = {"policyTypes": ["Ingress", "Egress"], **({"ingress": ingress} if ingress else {}), "egress": egress}
    return _policy(metadata(app, namespace), {"matchLabels": selector(app)}, rules)


def _to_cloud(context: ClusterContext) -> Iterator[dict[str, object]]:
    """Rules for an app with an identity: to the endpoints of its credentials, and to the cloud's APIs, whose addresses
    change."""
    for address, port in context.credential_endpoints:
        yield _rule("to", [{"ipBlock": {"cidr": f"{address}/32"}}], [{"port": port, "protocol": "TCP"}])
    yield _rule(ports=_HTTPS)


SHARED_POLICY = "others.anykube.dev"
"""The name of the NetworkPolicy that comes with a namespace."""


def unmanaged_pods_policy(namespace: str) -> Manifest:
    """A NetworkPolicy for pods that Anykube does not manage, such as an operator's: only pods of the cluster may
    connect.

    It does not select Anykube's apps: NetworkPolicies are additive, so it would widen their own policies. Nor does it
    select the pods that answer ACME challenges, which load balancers outside the cluster forward to them:
    https://cert-manager.io/docs/configuration/acme/http01/
    """
    [(label, value)] = MANAGED_BY.items()
    unmanaged = {
        "matchExpressions": [
            {"key": label, "operator": "NotIn", "values": [value]},
            {"key": _HTTP01_SOLVER, "operator": "DoesNotExist"},
        ]
    }
    policy_metadata = {"name": SHARED_POLICY, "namespace": namespace, "labels": MANAGED_BY}
    return _policy(policy_metadata, unmanaged, {"policyTypes": ["Ingress"], "ingress": [_rule("from", _CLUSTER)]})


def _policy(
    policy_metadata: Mapping[str, object], pod_selector: Mapping[str, object], rules: Mapping[str, object]
) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": policy_metadata,
        "spec": {"podSelector": pod_selector, **rules},
    }


def _from_callers(namespace: str, spec: WorkloadSpec, access: PortAccess) -> Iterator[dict[str, object]]:
    callers = [_as_peer(caller) for caller in spec.called_by]
    unlimited = [_peer(namespace, caller) for caller in callers if not caller.ports]
    if unlimited:
        yield _rule("from", unlimited, _ports_of_callers(spec, access))
    for caller in callers:
        if caller.ports:
            yield _rule("from", [_peer(namespace, caller)], _ports(caller))


def _ports_of_callers(spec: WorkloadSpec, access: PortAccess) -> list[dict[str, object]]:
    """The ports that callers may use if they do not name any. Empty: all, also those that the app does not declare."""
    if not access.members_only:
        return []
    beside = [container.port for container in (*spec.containers, *spec.init_containers) if container.port]
    return [
        *(_named(name, access) for name in access.ports if name not in access.members_only),
        *({"port": port, "protocol": "TCP"} for port in beside),
    ]


def _rule(
    side: Literal["from", "to"] | None = None,
    peers: Sequence[Mapping[str, object]] = (),
    ports: Sequence[Mapping[str, object]] = (),
) -> dict[str, object]:
    """A rule that allows these peers and ports. Without a side it allows all peers, without ports all ports."""
    return {**({side: peers} if side else {}), **({"ports": ports} if ports else {})}


# The protocol is set although TCP is the default: server-side apply compares such lists as a whole, so without it a run
# that is repeated after an interruption conflicts with the live list.
def _named(name: str, access: PortAccess) -> dict[str, object]:
    return {"port": name, "protocol": access.ports[name][1]}


def _ports(peer: Peer) -> list[dict[str, object]]:
    numbers = (str(port).partition("/") for port in peer.ports)
    return [{"port": int(number), "protocol": protocol or "TCP"} for number, _, protocol in numbers]


def _as_peer(peer: str | Peer) -> Peer:
    return Peer(app=peer) if isinstance(peer, str) else peer


def _peer(namespace: str, peer: Peer) -> dict[str, object]:
    if peer.cidr:
        return {"ipBlock": {"cidr": peer.cidr}}
    pods = _pods(peer.app) if peer.app else dict[str, object]()
    if peer.namespace and (peer.namespace != namespace or not peer.app):
        pods["namespaceSelector"] = {"matchLabels": {"kubernetes.io/metadata.name": peer.namespace}}
    return pods


def _pods(app: str) -> dict[str, object]:
    return {"podSelector": {"matchLabels": selector(app)}}
