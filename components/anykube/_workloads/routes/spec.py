"""Settings of routes: hosts, paths, certificates and backends. The same for Ingresses and Gateways."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from anykube._model import CheckedModel, Model, Seq, example
from anykube._names import DnsLabel, Host, ObjectName, Port
from anykube._rules.standalone import path_split, route_tls, tls_source
from anykube._workloads.pods.spec import HttpPath


def _servable(path: str) -> str:
    if re.search(r"//|/\.\.?(/|$)|%2[fF]", path):
        raise ValueError("must not contain '//', '/./', '/../' or '%2f', or end with '/.' or '/..'")
    return path


RoutedPath = Annotated[HttpPath, AfterValidator(_servable), Field(examples=["/api"])]
"""A path that an Ingress accepts.

https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressSpec
"""


class CertManager(Model, json_schema_extra=example(issuer="letsencrypt")):
    """An issuer of cert-manager, which must be installed in the cluster. It creates and renews the certificate.

    https://cert-manager.io/docs/usage/ingress/, https://cert-manager.io/docs/usage/gateway/
    """

    issuer: Annotated[ObjectName, Field(examples=["letsencrypt"])]
    """Name of the issuer."""
    kind: Literal["ClusterIssuer", "Issuer"] = "ClusterIssuer"
    """Kind of the issuer. An `Issuer` must be in the app's namespace."""


class Tls(CheckedModel, json_schema_extra=example(issuer="cluster")):
    """The certificate of a route. Exactly one of `issuer`, `secret_name` and `cert_manager` is required."""

    rules = (tls_source,)

    issuer: Literal["cluster"] | None = None
    """`cluster`: the certificate source of the cluster. Local clusters have their own certificate authority, AWS uses
    Certificate Manager, Google Cloud a ManagedCertificate, and Azure Let's Encrypt for hosts in the cluster's DNS
    zone."""
    secret_name: Annotated[ObjectName | None, Field(examples=["shop-tls"])] = None
    """Name of an existing Secret of type `kubernetes.io/tls` in the app's namespace."""
    cert_manager: CertManager | None = None
    """Issuer of cert-manager. All routes of an app must have the same one."""


class Share(Model, json_schema_extra=example(app="shop-v2", weight=10)):
    """An app that answers a share of the requests of a path."""

    app: Annotated[DnsLabel, Field(examples=["shop-v2"])]
    """Name of the app, in the same namespace."""
    weight: Annotated[int, Field(ge=0, le=999, examples=[10])]
    """Weight relative to the sum of all weights, 0 to 999. 0: no requests."""
    port: Annotated[Port | None, Field(examples=[80])] = None
    """Port of the app's Service, 1 to 65535. Default: the Service's first port."""


class RoutePath(CheckedModel, json_schema_extra=example(path="/api", app="api")):
    """A path of a route, and the app that answers its requests."""

    rules = (path_split,)

    path: RoutedPath = "/"
    """URL path, which begins with '/'."""
    type: Literal["Prefix", "Exact", "ImplementationSpecific"] = "Prefix"
    """How the path matches. `Prefix`: by whole segments. `Exact`: exactly. `ImplementationSpecific`: as the Ingress
    controller interprets it, such as a pattern; not with a Gateway."""
    app: Annotated[DnsLabel | None, Field(examples=["api"])] = None
    """Name of another app in the same namespace that answers. Default: the app that has the route."""
    port: Annotated[Port | None, Field(examples=[80])] = None
    """Port of the answering app's Service, 1 to 65535. Default: the Service's first port."""
    split: Annotated[Seq[Share], Field(max_length=5)] = ()
    """Apps in the same namespace that share the requests by weight, at most 5. Not allowed with `app`."""


class Route(CheckedModel, json_schema_extra=example(host="shop.example.com", tls={"issuer": "cluster"})):
    """A host, its paths and its certificate."""

    rules = (route_tls,)

    host: Annotated[Host | None, Field(examples=["shop.example.com"])] = None
    """DNS name of the host. A wildcard, *.example.com, matches one label with an Ingress, any number with a Gateway.
    Default: all hosts that no other route has."""
    paths: Annotated[Seq[RoutePath], Field(min_length=1)] = (RoutePath(),)
    """Paths of the host, at least one. Default: all paths, answered by the app that has the route."""
    tls: Tls | None = None
    """Certificate of the host. Default: HTTP only."""
    redirect: bool | None = None
    """Whether HTTP requests are redirected to HTTPS. Requires `tls`. Default: true where the cluster supports it: with
    every Gateway, and with Ingresses on AWS and Google Cloud."""


class GatewayName(Model, json_schema_extra=example(name="public", namespace="gateways")):
    """An existing Gateway. Its owner configures its listeners and their certificates."""

    name: Annotated[ObjectName, Field(examples=["public"])]
    """Name of the Gateway."""
    namespace: Annotated[DnsLabel | None, Field(examples=["gateways"])] = None
    """Namespace of the Gateway, whose listeners must allow routes from the app's namespace. Default: the app's."""
