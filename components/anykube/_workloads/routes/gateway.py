"""Renders the routes of a web service as a Gateway and an HTTPRoute for each host.

https://gateway-api.sigs.k8s.io/reference/spec/. The manifests contain the API server's defaults, because a default
inside a list would show a permanent diff.
"""

from collections.abc import Mapping, Sequence

from anykube._kubernetes import Manifest
from anykube._routing import IngressProfile
from anykube._workloads.metadata import SKIP_AWAIT, metadata
from anykube._workloads.parts import ManifestPart
from anykube._workloads.routes.hosts import (
    HostRoutes,
    backends,
    certificate_secret_name,
    host_object_name,
    issuer_annotations,
    next_name,
    routes_by_host,
)
from anykube._workloads.routes.spec import GatewayName, Route, RoutePath

GROUP = "gateway.networking.k8s.io"
MAX_LISTENERS = 64
"""Maximum number of listeners of a Gateway: one for HTTP, and one for each host with TLS."""
MAX_RULES = 16
"""Maximum number of rules of an HTTPRoute. Each path of a host is a rule."""

MAX_PATH = 1024
"""Maximum length of a path of an HTTPRoute."""

_HTTP = "http"
_SERVICE_PORT = 80


def gateway_parts(
    app: str,
    namespace: str,
    routes: Sequence[Route],
    routing: IngressProfile,
    *,
    existing: GatewayName | None = None,
    app_port: int | None = None,
    next_weight: int | None = None,
) -> list[ManifestPart]:
    """The HTTPRoutes, and the Gateway unless `existing` names one.

    `app_port`: the port of the app's Service, if it is not 80. `next_weight`: the percentage of requests for the app's
    next version.
    """
    hosts = routes_by_host(routes)
    if not hosts:
        return []
    parts = [] if existing else [ManifestPart("gateway", _gateway(app, namespace, hosts, routing), "after")]
    for host in hosts:
        parent = _parent(app, existing)
        listener = _listener(host) if host.tls else _HTTP
        redirects = bool(host.tls) and host.redirect is not False
        sections: list[dict[str, object]] = [parent] if existing else [{**parent, "sectionName": listener}]
        if host.tls and not redirects:
            sections.append({**parent, "sectionName": _HTTP})
        rules = [_rule(app, path, app_port, next_weight) for path in host.paths]
        name = host_object_name(app, host.host)
        suffix = f"route-{host.host}" if host.host else "route"
        parts.append(ManifestPart(suffix, _http_route(app, name, namespace, host, sections, rules), "after"))
        if redirects:
            http_section = [{**parent, "sectionName": _HTTP}]
            redirect = _http_route(app, f"{name}-redirect", namespace, host, http_section, [_REDIRECT])
            parts.append(ManifestPart(f"redirect-{host.host}", redirect, "after"))
    return parts


def _gateway(app: str, namespace: str, hosts: Sequence[HostRoutes], routing: IngressProfile) -> Manifest:
    tls_hosts = [host for host in hosts if host.tls]
    annotations = {**SKIP_AWAIT, **routing.gateway_annotations, **issuer_annotations(hosts, routing)}
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "Gateway",
        "metadata": metadata(app, namespace, annotations=annotations),
        "spec": {
            "gatewayClassName": routing.gateway_class,
            "listeners": [
                {"name": _HTTP, "port": 80, "protocol": "HTTP", "allowedRoutes": _OF_SAME_NAMESPACE},
                *(_https(app, host, routing) for host in tls_hosts),
            ],
        },
    }


_OF_SAME_NAMESPACE = {"namespaces": {"from": "Same"}}


def _https(app: str, host: HostRoutes, routing: IngressProfile) -> dict[str, object]:
    secret = certificate_secret_name(app, host, routing)
    # Without a Secret, the controller looks up the host's certificate in the cloud's certificate store.
    tls = {"mode": "Terminate", "certificateRefs": [{"group": "", "kind": "Secret", "name": secret}]}
    return {
        "name": _listener(host),
        "hostname": host.host,
        "port": 443,
        "protocol": "HTTPS",
        **({"tls": tls} if secret else {}),
        "allowedRoutes": _OF_SAME_NAMESPACE,
    }


def _listener(host: HostRoutes) -> str:
    return host_object_name("https", host.host)


def _parent(app: str, existing: GatewayName | None) -> dict[str, object]:
    namespace = {"namespace": existing.namespace} if existing and existing.namespace else {}
    return {"group": GROUP, "kind": "Gateway", "name": existing.name if existing else app, **namespace}


def _http_route(
    app: str,
    name: str,
    namespace: str,
    host: HostRoutes,
    parents: Sequence[dict[str, object]],
    rules: Sequence[dict[str, object]],
) -> Manifest:
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "HTTPRoute",
        "metadata": {**metadata(app, namespace, annotations=SKIP_AWAIT), "name": name},
        "spec": {
            "parentRefs": list(parents),
            **({"hostnames": [host.host]} if host.host else {}),
            "rules": list(rules),
        },
    }


_TYPES = {"Prefix": "PathPrefix", "Exact": "Exact"}
_REDIRECT: dict[str, object] = {
    "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
    "filters": [{"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}],
}


def is_redirect(manifest: Manifest) -> bool:
    """Whether it is an HTTPRoute that only redirects requests to HTTPS."""
    spec = manifest.get("spec")
    return manifest["kind"] == "HTTPRoute" and isinstance(spec, Mapping) and spec.get("rules") == [_REDIRECT]


def _rule(app: str, path: RoutePath, app_port: int | None, next_weight: int | None) -> dict[str, object]:
    versions = (app, next_name(app))
    return {
        "matches": [{"path": {"type": _TYPES[path.type], "value": path.path}}],
        "backendRefs": [
            {
                "group": "",
                "kind": "Service",
                "name": share.app,
                "port": share.port or (app_port if share.app in versions else None) or _SERVICE_PORT,
                "weight": share.weight,
            }
            for share in backends(app, path, next_weight)
        ],
    }
