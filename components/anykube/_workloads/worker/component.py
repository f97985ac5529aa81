"""The component `Worker`."""

from typing import TYPE_CHECKING

import pulumi

from anykube._workloads.component import SpecifiedWorkload
from anykube._workloads.worker.args import WorkerArgs
from anykube._workloads.worker.manifests import manifests

if TYPE_CHECKING:
    from anykube.dicts import WorkerArgsDict


class Worker(SpecifiedWorkload):
    """Runs pods that accept no connections: a Deployment.

    Example: `Worker("app", {"cluster": cluster, "image": "registry.example/app:1.0.0"})`

    :param name: the name of the app and of its Kubernetes objects.
    :param args: `WorkerArgs`, or a dict with the same keys.
    :param opts: Pulumi resource options. A Kubernetes provider in them replaces the cluster's.
    :raises pulumi.RunError: if the args are invalid. Nothing has been registered then.
    """

    kind = "Worker"
    model = WorkerArgs
    manifests = staticmethod(manifests)

    def __init__(
        self, name: str, args: "WorkerArgs | WorkerArgsDict", opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(name, args, opts)
