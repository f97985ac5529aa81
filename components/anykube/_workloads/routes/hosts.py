"""What both ways of routing have in common: hosts with all their paths, and who answers these."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from anykube._routing import IngressProfile
from anykube._workloads.routes.spec import CertManager, Route, RoutePath, Tls

_LONGEST = 240
"""Characters: of the 253 that a name may have, some are left for what comes after it."""


@dataclass(frozen=True)
class Served:
    """A host with the paths of all routes that name it."""

    host: str | None
    paths: Sequence[RoutePath]
    tls: Tls | None
    redirect: bool | None


class Backend(NamedTuple):
    """Who answers a path, or a part of its requests."""

    app: str
    weight: int
    port: int | None
    """That its Service offers. None: its own port."""


def served(routes: Iterable[Route]) -> list[Served]:
    """The hosts in the order of the routes, each once."""
    by_host: dict[str | None, list[Route]] = {}
    for route in routes:
        by_host.setdefault(route.host, []).append(route)
    return [
        Served(
            host,
            tuple(path for route in of_host for path in route.paths),
            next((route.tls for route in of_host if route.tls), None),
            next((route.redirect for route in of_host if route.redirect is not None), None),
        )
        for host, of_host in by_host.items()
    ]


def backends(app: str, path: RoutePath, ahead: int | None) -> list[Backend]:
    """Who answers a path of the app's routes. `ahead`: the percentage that the app's next version has."""
    if path.split:
        shares = [Backend(share.app, share.weight, share.port) for share in path.split]
    elif path.app not in (None, app):
        shares = [Backend(str(path.app), 1, path.port)]
    elif ahead is None:
        shares = [Backend(app, 1, path.port)]
    else:
        shares = [Backend(app, 100 - ahead, path.port), Backend(next_name(app), ahead, path.port)]
    return shares


def next_name(app: str) -> str:
    """What the objects of the next version of an app are called."""
    return f"{app}-next"


def issued_hosts(routes: Iterable[Route]) -> tuple[str, ...]:
    """The hosts for which the cluster's own authority has to sign, in the order of the routes."""
    issued = (route for route in routes if route.tls and route.tls.issuer)
    return tuple(dict.fromkeys(route.host for route in issued if route.host))


def urls(routes: Iterable[Route]) -> list[str]:
    """The address of every path of every host. Routes without a host, or with a wildcard, have none."""
    return [
        f"{'https' if route.tls else 'http'}://{route.host}{path.path}"
        for route in routes
        if route.host and not route.host.startswith("*")
        for path in route.paths
    ]


def of_host(app: str, host: str | None) -> str:
    """A name for what belongs to one host of an app; no app's name has a dot, so that it is nobody else's.

    A wildcard's is told by its end: `*.example.com` of `shop` makes `shop.example.com.wildcard`.
    """
    if host is None:
        return app
    name = f"{app}.{host.removeprefix('*.')}.wildcard" if host.startswith("*") else f"{app}.{host}"
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 17].rstrip('-.')}.{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def secret_of(app: str, of: Served, routing: IngressProfile) -> str | None:
    """The Secret of a host's certificate; None where it has none, or the cloud's own store has it."""
    if of.tls is None or routing.finds_certificates:
        return None
    if _filled(of.tls, routing):
        return of_host(app, of.host)
    return of.tls.secret_name or f"{app}-tls"


def _filled(tls: Tls, routing: IngressProfile) -> CertManager | None:
    """Whom cert-manager asks for the certificate; None where it does not fill the Secret."""
    if tls.issuer and routing.cluster_issuer:
        return CertManager(issuer=routing.cluster_issuer)
    return tls.cert_manager


def issuer_annotations(hosts: Sequence[Served], routing: IngressProfile) -> dict[str, str]:
    """What tells cert-manager to fill the Secrets of an Ingress or a Gateway.

    It fills those of all their hosts with TLS, from one issuer.
    """
    sources = (_filled(of.tls, routing) for of in hosts if of.tls)
    asked = next((source for source in sources if source), None)
    if asked is None:
        return {}
    names = {"ClusterIssuer": "cert-manager.io/cluster-issuer", "Issuer": "cert-manager.io/issuer"}
    return {names[asked.kind]: asked.issuer}
