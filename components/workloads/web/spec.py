"""What a web service is, in the field's words."""

import re
from typing import Annotated, Literal

import pulumi
from pydantic import AfterValidator, Field
from pydantic.json_schema import SkipJsonSchema

from components.model import Late, Many, Model
from components.names import DnsLabel, EnvName, Host, Port, Quantity


def _servable(path: str) -> str:
    if re.search(r"//|/\.\.?(/|$)|%2[fF]", path):
        raise ValueError("must not contain '//', '/./', '/../' or '%2f', nor end with '/.' or '/..'")
    return path


HttpPath = Annotated[str, Field(pattern=r"^/\S*$")]
"""The path of a URL, which begins with '/'."""

RoutedPath = Annotated[HttpPath, AfterValidator(_servable)]
"""A path that an Ingress may have.

https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressSpec
"""

Image = Annotated[str, Field(pattern=r"^\S+$")] | SkipJsonSchema[pulumi.Output[str]]
"""A container image with a tag or digest, perhaps first known during the update."""


class SecretRef(Model):
    """A secret by name: `{secret: shop-db-password}` refers to the stack's encrypted Pulumi config."""

    secret: DnsLabel


class Resources(Model):
    """What each pod asks for. There is no CPU limit unless one is given: it throttles before it protects.

    https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    """

    cpu: Quantity = "100m"
    """CPU request, in cores."""
    memory: Quantity = "128Mi"
    """Memory request, in bytes."""
    cpu_limit: Quantity | None = None
    memory_limit: Quantity | None = None
    """Memory limit, in bytes. None: the request, so that a pod is never killed for its neighbours' use."""


class Health(Model):
    """How Kubernetes asks a pod whether it serves. Liveness is TCP: a saturated pod is not restarted."""

    path: HttpPath = "/"
    """HTTP path of the readiness probe."""
    startup_seconds: Annotated[int, Field(ge=1, le=3600)] = 60
    """How long a pod may take to start, in seconds."""


class Rollout(Model):
    """How a new version replaces the old one. The default never falls below the wanted capacity."""

    max_surge: Annotated[str, Field(pattern=r"^\d+%?$")] = "25%"
    """Pods above `replicas` during a rollout: a number or a percentage."""
    max_unavailable: Annotated[str, Field(pattern=r"^(\d+|\d{1,2}%|100%)$")] = "0"
    """Pods that may be missing during a rollout: a number or a percentage."""
    progress_deadline: Annotated[int, Field(ge=10, le=3600)] = 300
    """Seconds that a rollout may take, 10 to 3600. After that it has failed: the old pods stay, the error names why."""


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


class WebServiceSpec(Model):
    """An HTTP service: Deployment, Service, and Ingress where it has routes."""

    image: Image
    replicas: Annotated[int, Field(ge=0, le=1000)] = 2
    port: Port = 8080
    """The port that the container listens on; the Service offers it as 80."""
    args: Many[str] = ()
    env: dict[EnvName, Late | SecretRef] = Field(default_factory=dict)
    """Environment variables. What is secret goes through a Kubernetes Secret."""
    resources: Resources = Resources()
    health: Health = Health()
    routes: Many[Route] = ()
    rollout: Rollout = Rollout()
    spread: Literal["required", "preferred"] = "required"
    """Whether pods must spread evenly over nodes, at most one more on one than on another, or only should."""
    run_as_user: Annotated[int, Field(ge=1, le=2_147_483_647)] = 65532
    """Numeric user of the container; never root."""
    namespace: DnsLabel | None = None
    """None: the page's `namespace`; in a program the component's, or one of its own with the app's name."""
