"""From the routes of a web service to one Ingress, its TLS and its URLs."""

from collections.abc import Iterable

import pulumi

from components.kubernetes import Manifest
from components.routing import Routing
from components.workloads.metadata import SKIP_AWAIT, metadata
from components.workloads.web.spec import Route, RoutePath, WebServiceSpec


def issued_hosts(spec: WebServiceSpec) -> tuple[str, ...]:
    """The hosts for which the cluster's own authority has to sign, in the order of the routes."""
    issued = (route for route in spec.routes if route.tls and route.tls.issuer)
    return tuple(dict.fromkeys(route.host for route in issued if route.host))


def urls(spec: WebServiceSpec) -> list[str]:
    """The address of every path of every host. Routes without a host, or with a wildcard, have none."""
    return [
        f"{'https' if route.tls else 'http'}://{route.host}{path.path}"
        for route in spec.routes
        if route.host and not route.host.startswith("*")
        for path in route.paths
    ]


def ingress(app: str, namespace: str, spec: WebServiceSpec, routing: Routing) -> Manifest | None:
    """One Ingress for all routes; None where there are none.

    Raises pulumi.RunError where a route with TLS names no host, or not exactly one source of the certificate.
    """
    if not spec.routes:
        return None
    paths: dict[str | None, list[RoutePath]] = {}
    for route in spec.routes:
        paths.setdefault(route.host, []).extend(route.paths)
    tls = _tls(app, spec.routes, routing)
    annotations = {**SKIP_AWAIT, **routing.annotations, **(routing.tls_annotations if tls else {})}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        # Pulumi would wait up to ten minutes for an address, which many controllers never publish.
        "metadata": metadata(app, namespace, annotations=annotations),
        "spec": {
            **({"ingressClassName": routing.ingress_class} if routing.ingress_class else {}),
            "rules": [
                {
                    **({"host": host} if host else {}),
                    "http": {"paths": [_path(app, path) for path in of_host]},
                }
                for host, of_host in paths.items()
            ],
            **({"tls": tls} if tls else {}),
        },
    }


def _path(app: str, path: RoutePath) -> dict[str, object]:
    service = {"name": path.app or app, "port": {"name": "http"}}
    return {"path": path.path, "pathType": path.type, "backend": {"service": service}}


def _tls(app: str, routes: Iterable[Route], routing: Routing) -> list[dict[str, object]]:
    secrets: dict[str, str | None] = {}
    for route in routes:
        if not route.tls:
            continue
        if not route.host:
            raise pulumi.RunError(
                f"WebService {app}: a route has TLS but no host, and a certificate is made for a host; "
                "give the route a host."
            )
        if (route.tls.issuer is None) == (route.tls.secret_name is None):
            raise pulumi.RunError(
                f"WebService {app}: the TLS of host {route.host} must have either issuer or secret_name; "
                "give one of them."
            )
        made = None if routing.finds_certificates else f"{app}-tls"
        secrets[route.host] = route.tls.secret_name or made
    return [{"hosts": [host], **({"secretName": name} if name else {})} for host, name in secrets.items()]
