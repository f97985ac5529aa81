"""Hosts, paths and backends, as both Ingress and Gateway use them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from anykube._routing import IngressProfile
from anykube._workloads.routes.spec import CertManager, Route, RoutePath, Tls

_MAX_LENGTH = 240
"""Maximum length of a name: 253 characters, minus room for a suffix."""


@dataclass(frozen=True)
class HostRoutes:
    """A host with the paths of all its routes."""

    host: str | None
    paths: Sequence[RoutePath]
    tls: Tls | None
    redirect: bool | None


class Backend(NamedTuple):
    """An app that gets all or some of the requests of a path."""

    app: str
    weight: int
    port: int | None
    """Port of the app's Service. None: its default port."""


def routes_by_host(routes: Iterable[Route]) -> list[HostRoutes]:
    """The distinct hosts, in the order of the routes."""
    by_host: dict[str | None, list[Route]] = {}
    for route in routes:
        by_host.setdefault(route.host, []).append(route)
    return [
        HostRoutes(
            host,
            tuple(path for route in host_routes for path in route.paths),
            next((route.tls for route in host_routes if route.tls), None),
            next((route.redirect for route in host_routes if route.redirect is not None), None),
        )
        for host, host_routes in by_host.items()
    ]


def backends(app: str, path: RoutePath, next_weight: int | None) -> list[Backend]:
    """The backends of a path. `next_weight`: the percentage of requests for the app's next version."""
    if path.split:
        shares = [Backend(share.app, share.weight, share.port) for share in path.split]
    elif path.app not in (None, app):
        shares = [Backend(str(path.app), 1, path.port)]
    elif next_weight is None:
        shares = [Backend(app, 1, path.port)]
    else:
        shares = [Backend(app, 100 - next_weight, path.port), Backend(next_name(app), next_weight, path.port)]
    return shares


def next_name(app: str) -> str:
    """The name of the objects of an app's next version."""
    return f"{app}-next"


def issued_hosts(routes: Iterable[Route]) -> tuple[str, ...]:
    """The hosts whose certificates the cluster's issuer signs, in the order of the routes."""
    issued_routes = (route for route in routes if route.tls and route.tls.issuer)
    return tuple(dict.fromkeys(route.host for route in issued_routes if route.host))


def urls(routes: Iterable[Route]) -> list[str]:
    """The URLs of all paths of all hosts. Routes without a host or with a wildcard have none."""
    return [
        f"{'https' if route.tls else 'http'}://{route.host}{path.path}"
        for route in routes
        if route.host and not route.host.startswith("*")
        for path in route.paths
    ]


def host_object_name(app: str, host: str | None) -> str:
    """The name of an object for one host of an app. It is unique, because app names have no dots.

    A wildcard gets a suffix: `*.example.com` of `shop` becomes `shop.example.com.wildcard`.
    """
    if host is None:
        return app
    name = f"{app}.{host.removeprefix('*.')}.wildcard" if host.startswith("*") else f"{app}.{host}"
    if len(name) <= _MAX_LENGTH:
        return name
    return f"{name[: _MAX_LENGTH - 17].rstrip('-.')}.{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def certificate_secret_name(app: str, host: HostRoutes, routing: IngressProfile) -> str | None:
    """The Secret of a host's certificate; None without TLS, or if the cloud's certificate store has it."""
    if host.tls is None or routing.finds_certificates:
        return None
    if _cert_manager_issuer(host.tls, routing):
        return host_object_name(app, host.host)
    return host.tls.secret_name or f"{app}-tls"


def _cert_manager_issuer(tls: Tls, routing: IngressProfile) -> CertManager | None:
    """The cert-manager issuer of the certificate; None if cert-manager does not issue it."""
    if tls.issuer and routing.cluster_issuer:
        return CertManager(issuer=routing.cluster_issuer)
    return tls.cert_manager


def issuer_annotations(hosts: Sequence[HostRoutes], routing: IngressProfile) -> dict[str, str]:
    """The annotation that makes cert-manager issue the certificates of an Ingress or Gateway.

    One issuer serves all hosts with TLS.
    """
    issuers = (_cert_manager_issuer(host.tls, routing) for host in hosts if host.tls)
    issuer = next((issuer for issuer in issuers if issuer), None)
    if issuer is None:
        return {}
    names = {"ClusterIssuer": "cert-manager.io/cluster-issuer", "Issuer": "cert-manager.io/issuer"}
    return {names[issuer.kind]: issuer.issuer}
