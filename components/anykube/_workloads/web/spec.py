"""What a web service is, in the field's words."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._model import Model, Seq
from anykube._names import EnvName, Port
from anykube._routing import Via
from anykube._workloads.deployment import DeploymentSpec
from anykube._workloads.pods.spec import Check, HttpPath, Image, Resources
from anykube._workloads.pods.values import EnvValue
from anykube._workloads.routes.spec import GatewayName, Route
from anykube._workloads.service import ServiceSpec


class Health(Check):
    """How Kubernetes asks a pod whether it serves. Liveness is TCP: a saturated pod is not restarted."""

    path: HttpPath | None = "/"
    """HTTP path of the readiness probe. None: a connection is enough."""


class Next(Model):
    """The next version of an app beside the present one: the same, but for what is given here.

    Its objects are called `APP-next`. To promote it, give the app what stands here, and remove this.
    """

    weight: Annotated[int, Field(ge=0, le=100)]
    """Percent of the requests of all routes to the app that it answers. 0: none yet; 100: all."""
    image: Image | None = None
    command: Seq[str] | None = None
    args: Seq[str] | None = None
    env: dict[EnvName, EnvValue] = {}
    """Variables that are others, or more."""
    resources: Resources | None = None
    replicas: Annotated[int, Field(ge=0, le=1000)] | None = None
    """None: as many as the app has, by itself or by its autoscaling."""


class WebServiceSpec(DeploymentSpec):
    """An HTTP service: Deployment, Service, and Ingress or Gateway where it has routes."""

    kind: Literal["web"] = "web"
    port: Port = 8080
    """The port that the container listens on; the Service offers it as 80."""
    health: Health = Health()
    service: ServiceSpec = ServiceSpec()
    routes: Seq[Route] = ()
    via: Via | None = None
    """How its routes reach it: by an Ingress, or by a Gateway (Gateway API). None: as the cluster has it."""
    gateway: GatewayName | None = None
    """With `via: gateway`, a Gateway that is there. None: one of the app's own."""
    routed: bool = False
    """Whether requests from outside come to it by other apps' routes. A page knows that by itself."""
    next: Next | None = None
    """A version that answers a part of the requests (canary), or none until it answers all (blue-green)."""
