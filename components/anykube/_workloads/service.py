"""Services: how an app is reached in the cluster, and from outside where it has no route.

https://kubernetes.io/docs/concepts/services-networking/service/
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from anykube._kubernetes import Manifest
from anykube._model import CheckedModel, Model, Seq, TextInput
from anykube._names import Cidr, Port, PortName
from anykube._routing import LoadBalancers
from anykube._rules.standalone import service_type
from anykube._workloads.metadata import SKIP_AWAIT, metadata, selector

Ports = Mapping[str, tuple[int, str]]
"""By name, number and protocol of a container's ports."""


class ServicePort(Model):
    """A port beside the first one."""

    port: Port
    """That the Service offers."""
    target: Port | None = None
    """That the container listens on. None: the same."""
    protocol: Literal["TCP", "UDP", "SCTP"] = "TCP"
    app_protocol: str | None = None
    """Such as kubernetes.io/h2c or kubernetes.io/ws.

    https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol
    """
    node_port: Annotated[int, Field(ge=30000, le=32767)] | None = None
    """Of a NodePort or LoadBalancer Service. None: the cluster chooses."""


class ServiceSpec(CheckedModel):
    """How an app is reached."""

    rules = (service_type,)

    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    headless: bool = False
    """No address of its own: its name resolves to the pods'."""
    port: Port | None = None
    """That the Service offers for the app's own port. None: 80 for web services, else the same."""
    app_protocol: str | None = None
    """What the app's own port speaks, such as kubernetes.io/h2c."""
    node_port: Annotated[int, Field(ge=30000, le=32767)] | None = None
    ports: dict[PortName, ServicePort] = {}
    """More ports, by name."""
    exposure: Literal["internal", "public"] = "internal"
    """Who reaches a LoadBalancer: the network, or the internet."""
    source_ranges: Seq[Cidr] = ()
    """Who may use a LoadBalancer. Empty: all that reach it."""
    affinity_seconds: Annotated[int, Field(ge=1, le=86400)] | None = None
    """Seconds for which a client's address is sent to the same pod. None: any pod."""
    keep_client_address: bool = False
    """NodePort and LoadBalancer: only nodes that have a pod answer, and the pod sees who asks."""
    annotations: dict[str, TextInput] = {}
    """Beside the cloud's own."""


def container_ports(name: str, port: int, asked: ServiceSpec) -> Ports:
    """The ports of the app's own container; its first one is called `name`."""
    more = {key: (extra.target or extra.port, extra.protocol) for key, extra in asked.ports.items()}
    return {name: (port, "TCP"), **more}


def service(
    app: str,
    namespace: str,
    asked: ServiceSpec,
    first: tuple[str, int],
    load_balancers: LoadBalancers,
    *,
    suffix: str = "",
) -> Manifest:
    """The Service `APP`; `first` is the name of the app's own port, and what it is offered as by default."""
    name, port = first
    balanced = asked.type == "LoadBalancer"
    external = asked.type != "ClusterIP"
    by_cloud = {"internal": load_balancers.internal, "public": load_balancers.public}[asked.exposure]
    own = ServicePort(port=asked.port or port, app_protocol=asked.app_protocol, node_port=asked.node_port)
    annotations = {**(by_cloud if balanced else {}), **asked.annotations}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        # The workload has proved already that pods are ready; waiting for endpoints costs ten seconds more.
        "metadata": metadata(app, namespace, suffix=suffix, annotations={**SKIP_AWAIT, **annotations}),
        "spec": {
            "type": asked.type,
            **({"clusterIP": "None"} if asked.headless else {}),
            **(_load_balancer(asked, load_balancers) if balanced else {}),
            **({"externalTrafficPolicy": "Local"} if external and asked.keep_client_address else {}),
            **_affinity(asked.affinity_seconds),
            "selector": selector(app),
            "ports": [_port(name, own), *(_port(key, extra) for key, extra in asked.ports.items())],
        },
    }


def governing(app: str, namespace: str, ports: Ports) -> Manifest:
    """The headless Service `APP-headless`, by which each pod of a StatefulSet has a name of its own.

    Also before it is ready: members of a cluster find each other while they start.
    """
    listed = [
        {"name": name, "port": port, "targetPort": name, "protocol": kind} for name, (port, kind) in ports.items()
    ]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(app, namespace, suffix="-headless", annotations=SKIP_AWAIT),
        "spec": {
            "type": "ClusterIP",
            "clusterIP": "None",
            "publishNotReadyAddresses": True,
            "selector": selector(app),
            "ports": listed,
        },
    }


def _port(name: str, asked: ServicePort) -> dict[str, object]:
    return {
        "name": name,
        "port": asked.port,
        "targetPort": name,
        "protocol": asked.protocol,
        **({"appProtocol": asked.app_protocol} if asked.app_protocol else {}),
        **({"nodePort": asked.node_port} if asked.node_port else {}),
    }


def _load_balancer(asked: ServiceSpec, load_balancers: LoadBalancers) -> dict[str, object]:
    kind = load_balancers.load_balancer_class
    return {
        **({"loadBalancerClass": kind} if kind else {}),
        **({"loadBalancerSourceRanges": list(asked.source_ranges)} if asked.source_ranges else {}),
    }


def _affinity(seconds: int | None) -> dict[str, object]:
    if seconds is None:
        return {}
    return {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": seconds}}}
