"""What a web service is, in the field's words."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from components.model import Many, Model
from components.names import DnsLabel, Host, Port
from components.workloads.deployment import DeploymentSpec
from components.workloads.pods.spec import Check, HttpPath
from components.workloads.service import Service


def _servable(path: str) -> str:
    if re.search(r"//|/\.\.?(/|$)|%2[fF]", path):
        raise ValueError("must not contain '//', '/./', '/../' or '%2f', nor end with '/.' or '/..'")
    return path


RoutedPath = Annotated[HttpPath, AfterValidator(_servable)]
"""A path that an Ingress may have.

https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressSpec
"""


class Health(Check):
    """How Kubernetes asks a pod whether it serves. Liveness is TCP: a saturated pod is not restarted."""

    path: HttpPath | None = "/"
    """HTTP path of the readiness probe. None: a connection is enough."""


class Tls(Model):
    """Where a route's certificate comes from: exactly one of the two."""

    issuer: Literal["cluster"] | None = None
    """`cluster`: from what the cluster has: locally this machine's own authority, on AWS Certificate Manager."""
    secret_name: DnsLabel | None = None
    """Name of a `kubernetes.io/tls` Secret that is already in the namespace."""


class RoutePath(Model):
    """A path of a host, and the app that answers it."""

    path: RoutedPath = "/"
    type: Literal["Prefix", "Exact"] = "Prefix"
    app: DnsLabel | None = None
    """Another app of the same namespace. None: the app that has the route."""


class Route(Model):
    """A host and its paths."""

    host: Host | None = None
    """None: every host that no other route names."""
    paths: Annotated[Many[RoutePath], Field(min_length=1)] = (RoutePath(),)
    tls: Tls | None = None


class WebServiceSpec(DeploymentSpec):
    """An HTTP service: Deployment, Service, and Ingress where it has routes."""

    kind: Literal["web"] = "web"
    port: Port = 8080
    """The port that the container listens on; the Service offers it as 80."""
    health: Health = Health()
    service: Service = Service()
    routes: Many[Route] = ()
