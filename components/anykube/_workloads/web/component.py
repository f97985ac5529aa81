"""The web service as a Pulumi component."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pulumi

from anykube._workloads.component import Workload, app_args, cluster_of
from anykube._workloads.parts import Part
from anykube._workloads.pods.secrets import tls_secret
from anykube._workloads.routes.hosts import issued_hosts, urls
from anykube._workloads.web.args import WebServiceArgs
from anykube._workloads.web.manifests import manifests

if TYPE_CHECKING:
    from anykube.dicts import WebServiceArgsDict


class WebService(Workload):
    """An HTTP service: service account, Deployment, Service, and an Ingress or a Gateway where it has routes.

    Example: `WebService("shop", {"cluster": cluster, "image": "registry.example/shop:1.0.0", "replicas": 3})`

    :param name: the name of the app and of its Kubernetes objects.
    :param args: `WebServiceArgs`, or a dict of the same keys.
    :param opts: Pulumi's options. A Kubernetes provider among them takes the place of the cluster's.
    :raises pulumi.RunError: before anything is registered, for args that cannot be rendered.
    """

    kind = "WebService"
    urls: Sequence[str]
    """The address of every path of every host that is no wildcard."""
    service_account: pulumi.CustomResource
    deployment: pulumi.CustomResource
    service: pulumi.CustomResource
    ingress: pulumi.CustomResource | None
    gateway: pulumi.CustomResource | None

    def __init__(
        self,
        name: str,
        args: "WebServiceArgs | WebServiceArgsDict",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        spec = app_args(self.kind, name, WebServiceArgs, args)
        context = cluster_of(spec)
        provided = context.ingress.provides(spec.via or context.ingress.via)
        hosts = () if provided else issued_hosts(spec.routes)

        def render(app: str, target: str) -> list[Part]:
            parts = manifests(app, target, spec, context)
            if hosts and context.issuer is None:
                raise pulumi.RunError(
                    f"WebService {name}: the TLS of host {hosts[0]} has issuer: cluster, but the cluster has none; "
                    "name a Secret by secret_name, or a cert-manager issuer by cert_manager."
                )
            return parts

        def certificate(app: str, target: str, child: pulumi.ResourceOptions) -> Iterator[Part]:
            if hosts and context.issuer:
                signed = context.issuer.certificate(f"{name}-tls", hosts, child)
                yield Part("tls", tls_secret(app, target, *signed), "before")

        super().__init__(name, spec, render, late=certificate, opts=opts)
        self.service_account, self.deployment = self.children["service-account"], self.children["deployment"]
        self.service, self.ingress = self.children["service"], self.children.get("ingress")
        self.gateway = self.children.get("gateway")
        self.urls = urls(spec.routes)
        self.register_outputs({"namespace": self.namespace, "urls": self.urls})
