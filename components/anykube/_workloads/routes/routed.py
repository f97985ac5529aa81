"""`RoutedFields` and `route_parts`: what every kind of app with routes has."""

from collections.abc import Sequence

from anykube._model import Model, Seq
from anykube._routing import IngressProfile, Via
from anykube._workloads.labels import Annotations
from anykube._workloads.parts import ManifestPart, after
from anykube._workloads.routes.gateway import gateway_parts
from anykube._workloads.routes.ingress import ingress
from anykube._workloads.routes.ingress_extras import ingress_extras
from anykube._workloads.routes.spec import GatewayName, Route


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
    routed: bool = False
    """Whether routes of other apps lead to this one. In settings files it is set automatically."""

    @property
    def has_routes(self) -> bool:
        """Whether routes lead to the app, its own or those of other apps."""
        return self.routed or bool(self.routes)


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
