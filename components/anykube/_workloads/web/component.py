"""The component `WebService`."""

from typing import TYPE_CHECKING

import pulumi

from anykube._workloads.routes.component import RoutedWorkload
from anykube._workloads.web.args import WebServiceArgs
from anykube._workloads.web.manifests import manifests

if TYPE_CHECKING:
    from anykube.dicts import WebServiceArgsDict


class WebService(RoutedWorkload):
    """Runs an HTTP service: a Deployment, a Service, and an Ingress or a Gateway if it has routes.

    Example: `WebService("shop", {"cluster": cluster, "image": "registry.example/shop:1.0.0", "replicas": 3})`

    :param name: the name of the app and of its Kubernetes objects.
    :param args: `WebServiceArgs`, or a dict with the same keys.
    :param opts: Pulumi resource options. A Kubernetes provider in them replaces the cluster's.
    :raises pulumi.RunError: if the args are invalid. Nothing has been registered then.
    """

    kind = "WebService"
    model = WebServiceArgs
    manifests = staticmethod(manifests)
    service_account: pulumi.CustomResource
    """The ServiceAccount object."""
    deployment: pulumi.CustomResource
    """The Deployment object."""

    def __init__(
        self,
        name: str,
        args: "WebServiceArgs | WebServiceArgsDict",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, args, opts)
        self.service_account, self.deployment = self.children["service-account"], self.children["deployment"]
        self.register_outputs({"namespace": self.namespace, "urls": self.urls})
