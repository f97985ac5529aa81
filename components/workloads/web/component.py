"""The web service as a Pulumi component."""

from collections.abc import Iterator, Mapping, Sequence

import pulumi

from components.certificates import Issuer
from components.kubernetes import Transform
from components.routing import Routing
from components.validation import validated
from components.workloads.component import Workload
from components.workloads.namespace import Namespace
from components.workloads.parts import Part
from components.workloads.pods.secrets import tls_secret
from components.workloads.routes.hosts import issued_hosts, urls
from components.workloads.site import Site
from components.workloads.web.manifests import manifests
from components.workloads.web.spec import WebServiceSpec


class WebService(Workload):
    """An HTTP service: service account, Deployment, Service, and an Ingress or a Gateway where it has routes.

    The Kubernetes provider comes from `opts`. Raises pulumi.RunError, before anything is registered, for a
    spec that cannot be rendered.
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
        spec: WebServiceSpec | Mapping[str, object],
        *,
        namespace: Namespace | str | None = None,
        certificates: Issuer | None = None,
        routing: Routing | None = None,
        site: Site | None = None,
        transforms: Sequence[Transform] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`name` is that of the app and of its Kubernetes objects.

        `namespace`: one to be in; a string for one that is already there; None for one of its own, named as
        the spec says or else as the app. `certificates` signs for routes whose TLS has an issuer,
        unless `routing`, what the cluster's Ingresses and Gateways carry, finds certificates by itself or has an
        issuer for them. `site` is what else depends on the cluster. `transforms` see every manifest.
        """
        spec, site = validated(self.kind, name, WebServiceSpec, spec, cluster=routing), site or Site()
        provided = routing and routing.provides(spec.via or routing.via)
        hosts = () if provided else issued_hosts(spec.routes)

        def render(app: str, target: str) -> list[Part]:
            parts = manifests(app, target, spec, routing, site)
            if hosts and certificates is None:
                raise pulumi.RunError(
                    f"WebService {name}: the TLS of host {hosts[0]} has an issuer, but no authority was given; "
                    "pass certificates (a local cluster is one), or name a Secret by secret_name."
                )
            return parts

        def certificate(app: str, target: str, child: pulumi.ResourceOptions) -> Iterator[Part]:
            if hosts and certificates:
                signed = certificates.certificate(f"{name}-tls", hosts, child)
                yield Part("tls", tls_secret(app, target, *signed), "before")

        super().__init__(
            name,
            spec,
            render,
            namespace=namespace,
            site=site,
            identity=spec.identity,
            late=certificate,
            transforms=transforms,
            opts=opts,
        )
        self.service_account, self.deployment = self.children["service-account"], self.children["deployment"]
        self.service, self.ingress = self.children["service"], self.children.get("ingress")
        self.gateway = self.children.get("gateway")
        self.urls = urls(spec.routes)
        self.register_outputs({"namespace": self.namespace, "urls": self.urls})
