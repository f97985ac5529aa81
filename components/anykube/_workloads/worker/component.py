"""The worker as a Pulumi component."""

from typing import TYPE_CHECKING

import pulumi

from anykube._workloads.component import SpecifiedWorkload
from anykube._workloads.worker.args import WorkerArgs
from anykube._workloads.worker.manifests import manifests

if TYPE_CHECKING:
    from anykube.dicts import WorkerArgsDict


class Worker(SpecifiedWorkload):
    """Pods that nobody connects to: service account and Deployment.

    Example: `Worker("app", {"cluster": cluster, "image": "registry.example/app:1.0.0"})`

    :param name: the name of the app and of its Kubernetes objects.
    :param args: `WorkerArgs`, or a dict of the same keys.
    :param opts: Pulumi's options. A Kubernetes provider among them takes the place of the cluster's.
    :raises pulumi.RunError: before anything is registered, for args that cannot be rendered.
    """

    kind = "Worker"
    model = WorkerArgs
    manifests = staticmethod(manifests)

    def __init__(
        self, name: str, args: "WorkerArgs | WorkerArgsDict", opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(name, args, opts)
