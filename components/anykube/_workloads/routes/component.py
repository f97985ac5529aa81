"""`RoutedWorkload`: the base of the components of apps with routes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import pulumi

from anykube._clusters.context import ClusterContext
from anykube._workloads.args import AppArgs
from anykube._workloads.component import Workload, app_args, app_context
from anykube._workloads.parts import ManifestPart
from anykube._workloads.pods.secrets import tls_secret
from anykube._workloads.routes.hosts import issued_hosts, urls
from anykube._workloads.routes.routed import RoutedFields


class RoutedWorkload(Workload):
    """A workload with routes that its args describe completely, with the certificate that the cluster issues."""

    model: ClassVar[type[AppArgs]]
    manifests: "ClassVar[staticmethod[[str, str, Any, ClusterContext], list[ManifestPart]]]"
    urls: Sequence[str]
    """The URLs of all paths of all hosts without a wildcard."""
    service: pulumi.CustomResource
    """The Service object."""
    ingress: pulumi.CustomResource | None
    """The Ingress object, if the app has one."""
    gateway: pulumi.CustomResource | None
    """The Gateway object, if the app has one."""

    def __init__(
        self, name: str, args: AppArgs | Mapping[str, object], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """`name` is the name of the app and of its Kubernetes objects."""
        spec = app_args(self.kind, name, self.model, args)
        assert isinstance(spec, RoutedFields)
        context = app_context(spec)
        cloud_issues = context.ingress.provides(spec.via or context.ingress.via)
        hosts = () if cloud_issues else issued_hosts(spec.routes)

        def render(app: str, namespace: str) -> list[ManifestPart]:
            parts = self.manifests(app, namespace, spec, context)
            if hosts and context.issuer is None:
                raise pulumi.RunError(
                    f"{self.kind} {name}: host {hosts[0]} has TLS with issuer: cluster, but the cluster has no issuer. "
                    "Set secret_name to the name of a Secret, or cert_manager to a cert-manager issuer."
                )
            return parts

        def certificate(app: str, namespace: str, opts: pulumi.ResourceOptions) -> Iterator[ManifestPart]:
            if hosts and context.issuer:
                signed = context.issuer.certificate(f"{name}-tls", hosts, opts)
                yield ManifestPart("tls", tls_secret(app, namespace, *signed), "before")

        super().__init__(name, spec, render, deferred=certificate, opts=opts)
        self.service = self.children["service"]
        self.ingress, self.gateway = self.children.get("ingress"), self.children.get("gateway")
        self.urls = urls(spec.routes)
