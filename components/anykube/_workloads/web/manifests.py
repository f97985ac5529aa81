"""Renders the manifests of a web service.

Pulumi outputs are passed through without being read.
"""

from collections.abc import Iterator

from anykube._clusters.context import ClusterContext
from anykube._workloads.api_access import SUFFIXES as ACCESS_SUFFIXES
from anykube._workloads.deployment import deployment
from anykube._workloads.names import validate_app_name
from anykube._workloads.parts import ManifestPart, after
from anykube._workloads.pods.dependencies import pod_dependencies
from anykube._workloads.pods.placement import spread
from anykube._workloads.pods.secrets import reject_unresolved_secrets
from anykube._workloads.pods.template import PodOptions, pod_template
from anykube._workloads.routes.hosts import next_name
from anykube._workloads.routes.routed import route_parts
from anykube._workloads.service import container_ports, service
from anykube._workloads.web.next import next_spec
from anykube._workloads.web.spec import WebServiceSpec

_PORT = "http"
_SERVICE_PORT = 80


def manifests(app: str, namespace: str, spec: WebServiceSpec, context: ClusterContext) -> list[ManifestPart]:
    """The manifests of the app, without its certificate.

    Raises pulumi.RunError for an invalid name or an unresolved secret.
    """
    validate_app_name("WebService", app)
    reject_unresolved_secrets("WebService", app, spec)
    parts = _version(app, namespace, spec, context)
    if spec.next:
        validate_app_name("WebService", next_name(app))
        parts += _as_next(_version(next_name(app), namespace, next_spec(app, spec, spec.next), context, account=app))
    main_port = (_PORT, spec.service.port or _SERVICE_PORT)
    weight = spec.next.weight if spec.next else None
    return [*parts, *route_parts(app, namespace, spec, context.ingress, main_port, weight)]


def _version(
    app: str, namespace: str, spec: WebServiceSpec, context: ClusterContext, *, account: str | None = None
) -> list[ManifestPart]:
    """The manifests of one version of the app, without routes. `account`: a service account other than the app's."""
    ports = container_ports(_PORT, spec.port, spec.service)
    pods = PodOptions(
        ports=ports,
        health=spec.health,
        spread=spread(app, required=spec.spread == "required"),
        account=account,
        movable=True,
    )
    open_ports = tuple(ports) if spec.service.type != "ClusterIP" else (_PORT,) if spec.has_routes else ()
    return [
        *pod_dependencies(app, namespace, spec, open_ports=open_ports),
        *deployment(app, namespace, spec, pod_template(app, namespace, spec, pods, context)),
        *after(
            "service",
            service(app, namespace, spec.service, (_PORT, _SERVICE_PORT), context.load_balancers, ports=ports),
        ),
    ]


def _as_next(parts: list[ManifestPart]) -> Iterator[ManifestPart]:
    """The parts of the next version, renamed to fit among those of the app."""
    for part in parts:
        if part.suffix in ("service-account", *ACCESS_SUFFIXES):
            continue
        # Its Service is created before the routes. A Gateway returns errors for a missing backend.
        stage = "workload" if part.suffix == "service" else part.stage
        yield part._replace(suffix=f"next-{part.suffix}", stage=stage)
