"""Additional objects of an Ingress for certificates and redirects, on clouds that do not use annotations for them."""

from collections.abc import Sequence

from anykube._routing import IngressExtra, IngressProfile
from anykube._workloads.metadata import metadata
from anykube._workloads.parts import ManifestPart
from anykube._workloads.routes.hosts import HostRoutes, issued_hosts, routes_by_host
from anykube._workloads.routes.spec import Route


def ingress_extras(app: str, namespace: str, routes: Sequence[Route], routing: IngressProfile) -> list[ManifestPart]:
    """The additional objects of an Ingress. They are created before it and deleted after it."""
    hosts = routes_by_host(routes)
    extras = [(routing.certificate, issued_hosts(routes)), (routing.redirect, redirected_hosts(hosts))]
    return [_part(app, namespace, extra, extra_hosts) for extra, extra_hosts in extras if extra and extra_hosts]


def extra_annotations(app: str, routes: Sequence[Route], routing: IngressProfile) -> dict[str, str]:
    """The annotations with which the Ingress refers to the additional objects."""
    hosts = routes_by_host(routes)
    extras = [(routing.certificate, issued_hosts(routes)), (routing.redirect, redirected_hosts(hosts))]
    return {extra.annotation: app for extra, extra_hosts in extras if extra and extra_hosts}


def redirected_hosts(hosts: Sequence[HostRoutes]) -> tuple[str, ...]:
    """The hosts that redirect plain HTTP to HTTPS: all hosts of an Ingress with TLS, or none."""
    redirects = {host.redirect for host in hosts if host.tls}
    return tuple(host.host or "" for host in hosts if host.tls) if redirects and False not in redirects else ()


def _part(app: str, namespace: str, extra: IngressExtra, hosts: Sequence[str]) -> ManifestPart:
    manifest = {
        "apiVersion": extra.api_version,
        "kind": extra.kind,
        "metadata": metadata(app, namespace),
        "spec": extra.spec(hosts),
    }
    return ManifestPart(extra.suffix, manifest, "before")
