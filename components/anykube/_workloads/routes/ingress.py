"""Renders the routes of a web service as an Ingress with TLS and redirects."""

import json
from collections.abc import Mapping, Sequence

from anykube._kubernetes import Manifest
from anykube._routing import IngressProfile
from anykube._workloads.metadata import SKIP_AWAIT, metadata
from anykube._workloads.routes.hosts import (
    Backend,
    backends,
    certificate_secret_name,
    issuer_annotations,
    next_name,
    routes_by_host,
)
from anykube._workloads.routes.ingress_extras import extra_annotations, redirected_hosts
from anykube._workloads.routes.spec import Route, RoutePath


def ingress(
    app: str,
    namespace: str,
    routes: Sequence[Route],
    routing: IngressProfile,
    next_weight: int | None = None,
    *,
    port_name: str = "http",
) -> Manifest | None:
    """One Ingress for all routes; None without routes.

    `next_weight`: the percentage of requests for the app's next version. `port_name`: the name of the app's main port.
    """
    if not routes:
        return None
    hosts = routes_by_host(routes)
    tls = [
        {
            "hosts": [host.host],
            **({"secretName": name} if (name := certificate_secret_name(app, host, routing)) else {}),
        }
        for host in hosts
        if host.tls and not (routing.certificate and host.tls.issuer)
    ]
    actions = _SplitActions(routing, {app: port_name, next_name(app): port_name})
    rules = [
        {
            **({"host": host.host} if host.host else {}),
            "http": {"paths": [actions.path(path, backends(app, path, next_weight)) for path in host.paths]},
        }
        for host in hosts
    ]
    annotations = {
        # Pulumi would wait up to ten minutes for an address that many controllers never publish.
        **SKIP_AWAIT,
        **routing.annotations,
        **(routing.tls_annotations if tls else {}),
        **(routing.redirect_annotations if redirected_hosts(hosts) else {}),
        **extra_annotations(app, routes, routing),
        **issuer_annotations(hosts, routing),
        **actions.annotations,
    }
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": metadata(app, namespace, annotations=annotations),
        "spec": {
            **({"ingressClassName": routing.ingress_class} if routing.ingress_class else {}),
            "rules": rules,
            **({"tls": tls} if tls else {}),
        },
    }


class _SplitActions:
    """Paths that split requests between backends. The controller reads each split from an annotation."""

    def __init__(self, routing: IngressProfile, port_names: Mapping[str, str]) -> None:
        """`port_names`: the names of main ports that are not `http`, as those of web services are."""
        self._port_names = port_names
        # Validation rejects splits if the controller has no such annotation.
        self._prefix = routing.split_annotation or ""
        self.annotations: dict[str, str] = {}

    def path(self, path: RoutePath, shares: Sequence[Backend]) -> dict[str, object]:
        """The path of an Ingress rule."""
        active = [share for share in shares if share.weight]
        if len(active) == 1:
            [backend] = active
            port = {"number": backend.port} if backend.port else {"name": self._port_name(backend)}
            service: dict[str, object] = {"name": backend.app, "port": port}
        else:
            service = {"name": self._action(shares), "port": {"name": "use-annotation"}}
        return {"path": path.path, "pathType": path.type, "backend": {"service": service}}

    def _port_name(self, backend: Backend) -> str:
        return self._port_names.get(backend.app, "http")

    def _action(self, shares: Sequence[Backend]) -> str:
        """https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions"""
        groups = [
            {
                "serviceName": share.app,
                "servicePort": share.port or self._port_name(share),
                "weight": share.weight,
            }
            for share in shares
        ]
        action = json.dumps({"type": "forward", "forwardConfig": {"targetGroups": groups}}, separators=(",", ":"))
        existing_key = next((key for key, value in self.annotations.items() if value == action), None)
        key = existing_key or f"{self._prefix}split-{len(self.annotations) + 1}"
        self.annotations[key] = action
        return key.removeprefix(self._prefix)
