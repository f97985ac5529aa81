"""The component `WebService`."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pulumi

from anykube._workloads.component import Workload, app_args, app_context
from anykube._workloads.parts import ManifestPart
from anykube._workloads.pods.secrets import tls_secret
from anykube._workloads.routes.hosts import issued_hosts, urls
from anykube._workloads.web.args import WebServiceArgs
from anykube._workloads.web.manifests import manifests

if TYPE_CHECKING:
    from anykube.dicts import WebServiceArgsDict


class WebService(Workload):
    """Runs an HTTP service: a Deployment, a Service, and an Ingress or a Gateway if it has routes.

    Example: `WebService("shop", {"cluster": cluster, "image": "registry.example/shop:1.0.0", "replicas": 3})`

    :param name: the name of the app and of its Kubernetes objects.
    :param args: `WebServiceArgs`, or a dict with the same keys.
    :param opts: Pulumi resource options. A Kubernetes provider in them replaces the cluster's.
    :raises pulumi.RunError: if the args are invalid. Nothing has been registered then.
    """

    kind = "WebService"
    urls: Sequence[str]
    """The URLs of all paths of all hosts without a wildcard."""
    service_account: pulumi.CustomResource
    """The ServiceAccount object."""
    deployment: pulumi.CustomResource
    """The Deployment object."""
    service: pulumi.CustomResource
    """The Service object."""
    ingress: pulumi.CustomResource | None
    """The Ingress object, if the app has one."""
    gateway: pulumi.CustomResource | None
    """The Gateway object, if the app has one."""

    def __init__(
        self,
        name: str,
        args: "WebServiceArgs | WebServiceArgsDict",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        spec = app_args(self.kind, name, WebServiceArgs, args)
        context = app_context(spec)
        cloud_issues = context.ingress.provides(spec.via or context.ingress.via)
        hosts = () if cloud_issues else issued_hosts(spec.routes)

        def render(app: str, namespace: str) -> list[ManifestPart]:
            parts = manifests(app, namespace, spec, context)
            if hosts and context.issuer is None:
                raise pulumi.RunError(
                    f"WebService {name}: host {hosts[0]} has TLS with issuer: cluster, but the cluster has no issuer. "
                    "Set secret_name to the name of a Secret, or cert_manager to a cert-manager issuer."
                )
            return parts

        def certificate(app: str, namespace: str, opts: pulumi.ResourceOptions) -> Iterator[ManifestPart]:
            if hosts and context.issuer:
                signed = context.issuer.certificate(f"{name}-tls", hosts, opts)
                yield ManifestPart("tls", tls_secret(app, namespace, *signed), "before")

        super().__init__(name, spec, render, deferred=certificate, opts=opts)
        self.service_account, self.deployment = self.children["service-account"], self.children["deployment"]
        self.service, self.ingress = self.children["service"], self.children.get("ingress")
        self.gateway = self.children.get("gateway")
        self.urls = urls(spec.routes)
        self.register_outputs({"namespace": self.namespace, "urls": self.urls})
