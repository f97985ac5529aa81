"""From the routes of a web service to one Ingress, its TLS and its redirects."""

import json
from collections.abc import Sequence

from anykube._kubernetes import Manifest
from anykube._routing import IngressProfile
from anykube._workloads.metadata import SKIP_AWAIT, metadata
from anykube._workloads.routes.hosts import Backend, backends, issuer_annotations, secret_of, served
from anykube._workloads.routes.ingress_extras import named, redirected
from anykube._workloads.routes.spec import Route, RoutePath


def ingress(
    app: str, namespace: str, routes: Sequence[Route], routing: IngressProfile, ahead: int | None = None
) -> Manifest | None:
    """One Ingress for all routes; None where there are none. `ahead`: the percentage of the app's next version."""
    if not routes:
        return None
    hosts = served(routes)
    tls = [
        {"hosts": [of.host], **({"secretName": name} if (name := secret_of(app, of, routing)) else {})}
        for of in hosts
        if of.tls and not (routing.certificate and of.tls.issuer)
    ]
    actions = _Actions(routing)
    rules = [
        {
            **({"host": of.host} if of.host else {}),
            "http": {"paths": [actions.path(path, backends(app, path, ahead)) for path in of.paths]},
        }
        for of in hosts
    ]
    annotations = {
        # Pulumi would wait up to ten minutes for an address, which many controllers never publish.
        **SKIP_AWAIT,
        **routing.annotations,
        **(routing.tls_annotations if tls else {}),
        **(routing.redirect_annotations if redirected(hosts) else {}),
        **named(app, routes, routing),
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


class _Actions:
    """Paths whose requests are divided: the controller is told how by annotations, one for each way to divide."""

    def __init__(self, routing: IngressProfile) -> None:
        # Rules refuse divided paths where the controller has no such annotation.
        self._prefix = routing.split_annotation or ""
        self.annotations: dict[str, str] = {}

    def path(self, path: RoutePath, shares: Sequence[Backend]) -> dict[str, object]:
        """An Ingress' path."""
        answering = [share for share in shares if share.weight]
        if len(answering) == 1:
            [only] = answering
            port = {"number": only.port} if only.port else {"name": "http"}
            service: dict[str, object] = {"name": only.app, "port": port}
        else:
            service = {"name": self._action(shares), "port": {"name": "use-annotation"}}
        return {"path": path.path, "pathType": path.type, "backend": {"service": service}}

    def _action(self, shares: Sequence[Backend]) -> str:
        """https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions"""
        groups = [
            {"serviceName": share.app, "servicePort": share.port or "http", "weight": share.weight} for share in shares
        ]
        action = json.dumps({"type": "forward", "forwardConfig": {"targetGroups": groups}}, separators=(",", ":"))
        known = next((key for key, value in self.annotations.items() if value == action), None)
        key = known or f"{self._prefix}split-{len(self.annotations) + 1}"
        self.annotations[key] = action
        return key.removeprefix(self._prefix)
