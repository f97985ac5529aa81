"""Settings of a worker."""

from typing import Literal

from anykube._model import example
from anykube._workloads.deployment import DeploymentSpec
from anykube._workloads.pods.spec import Check


class WorkerSpec(DeploymentSpec, json_schema_extra=example(kind="worker", image="registry.example/mailer:1.4.0")):
    """Pods that accept no connections, such as queue consumers: a Deployment without a Service."""

    kind: Literal["worker"] = "worker"
    """`worker`: pods that accept no connections."""
    health: Check | None = None
    """Probes of the container, by `command`. Default: a pod is healthy as long as its process runs."""
