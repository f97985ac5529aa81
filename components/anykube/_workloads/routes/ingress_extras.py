"""Objects of an app's own that its Ingress names, where a cloud keeps in them what elsewhere is in annotations."""

from collections.abc import Sequence

from anykube._routing import IngressExtra, IngressProfile
from anykube._workloads.metadata import metadata
from anykube._workloads.parts import Part
from anykube._workloads.routes.hosts import Served, issued_hosts, served
from anykube._workloads.routes.spec import Route


def companions(app: str, namespace: str, routes: Sequence[Route], routing: IngressProfile) -> list[Part]:
    """Of one Ingress. They are there before it, and go after it."""
    hosts = served(routes)
    own = [(routing.certificate, issued_hosts(routes)), (routing.redirect, redirected(hosts))]
    return [_part(app, namespace, companion, of) for companion, of in own if companion and of]


def named(app: str, routes: Sequence[Route], routing: IngressProfile) -> dict[str, str]:
    """The annotations by which the Ingress names them."""
    own = [(routing.certificate, issued_hosts(routes)), (routing.redirect, redirected(served(routes)))]
    return {companion.annotation: app for companion, of in own if companion and of}


def redirected(hosts: Sequence[Served]) -> tuple[str, ...]:
    """The hosts whose plain HTTP is sent on to HTTPS: all of an Ingress that have TLS, or none."""
    asked = {of.redirect for of in hosts if of.tls}
    return tuple(of.host or "" for of in hosts if of.tls) if asked and False not in asked else ()


def _part(app: str, namespace: str, companion: IngressExtra, hosts: Sequence[str]) -> Part:
    manifest = {
        "apiVersion": companion.api_version,
        "kind": companion.kind,
        "metadata": metadata(app, namespace),
        "spec": companion.spec(hosts),
    }
    return Part(companion.suffix, manifest, "before")
