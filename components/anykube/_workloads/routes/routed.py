"""`RoutedFields` and `route_parts`: what every kind of app with routes has."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from anykube._model import Model, Seq
from anykube._names import Port
from anykube._routing import IngressProfile, Via
from anykube._workloads.labels import Annotations
from anykube._workloads.parts import ManifestPart, after
from anykube._workloads.routes.gateway import gateway_parts
from anykube._workloads.routes.hosts import backends
from anykube._workloads.routes.ingress import ingress
from anykube._workloads.routes.ingress_extras import ingress_extras
from anykube._workloads.routes.spec import GatewayName, Route
from anykube._workloads.service import Ports, ServiceSpec, target_port


class RoutedFields(Model):
    """Settings of an app that clients outside the cluster reach by routes."""

    routes: Seq[Route] = ()
    """Hosts and paths by which clients outside the cluster reach the app. Default: none."""
    via: Via | None = None
    """Kind of the routes: Ingress, or Gateway (Gateway API). Default: the cluster's kind."""
    gateway: GatewayName | None = None
    """An existing Gateway for the routes, with `via: gateway`. Default: a new Gateway for the app."""
    route_annotations: Annotations = {}
    """Annotations of the Ingress or Gateway, such as options of its controller, in addition to those that the cluster
    requires."""
    routed: Annotated[bool | Seq[Port], Field(examples=[[9090]])] = False
    """Whether clients outside the cluster reach the app in other ways than by routes and by its Service's type, such as
    by an Ingress in `manifests`, or because the Kubernetes API server calls a webhook. `true`: the app's port. A list:
    ports of its Service. Routes of other apps in these settings need no entry."""


def routed_ports(app: str, spec: RoutedFields, main_port: int) -> Iterator[int]:
    """The ports of the app's Service that routes lead to: its own routes, and those of other apps.

    `main_port`: the number of the app's main port in the Service.
    """
    if spec.routed is True:
        yield main_port
    elif spec.routed:
        yield from spec.routed
    for route in spec.routes:
        for path in route.paths:
            yield from (backend.port or main_port for backend in backends(app, path, None) if backend.app == app)


def routed_port_names(
    app: str, spec: RoutedFields, main_port: tuple[str, int], service: ServiceSpec, ports: Ports
) -> Iterator[str]:
    """The names of the container's ports that routes lead to."""
    name, number = main_port
    targets = {extra.port: target_port(key, extra, ports) for key, extra in service.ports.items()}
    targets[number] = name
    yield from (targets[port] for port in dict.fromkeys(routed_ports(app, spec, number)) if port in targets)


def route_parts(
    app: str,
    namespace: str,
    spec: RoutedFields,
    routing: IngressProfile,
    main_port: tuple[str, int],
    next_weight: int | None = None,
) -> Sequence[ManifestPart]:
    """The Ingress with its additional objects, or the Gateway and its HTTPRoutes.

    `main_port`: the name of the app's main port and its number in the Service. `next_weight`: the percentage of
    requests for the app's next version.
    """
    port_name, port = main_port
    if (spec.via or routing.via) == "ingress":
        return [
            *ingress_extras(app, namespace, spec.routes, routing),
            *after("ingress", ingress(app, namespace, spec.routes, routing, next_weight, port_name=port_name)),
        ]
    return gateway_parts(
        app, namespace, spec.routes, routing, existing=spec.gateway, app_port=port, next_weight=next_weight
    )
