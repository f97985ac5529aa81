"""Settings of a web service."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._model import Model, example
from anykube._names import Port
from anykube._workloads.deployment import DeploymentSpec
from anykube._workloads.pods.spec import Arguments, Check, Command, Env, HttpPath, Image, Resources
from anykube._workloads.routes.routed import RoutedFields
from anykube._workloads.service import ServiceSpec

PORT_NAME = "http"
"""Name of the app's own port."""
_SERVICE_PORT = 80


class Health(Check, json_schema_extra=example(path="/healthz", startup_seconds=120)):
    """Probes of a web service. The liveness probe only connects to the port, so that a busy pod is not restarted."""

    path: HttpPath | None = "/"
    """HTTP path of the readiness probe. null: the probe only connects to the port."""


class Next(Model, json_schema_extra=example(weight=10, image="registry.example/shop:1.5.0")):
    """The next version of an app, which runs beside the current one. Settings that are not here are the app's.

    Its objects are named `APP-next`. To promote it, move its settings to the app and remove this section.
    """

    weight: Annotated[int, Field(ge=0, le=100, examples=[10])]
    """Percentage of the requests of all routes to the app that this version answers, 0 to 100."""
    image: Annotated[Image | None, Field(examples=["registry.example/shop:1.5.0"])] = None
    """Container image with a tag or digest. Default: the app's."""
    command: Command | None = None
    """Command of the container. Default: the app's."""
    args: Arguments | None = None
    """Arguments of the command. Default: the app's."""
    env: Env = {}
    """Environment variables that differ from the app's, or that it does not have."""
    resources: Resources | None = None
    """Resource requests and limits. Default: the app's."""
    replicas: Annotated[int, Field(ge=0, le=1000, examples=[1])] | None = None
    """Number of pods, 0 to 1000. Default: the app's replicas or autoscaling."""


class WebServiceSpec(
    DeploymentSpec,
    RoutedFields,
    json_schema_extra=example(image="registry.example/shop:1.4.0", routes=[{"host": "shop.example.com"}]),
):
    """An HTTP service: a Deployment and a Service, with an Ingress or a Gateway for its routes."""

    kind: Literal["web"] = "web"
    """`web`: an HTTP service."""
    port: Port = 8080
    """Port that the container listens on, 1 to 65535. The Service offers it as port 80."""
    health: Health = Health()
    """Probes of the container."""
    service: ServiceSpec = ServiceSpec()
    """The Service of the app."""
    next: Next | None = None
    """A second version that answers a share of the requests (canary), or none until you switch (blue-green).
    Default: no second version."""

    @property
    def main_port(self) -> tuple[str, int]:
        """The name of the app's own port, and its number in the Service."""
        return PORT_NAME, self.service.port or _SERVICE_PORT
