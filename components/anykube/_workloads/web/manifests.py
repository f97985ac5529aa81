"""Renders the manifests of a web service.

Pulumi outputs are passed through without being read.
"""

from collections.abc import Iterator

from anykube._clusters.context import ClusterContext
from anykube._workloads.api_access import SUFFIXES as ACCESS_SUFFIXES
from anykube._workloads.deployment import deployment
from anykube._workloads.names import validate_app_name
from anykube._workloads.network import port_access
from anykube._workloads.parts import ManifestPart, after
from anykube._workloads.pods.dependencies import pod_dependencies
from anykube._workloads.pods.placement import spread
from anykube._workloads.pods.secrets import reject_unresolved_secrets
from anykube._workloads.pods.template import PodOptions, pod_template
from anykube._workloads.routes.hosts import next_name
from anykube._workloads.routes.routed import route_parts, routed_port_names
from anykube._workloads.service import container_ports, headless_part, service
from anykube._workloads.web.next import next_spec
from anykube._workloads.web.spec import PORT_NAME, WebServiceSpec


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
    weight = spec.next.weight if spec.next else None
    return [*parts, *route_parts(app, namespace, spec, context.ingress, spec.main_port, weight)]


def _version(
    app: str, namespace: str, spec: WebServiceSpec, context: ClusterContext, *, account: str | None = None
) -> list[ManifestPart]:
    """The manifests of one version of the app, without routes. `account`: a service account other than the app's."""
    ports = container_ports(PORT_NAME, spec.port, spec.service)
    pods = PodOptions(
        ports=ports,
        health=spec.health,
        spread=spread(app, required=spec.spread == "required"),
        account=account,
        movable=True,
    )
    # A next version that starts later changes nothing of the app, so its name is always among the members.
    first = account or app
    members = [first, next_name(first)]
    routed = routed_port_names(app, spec, spec.main_port, spec.service, ports)
    access = port_access(members, ports, spec.service, routed)
    return [
        *pod_dependencies(app, namespace, spec, context, access),
        # The next version joins the app's members by the app's headless Service.
        *(() if account else headless_part(app, namespace, spec.service, ports)),
        *deployment(app, namespace, spec, pod_template(app, namespace, spec, pods, context)),
        *after(
            "service",
            service(app, namespace, spec.service, spec.main_port, context.load_balancers, ports=ports),
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
