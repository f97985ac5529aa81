"""The component `ExternalService`."""

from typing import TYPE_CHECKING

import pulumi

from anykube._workloads.component import SpecifiedWorkload
from anykube._workloads.external.args import ExternalServiceArgs
from anykube._workloads.external.manifests import manifests

if TYPE_CHECKING:
    from anykube.dicts import ExternalServiceArgsDict


class ExternalService(SpecifiedWorkload):
    """A DNS name in the cluster for an external host.

    Example: `ExternalService("app", {"cluster": cluster, "host": "db.example.com"})`

    :param name: the name of the app and of its Kubernetes objects.
    :param args: `ExternalServiceArgs`, or a dict with the same keys.
    :param opts: Pulumi resource options. A Kubernetes provider in them replaces the cluster's.
    :raises pulumi.RunError: if the args are invalid. Nothing has been registered then.
    """

    kind = "ExternalService"
    model = ExternalServiceArgs
    manifests = staticmethod(manifests)

    def __init__(
        self,
        name: str,
        args: "ExternalServiceArgs | ExternalServiceArgsDict",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, args, opts)
