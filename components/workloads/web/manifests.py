"""From the spec of a web service to plain Kubernetes manifests.

Values that are outputs are placed, never looked at.
"""

from components.routing import Routing
from components.workloads.deployment import deployment
from components.workloads.names import refuse_impossible
from components.workloads.parts import Part, after
from components.workloads.pods.parts import needed
from components.workloads.pods.placement import spread
from components.workloads.pods.secrets import refuse_unresolved
from components.workloads.pods.template import Pods, pod_template
from components.workloads.service import container_ports, service
from components.workloads.site import Site
from components.workloads.web.ingress import ingress
from components.workloads.web.spec import WebServiceSpec

_PORT = "http"
_OFFERED = 80


def manifests(
    app: str, namespace: str, spec: WebServiceSpec, routing: Routing | None = None, site: Site | None = None
) -> list[Part]:
    """The objects of the app but for its certificate, all with explicit names in `namespace`.

    Raises pulumi.RunError where the name cannot be a Service's, a secret is unresolved, or TLS incomplete.
    """
    refuse_impossible("WebService", app)
    refuse_unresolved("WebService", app, spec)
    site, ports = site or Site(), container_ports(_PORT, spec.port, spec.service)
    pods = Pods(ports=ports, health=spec.health, spread=spread(app, required=spec.spread == "required"))
    outside = tuple(ports) if spec.service.type != "ClusterIP" else (_PORT,) if spec.routes else ()
    return [
        *needed(app, namespace, spec, open_ports=outside),
        *deployment(app, namespace, spec, pod_template(app, namespace, spec, pods, site)),
        *after("service", service(app, namespace, spec.service, (_PORT, _OFFERED), site.load_balancers)),
        *after("ingress", ingress(app, namespace, spec, routing or Routing())),
    ]
