"""From the spec of a web service to plain Kubernetes manifests.

Values that are outputs are placed, never looked at.
"""

from collections.abc import Iterator

from anykube._clusters.context import ClusterContext
from anykube._workloads.deployment import deployment
from anykube._workloads.names import refuse_impossible
from anykube._workloads.parts import Part, after
from anykube._workloads.pods.parts import needed
from anykube._workloads.pods.placement import spread
from anykube._workloads.pods.secrets import refuse_unresolved
from anykube._workloads.pods.template import Pods, pod_template
from anykube._workloads.routes.gateway import gateway_parts
from anykube._workloads.routes.hosts import next_name
from anykube._workloads.routes.ingress import ingress
from anykube._workloads.routes.ingress_extras import companions
from anykube._workloads.service import container_ports, service
from anykube._workloads.web.next import ahead
from anykube._workloads.web.spec import WebServiceSpec

_PORT = "http"
_OFFERED = 80


def manifests(app: str, namespace: str, spec: WebServiceSpec, context: ClusterContext) -> list[Part]:
    """The objects of the app but for its certificate, all with explicit names in `namespace`.

    Raises pulumi.RunError where the name cannot be a Service's, or a secret is unresolved.
    """
    refuse_impossible("WebService", app)
    refuse_unresolved("WebService", app, spec)
    routing = context.ingress
    parts = _version(app, namespace, spec, context)
    if spec.next:
        refuse_impossible("WebService", next_name(app))
        parts += _beside(_version(next_name(app), namespace, ahead(app, spec, spec.next), context, account=app))
    weight = spec.next.weight if spec.next else None
    if (spec.via or routing.via) == "ingress":
        parts = [*companions(app, namespace, spec.routes, routing), *parts]
        return [*parts, *after("ingress", ingress(app, namespace, spec.routes, routing, weight))]
    own_port = spec.service.port
    return [
        *parts,
        *gateway_parts(app, namespace, spec.routes, routing, existing=spec.gateway, own_port=own_port, ahead=weight),
    ]


def _version(
    app: str, namespace: str, spec: WebServiceSpec, context: ClusterContext, *, account: str | None = None
) -> list[Part]:
    """One version of the app: all but its routes. `account`: the service account of its pods, where not its own."""
    ports = container_ports(_PORT, spec.port, spec.service)
    pods = Pods(
        ports=ports, health=spec.health, spread=spread(app, required=spec.spread == "required"), account=account
    )
    routed = spec.routed or bool(spec.routes)
    outside = tuple(ports) if spec.service.type != "ClusterIP" else (_PORT,) if routed else ()
    return [
        *needed(app, namespace, spec, open_ports=outside),
        *deployment(app, namespace, spec, pod_template(app, namespace, spec, pods, context)),
        *after("service", service(app, namespace, spec.service, (_PORT, _OFFERED), context.load_balancers)),
    ]


def _beside(parts: list[Part]) -> Iterator[Part]:
    """The parts of the next version, among those of the app."""
    for part in parts:
        if part.suffix == "service-account":
            continue
        # Its Service is there before a route leads to it: until then a Gateway would answer with errors.
        stage = "workload" if part.suffix == "service" else part.stage
        yield part._replace(suffix=f"next-{part.suffix}", stage=stage)
