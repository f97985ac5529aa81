"""What a worker is."""

from typing import Literal

from anykube._workloads.deployment import DeploymentSpec
from anykube._workloads.pods.spec import Check


class WorkerSpec(DeploymentSpec):
    """Pods that nobody connects to, such as the readers of a queue: a Deployment."""

    kind: Literal["worker"] = "worker"
    health: Check | None = None
    """By its `command`. None: a pod is well as long as its process runs."""
