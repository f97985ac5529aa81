"""A service elsewhere as a Pulumi component."""

from typing import TYPE_CHECKING

import pulumi

from anykube._workloads.component import SpecifiedWorkload
from anykube._workloads.external.args import ExternalServiceArgs
from anykube._workloads.external.manifests import manifests

if TYPE_CHECKING:
    from anykube.dicts import ExternalServiceArgsDict


class ExternalService(SpecifiedWorkload):
    """A name in the cluster for a host elsewhere.

    Example: `ExternalService("app", {"cluster": cluster, "host": "db.example.com"})`

    :param name: the name of the app and of its Kubernetes objects.
    :param args: `ExternalServiceArgs`, or a dict of the same keys.
    :param opts: Pulumi's options. A Kubernetes provider among them takes the place of the cluster's.
    :raises pulumi.RunError: before anything is registered, for args that cannot be rendered.
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
