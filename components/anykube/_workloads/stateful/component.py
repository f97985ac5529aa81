"""The component `StatefulService`."""

from typing import TYPE_CHECKING

import pulumi

from anykube._workloads.routes.component import RoutedWorkload
from anykube._workloads.stateful.args import StatefulServiceArgs
from anykube._workloads.stateful.manifests import manifests

if TYPE_CHECKING:
    from anykube.dicts import StatefulServiceArgsDict


class StatefulService(RoutedWorkload):
    """Runs pods with stable names and persistent storage: a StatefulSet, its headless Service, a Service, and
    an Ingress or a Gateway if it has routes.

    Example: `StatefulService("app", {"cluster": cluster, "image": "registry.example/app:1.0.0", "port": 5432})`

    :param name: the name of the app and of its Kubernetes objects.
    :param args: `StatefulServiceArgs`, or a dict with the same keys.
    :param opts: Pulumi resource options. A Kubernetes provider in them replaces the cluster's.
    :raises pulumi.RunError: if the args are invalid. Nothing has been registered then.
    """

    kind = "StatefulService"
    model = StatefulServiceArgs
    manifests = staticmethod(manifests)

    def __init__(
        self,
        name: str,
        args: "StatefulServiceArgs | StatefulServiceArgsDict",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, args, opts)
        self.register_outputs({"namespace": self.namespace, **({"urls": self.urls} if self.urls else {})})
