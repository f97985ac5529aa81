"""A service on every node as a Pulumi component."""

from typing import TYPE_CHECKING

import pulumi

from anykube._workloads.component import SpecifiedWorkload
from anykube._workloads.daemon.args import DaemonServiceArgs
from anykube._workloads.daemon.manifests import manifests

if TYPE_CHECKING:
    from anykube.dicts import DaemonServiceArgsDict


class DaemonService(SpecifiedWorkload):
    """A pod on every node: DaemonSet, and a Service where it listens.

    Example: `DaemonService("app", {"cluster": cluster, "image": "registry.example/app:1.0.0"})`

    :param name: the name of the app and of its Kubernetes objects.
    :param args: `DaemonServiceArgs`, or a dict of the same keys.
    :param opts: Pulumi's options. A Kubernetes provider among them takes the place of the cluster's.
    :raises pulumi.RunError: before anything is registered, for args that cannot be rendered.
    """

    kind = "DaemonService"
    model = DaemonServiceArgs
    manifests = staticmethod(manifests)

    def __init__(
        self, name: str, args: "DaemonServiceArgs | DaemonServiceArgsDict", opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(name, args, opts)
