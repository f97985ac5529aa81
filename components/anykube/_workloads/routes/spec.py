"""What a route is: hosts, paths, certificates, and who answers. The same for an Ingress and for a Gateway."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from anykube._model import CheckedModel, Model, Seq
from anykube._names import DnsLabel, Host, ObjectName, Port
from anykube._rules.standalone import path_split, route_tls, tls_source
from anykube._workloads.pods.spec import HttpPath


def _servable(path: str) -> str:
    if re.search(r"//|/\.\.?(/|$)|%2[fF]", path):
        raise ValueError("must not contain '//', '/./', '/../' or '%2f', nor end with '/.' or '/..'")
    return path


RoutedPath = Annotated[HttpPath, AfterValidator(_servable)]
"""A path that an Ingress may have.

https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressSpec
"""


class CertManager(Model):
    """An issuer of cert-manager, which must be on the cluster: it fills the Secret, and renews it.

    https://cert-manager.io/docs/usage/ingress/, https://cert-manager.io/docs/usage/gateway/
    """

    issuer: ObjectName
    """Name of the issuer."""
    kind: Literal["ClusterIssuer", "Issuer"] = "ClusterIssuer"
    """Issuer: one of the app's own namespace."""


class Tls(CheckedModel):
    """Where a route's certificate comes from: exactly one of issuer, secret_name and cert_manager."""

    rules = (tls_source,)

    issuer: Literal["cluster"] | None = None
    """`cluster`: from what the cluster has: locally this machine's own authority, on AWS Certificate Manager, on Azure
    Let's Encrypt for hosts in the cluster's DNS zone."""
    secret_name: DnsLabel | None = None
    """Name of a `kubernetes.io/tls` Secret that is already in the namespace."""
    cert_manager: CertManager | None = None
    """One for all hosts of an app that have TLS."""


class Share(Model):
    """An app among which the requests of a path are divided."""

    app: DnsLabel
    weight: Annotated[int, Field(ge=0, le=999)]
    """Its part of the sum of all weights, 0 to 999. 0: none, but it is kept ready."""
    port: Port | None = None
    """That its Service offers. None: its own port."""


class RoutePath(CheckedModel):
    """A path of a host, and the app that answers it."""

    rules = (path_split,)

    path: RoutedPath = "/"
    type: Literal["Prefix", "Exact"] = "Prefix"
    app: DnsLabel | None = None
    """Another app of the same namespace. None: the app that has the route."""
    port: Port | None = None
    """That the Service offers. None: the app's own port."""
    split: Annotated[Seq[Share], Field(max_length=5)] = ()
    """Apps of the same namespace that answer in turns, by weight, at most 5. Not beside `app`."""


class Route(CheckedModel):
    """A host and its paths."""

    rules = (route_tls,)

    host: Host | None = None
    """None: every host that no other route names. *.example.com: one label below it by an Ingress, any by a Gateway."""
    paths: Annotated[Seq[RoutePath], Field(min_length=1)] = (RoutePath(),)
    tls: Tls | None = None
    redirect: bool | None = None
    """Whether plain HTTP is sent on to HTTPS, where the route has TLS. None: where the cluster's way can, which is
    every Gateway, and the Ingress of AWS."""


class GatewayName(Model):
    """A Gateway that somebody else made. Its listeners, and their certificates, are its owner's."""

    name: ObjectName
    namespace: DnsLabel | None = None
    """None: the app's own. Another's listeners must admit routes of the app's namespace."""
