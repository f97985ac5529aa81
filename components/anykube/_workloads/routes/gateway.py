"""From the routes of a web service to a Gateway of its own and an HTTPRoute for each host.

https://gateway-api.sigs.k8s.io/reference/spec/. What the API server would fill in stands here too: within a list it
would be a difference for ever.
"""

from collections.abc import Sequence

from anykube._kubernetes import Manifest
from anykube._routing import IngressProfile
from anykube._workloads.metadata import SKIP_AWAIT, metadata
from anykube._workloads.parts import Part
from anykube._workloads.routes.hosts import (
    Served,
    backends,
    issuer_annotations,
    next_name,
    of_host,
    secret_of,
    served,
)
from anykube._workloads.routes.spec import GatewayName, Route, RoutePath

GROUP = "gateway.networking.k8s.io"
MOST_LISTENERS = 64
"""Of a Gateway: one for HTTP, and one for each host with TLS."""
MOST_RULES = 16
"""Of an HTTPRoute, which are the paths of a host."""

_HTTP = "http"
_SERVICE_PORT = 80


def gateway_parts(
    app: str,
    namespace: str,
    routes: Sequence[Route],
    routing: IngressProfile,
    *,
    existing: GatewayName | None = None,
    own_port: int | None = None,
    ahead: int | None = None,
) -> list[Part]:
    """The Gateway, unless an existing one is named, and the HTTPRoutes.

    `own_port`: what the app's Service offers, where it is not 80. `ahead`: the percentage of the app's next version.
    """
    hosts = served(routes)
    if not hosts:
        return []
    parts = [] if existing else [Part("gateway", _gateway(app, namespace, hosts, routing), "after")]
    for of in hosts:
        parent = _parent(app, existing)
        listener = _listener(of) if of.tls else _HTTP
        redirected = bool(of.tls) and of.redirect is not False
        sections: list[dict[str, object]] = [parent] if existing else [{**parent, "sectionName": listener}]
        if of.tls and not redirected:
            sections.append({**parent, "sectionName": _HTTP})
        rules = [_rule(app, path, own_port, ahead) for path in of.paths]
        name = of_host(app, of.host)
        suffix = f"route-{of.host}" if of.host else "route"
        parts.append(Part(suffix, _http_route(app, name, namespace, of, sections, rules), "after"))
        if redirected:
            plain = [{**parent, "sectionName": _HTTP}]
            redirect = _http_route(app, f"{name}-redirect", namespace, of, plain, [_REDIRECT])
            parts.append(Part(f"redirect-{of.host}", redirect, "after"))
    return parts


def _gateway(app: str, namespace: str, hosts: Sequence[Served], routing: IngressProfile) -> Manifest:
    secured = [of for of in hosts if of.tls]
    annotations = {**SKIP_AWAIT, **routing.gateway_annotations, **issuer_annotations(hosts, routing)}
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "Gateway",
        "metadata": metadata(app, namespace, annotations=annotations),
        "spec": {
            "gatewayClassName": routing.gateway_class,
            "listeners": [
                {"name": _HTTP, "port": 80, "protocol": "HTTP", "allowedRoutes": _OF_SAME_NAMESPACE},
                *(_https(app, of, routing) for of in secured),
            ],
        },
    }


_OF_SAME_NAMESPACE = {"namespaces": {"from": "Same"}}


def _https(app: str, of: Served, routing: IngressProfile) -> dict[str, object]:
    secret = secret_of(app, of, routing)
    # Without a Secret the controller looks for a certificate of this host in the cloud's own store.
    tls = {"mode": "Terminate", "certificateRefs": [{"group": "", "kind": "Secret", "name": secret}]}
    return {
        "name": _listener(of),
        "hostname": of.host,
        "port": 443,
        "protocol": "HTTPS",
        **({"tls": tls} if secret else {}),
        "allowedRoutes": _OF_SAME_NAMESPACE,
    }


def _listener(of: Served) -> str:
    return of_host("https", of.host)


def _parent(app: str, existing: GatewayName | None) -> dict[str, object]:
    elsewhere = {"namespace": existing.namespace} if existing and existing.namespace else {}
    return {"group": GROUP, "kind": "Gateway", "name": existing.name if existing else app, **elsewhere}


def _http_route(
    app: str,
    name: str,
    namespace: str,
    of: Served,
    parents: Sequence[dict[str, object]],
    rules: Sequence[dict[str, object]],
) -> Manifest:
    about = metadata(app, namespace, annotations=SKIP_AWAIT)
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "HTTPRoute",
        "metadata": {**about, "name": name},
        "spec": {
            "parentRefs": list(parents),
            **({"hostnames": [of.host]} if of.host else {}),
            "rules": list(rules),
        },
    }


_TYPES = {"Prefix": "PathPrefix", "Exact": "Exact"}
_REDIRECT: dict[str, object] = {
    "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
    "filters": [{"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}],
}


def _rule(app: str, path: RoutePath, own_port: int | None, ahead: int | None) -> dict[str, object]:
    own = (app, next_name(app))
    return {
        "matches": [{"path": {"type": _TYPES[path.type], "value": path.path}}],
        "backendRefs": [
            {
                "group": "",
                "kind": "Service",
                "name": share.app,
                "port": share.port or (own_port if share.app in own else None) or _SERVICE_PORT,
                "weight": share.weight,
            }
            for share in backends(app, path, ahead)
        ],
    }
