"""The component `DaemonService`."""

from typing import TYPE_CHECKING

import pulumi

from anykube._workloads.component import SpecifiedWorkload
from anykube._workloads.daemon.args import DaemonServiceArgs
from anykube._workloads.daemon.manifests import manifests

if TYPE_CHECKING:
    from anykube.dicts import DaemonServiceArgsDict


class DaemonService(SpecifiedWorkload):
    """Runs a pod on every node: a DaemonSet, and a Service if the app has a port.

    Example: `DaemonService("app", {"cluster": cluster, "image": "registry.example/app:1.0.0"})`

    :param name: the name of the app and of its Kubernetes objects.
    :param args: `DaemonServiceArgs`, or a dict with the same keys.
    :param opts: Pulumi resource options. A Kubernetes provider in them replaces the cluster's.
    :raises pulumi.RunError: if the args are invalid. Nothing has been registered then.
    """

    kind = "DaemonService"
    model = DaemonServiceArgs
    manifests = staticmethod(manifests)

    def __init__(
        self, name: str, args: "DaemonServiceArgs | DaemonServiceArgsDict", opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(name, args, opts)
