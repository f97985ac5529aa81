"""Services: access to an app in the cluster, and from outside without a route.

https://kubernetes.io/docs/concepts/services-networking/service/
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, Field

from anykube._kubernetes import Manifest
from anykube._model import CheckedModel, Model, Seq, TextInput, example
from anykube._names import AnnotationKey, Cidr, LabelKey, Port, PortName
from anykube._routing import LoadBalancers
from anykube._rules.standalone import service_type
from anykube._workloads.metadata import SKIP_AWAIT, metadata, selector
from anykube._workloads.parts import ManifestPart, before

Protocol = Literal["TCP", "UDP", "SCTP"]
"""The transport protocol of a port."""

Ports = Mapping[str, tuple[int, Protocol]]
"""The number and protocol of a container's ports, by name."""


_HEADLESS = "-headless"

NodePort = Annotated[int, Field(ge=30000, le=32767, examples=[30080])]
"""A port of every node, 30000 to 32767."""

AppProtocol = Annotated[LabelKey, Field(examples=["kubernetes.io/h2c"])]
"""The application protocol of a port."""


SourceRange = Annotated[Cidr, AfterValidator(lambda value: value if "/" in value else f"{value}/32")]
"""An IPv4 range. An address alone is a range, too."""


class ServicePort(Model, json_schema_extra=example(port=9090)):
    """An additional port of a Service."""

    port: Annotated[Port, Field(examples=[9090])]
    """Port of the Service, 1 to 65535."""
    target: Annotated[Port | None, Field(examples=[9090])] = None
    """Port that the container listens on, 1 to 65535. Default: the same as `port`."""
    protocol: Protocol = "TCP"
    """Transport protocol of the port."""
    app_protocol: AppProtocol | None = None
    """Application protocol, such as kubernetes.io/h2c or kubernetes.io/ws. Default: not set.

    https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol
    """
    node_port: NodePort | None = None
    """Port on every node, 30000 to 32767, for the types NodePort and LoadBalancer. Default: chosen by the cluster."""
    exposure: Literal["cluster", "members"] | None = None
    """Who can reach the port, if not all clients of the Service. `cluster`: only pods of the cluster; with the types
    NodePort and LoadBalancer, the port is only on the headless Service `APP-headless`. `members`: only pods of this
    app, and the port is only on the headless Service; ports that the app does not declare are then for members too.
    Default: like the app's own port."""


class ServiceSpec(CheckedModel, json_schema_extra=example(type="LoadBalancer", exposure="public")):
    """The Service of an app."""

    rules = (service_type,)

    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    """Type of the Service. `ClusterIP`: reachable only inside the cluster."""
    headless: bool = False
    """Whether the Service has no IP address: its DNS name resolves to the addresses of the pods."""
    port: Annotated[Port | None, Field(examples=[80])] = None
    """Port of the Service for the app's `port`, 1 to 65535. Default: 80 for web services, otherwise the app's port."""
    app_protocol: AppProtocol | None = None
    """Application protocol of the app's port, such as kubernetes.io/h2c. Default: not set."""
    node_port: NodePort | None = None
    """Port on every node for the app's port, 30000 to 32767, for the types NodePort and LoadBalancer.
    Default: chosen by the cluster."""
    ports: Annotated[dict[PortName, ServicePort], Field(examples=[{"metrics": {"port": 9090}}])] = {}
    """Additional ports, by name."""
    exposure: Literal["internal", "public"] = "internal"
    """Who can reach a LoadBalancer. `internal`: the cluster's network. `public`: the internet."""
    source_ranges: Annotated[Seq[SourceRange], Field(examples=[["203.0.113.0/24"]])] = ()
    """IPv4 ranges that may use a LoadBalancer. Default: no restriction."""
    affinity_seconds: Annotated[int, Field(ge=1, le=86400, examples=[3600])] | None = None
    """Seconds for which requests of one client address go to the same pod, 1 to 86400. Default: no session affinity."""
    keep_client_address: bool = False
    """Whether pods see the client's address, with the types NodePort and LoadBalancer. Only nodes with a pod of the app
    then accept connections."""
    publish_not_ready: bool = False
    """Whether the DNS name also resolves to pods that are not ready, and requests also go to these."""
    internal_traffic: Literal["Cluster", "Local"] | None = None
    """Which pods answer requests from inside the cluster. `Cluster`: all. `Local`: only those on the client's node; if
    it has none, the request fails. Default: Local for daemons, otherwise Cluster."""
    prefer_same_zone: bool = False
    """Whether requests from inside the cluster go to pods in the client's zone as long as it has any.

    https://kubernetes.io/docs/concepts/services-networking/service/#traffic-distribution
    """
    annotations: Annotated[
        dict[AnnotationKey, TextInput],
        Field(examples=[{"external-dns.alpha.kubernetes.io/hostname": "shop.example.com"}]),
    ] = {}
    """Annotations of the Service, in addition to those that the cloud requires."""


def container_ports(name: str, port: int, spec: ServiceSpec, protocol: Protocol = "TCP") -> Ports:
    """The ports of the app container. The first one is called `name`.

    Several ports of the Service may lead to one of the container. It is listed once, under its first name: server-side
    apply rejects a second entry with the same number and protocol.
    """
    ports: dict[str, tuple[int, Protocol]] = {name: (port, protocol)}
    for key, extra in spec.ports.items():
        target = (extra.target or extra.port, extra.protocol)
        if target not in ports.values():
            ports[key] = target
    return ports


def target_port(name: str, port: ServicePort, ports: Ports) -> str:
    """The name of the container's port that a port of the Service leads to."""
    target = (port.target or port.port, port.protocol)
    return name if name in ports else next(other for other, known in ports.items() if known == target)


def is_headless_only(port: ServicePort, spec: ServiceSpec) -> bool:
    """Whether only the headless Service has the port, so that clients outside the cluster cannot reach it."""
    return port.exposure == "members" or (port.exposure == "cluster" and spec.type != "ClusterIP")


def service(
    app: str,
    namespace: str,
    spec: ServiceSpec,
    main_port: tuple[str, int],
    load_balancers: LoadBalancers,
    *,
    ports: Ports,
    suffix: str = "",
) -> Manifest:
    """The Service `APP`. `main_port` is the name of the app's main port and its default port in the Service.

    `ports`: the ports of the app container.
    """
    name, default_port = main_port
    balanced = spec.type == "LoadBalancer"
    external = spec.type != "ClusterIP"
    by_cloud = {"internal": load_balancers.internal, "public": load_balancers.public}[spec.exposure]
    main = ServicePort(
        port=spec.port or default_port,
        protocol=ports[name][1],
        app_protocol=spec.app_protocol,
        node_port=spec.node_port,
    )
    offered = {key: extra for key, extra in spec.ports.items() if not is_headless_only(extra, spec)}
    service_ports = {name: main, **offered}
    annotations = {**(by_cloud if balanced else {}), **spec.annotations}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        # The pods are ready already. Waiting for endpoints takes ten seconds more.
        "metadata": metadata(app, namespace, suffix=suffix, annotations={**SKIP_AWAIT, **annotations}),
        "spec": {
            "type": spec.type,
            **({"clusterIP": "None"} if spec.headless else {}),
            **(_load_balancer(spec, load_balancers) if balanced else {}),
            **({"externalTrafficPolicy": "Local"} if external and spec.keep_client_address else {}),
            **_affinity(spec.affinity_seconds),
            **({"publishNotReadyAddresses": True} if spec.publish_not_ready else {}),
            **({"internalTrafficPolicy": spec.internal_traffic} if spec.internal_traffic else {}),
            # The name that all supported versions have for it: PreferSameZone is its new one.
            **({"trafficDistribution": "PreferClose"} if spec.prefer_same_zone else {}),
            "selector": selector(app),
            "ports": [_port(key, port, ports) for key, port in service_ports.items()],
        },
    }


def headless_service(app: str, namespace: str, ports: Ports) -> Manifest:
    """The headless Service `APP-headless`, which gives each pod of a StatefulSet a DNS name, and resolves to the
    addresses of all pods.

    It includes pods that are not ready: members of a database cluster must find each other while they start.
    """
    service_ports = [
        {"name": name, "port": port, "targetPort": name, "protocol": kind} for name, (port, kind) in ports.items()
    ]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(app, namespace, suffix=_HEADLESS, annotations=SKIP_AWAIT),
        "spec": {
            "type": "ClusterIP",
            "clusterIP": "None",
            "publishNotReadyAddresses": True,
            "selector": selector(app),
            "ports": service_ports,
        },
    }


def is_headless_service(manifest: Manifest) -> bool:
    """Whether it is the Service `APP-headless`, which an app has beside its Service."""
    if manifest["kind"] != "Service":
        return False
    names = cast("Mapping[str, Any]", manifest["metadata"])
    return str(names["name"]) == f"{names.get('labels', {}).get('app.kubernetes.io/name')}{_HEADLESS}"


def headless_part(app: str, namespace: str, spec: ServiceSpec, ports: Ports) -> list[ManifestPart]:
    """The headless Service of an app that is not a StatefulSet, if it alone has some of the app's ports."""
    is_needed = any(is_headless_only(port, spec) for port in spec.ports.values())
    return before("headless", headless_service(app, namespace, ports) if is_needed else None)


def _port(name: str, port: ServicePort, ports: Ports) -> dict[str, object]:
    return {
        "name": name,
        "port": port.port,
        "targetPort": target_port(name, port, ports),
        "protocol": port.protocol,
        **({"appProtocol": port.app_protocol} if port.app_protocol else {}),
        **({"nodePort": port.node_port} if port.node_port else {}),
    }


def _load_balancer(spec: ServiceSpec, load_balancers: LoadBalancers) -> dict[str, object]:
    load_balancer_class = load_balancers.load_balancer_class
    return {
        **({"loadBalancerClass": load_balancer_class} if load_balancer_class else {}),
        **({"loadBalancerSourceRanges": list(spec.source_ranges)} if spec.source_ranges else {}),
    }


def _affinity(seconds: int | None) -> dict[str, object]:
    if seconds is None:
        return {}
    return {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": seconds}}}
