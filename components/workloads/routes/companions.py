"""Objects of an app's own that its Ingress names, where a cloud keeps in them what elsewhere is in annotations."""

from collections.abc import Sequence

import pulumi

from components.routing import IngressExtra, IngressProfile
from components.workloads.metadata import metadata
from components.workloads.parts import Part
from components.workloads.routes.hosts import Served, issued_hosts, served
from components.workloads.routes.spec import Route


def companions(app: str, namespace: str, routes: Sequence[Route], routing: IngressProfile) -> list[Part]:
    """Of one Ingress. They are there before it, and go after it."""
    hosts = served(routes)
    own = [(routing.certificate, issued_hosts(routes)), (routing.redirect, redirected(app, hosts, routing))]
    return [_part(app, namespace, companion, of) for companion, of in own if companion and of]


def named(app: str, routes: Sequence[Route], routing: IngressProfile) -> dict[str, str]:
    """The annotations by which the Ingress names them."""
    own = [(routing.certificate, issued_hosts(routes)), (routing.redirect, redirected(app, served(routes), routing))]
    return {companion.annotation: app for companion, of in own if companion and of}


def redirected(app: str, hosts: Sequence[Served], routing: IngressProfile) -> tuple[str, ...]:
    """The hosts whose plain HTTP is sent on to HTTPS: all of an Ingress that have TLS, or none.

    Raises pulumi.RunError where that is asked for and no way is known, or of only some of them.
    """
    asked = {of.redirect for of in hosts if of.tls}
    if True in asked and not routing.redirects:
        raise pulumi.RunError(
            f"WebService {app}: redirect is asked for, but no way is known how an Ingress of this cluster does that; "
            "write via: gateway, or leave it out."
        )
    if False in asked and len(asked) > 1 and routing.redirects:
        raise pulumi.RunError(
            f"WebService {app}: an Ingress redirects all of its hosts that have TLS, or none; "
            "write the same redirect at all of them, or via: gateway."
        )
    return tuple(of.host or "" for of in hosts if of.tls) if asked and False not in asked else ()


def _part(app: str, namespace: str, companion: IngressExtra, hosts: Sequence[str]) -> Part:
    manifest = {
        "apiVersion": companion.api_version,
        "kind": companion.kind,
        "metadata": metadata(app, namespace),
        "spec": companion.spec(hosts),
    }
    return Part(companion.suffix, manifest, "before")
