"""The web service as a Pulumi component."""

from collections.abc import Mapping, Sequence

import pulumi
from pydantic import ValidationError

from components.certificates import Issuer
from components.kubernetes import Manifest, Transform, apply
from components.routing import Routing
from components.workloads.namespace import Namespace
from components.workloads.web.ingress import issued_hosts, urls
from components.workloads.web.manifests import manifests
from components.workloads.web.secrets import tls_secret
from components.workloads.web.spec import WebServiceSpec


class WebService(pulumi.ComponentResource):
    """An HTTP service: service account, Deployment, Service, and an Ingress where it has routes.

    The Kubernetes provider comes from `opts`. Raises pulumi.RunError, before anything is registered, for a
    spec that cannot be rendered.
    """

    namespace: str
    """Name of the namespace that it is in."""
    urls: Sequence[str]
    """The address of every path of every host that is no wildcard."""
    service_account: pulumi.CustomResource
    deployment: pulumi.CustomResource
    service: pulumi.CustomResource
    ingress: pulumi.CustomResource | None

    def __init__(
        self,
        name: str,
        spec: WebServiceSpec | Mapping[str, object],
        *,
        namespace: Namespace | str | None = None,
        certificates: Issuer | None = None,
        routing: Routing | None = None,
        transforms: Sequence[Transform] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`name` is that of the app and of its Kubernetes objects.

        `namespace`: one to be in; a string for one that is already there; None for one of its own, named as
        the spec says or else as the app. `certificates` signs for routes whose TLS has an issuer,
        unless `routing`, what the cluster's Ingresses carry, finds certificates by itself. `transforms` see every
        manifest.
        """
        spec = _validated(name, spec)
        target = _namespace_name(name, spec, namespace)
        rendered = manifests(name, target, spec, routing)
        hosts = () if routing and routing.finds_certificates else issued_hosts(spec)
        if hosts and certificates is None:
            raise pulumi.RunError(
                f"WebService {name}: the TLS of host {hosts[0]} has an issuer, but no authority was given; "
                "pass certificates (a local cluster is one), or name a Secret by secret_name."
            )

        super().__init__("anykube:index:WebService", name, None, opts)
        if namespace is None:
            namespace = Namespace(target, transforms=transforms, opts=pulumi.ResourceOptions(parent=self))
        home = [namespace.resource] if isinstance(namespace, Namespace) else []

        def register(
            suffix: str,
            manifest: Manifest,
            after: Sequence[pulumi.Resource],
            patience: pulumi.CustomTimeouts | None = None,
        ) -> pulumi.CustomResource:
            opts = pulumi.ResourceOptions(parent=self, depends_on=[*home, *after], custom_timeouts=patience)
            return apply(manifest, f"{name}-{suffix}", opts, transforms)

        self.service_account = register("service-account", rendered.service_account, ())
        needed = [self.service_account]
        if rendered.env_secret:
            needed.append(register("env", rendered.env_secret, ()))
        if hosts and certificates:
            signed = certificates.certificate(f"{name}-tls", hosts, pulumi.ResourceOptions(parent=self))
            needed.append(register("tls", tls_secret(name, target, *signed), ()))
        # The provider sees the deadline pass, but waits on for ten minutes unless it is told a time of its own.
        deadline = f"{spec.rollout.progress_deadline}s"
        patience = pulumi.CustomTimeouts(create=deadline, update=deadline)
        self.deployment = register("deployment", rendered.deployment, needed, patience)
        # Traffic comes when the pods are ready, and goes before they do.
        self.service = register("service", rendered.service, [self.deployment])
        self.ingress = None
        if rendered.ingress:
            self.ingress = register("ingress", rendered.ingress, [self.deployment])

        self.namespace = target
        self.urls = urls(spec)
        self.register_outputs({"namespace": self.namespace, "urls": self.urls})


def _validated(name: str, spec: WebServiceSpec | Mapping[str, object]) -> WebServiceSpec:
    if isinstance(spec, WebServiceSpec):
        return spec
    try:
        return WebServiceSpec.model_validate(spec)
    except ValidationError as invalid:
        problems = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in invalid.errors(include_input=False))
        raise pulumi.RunError(f"WebService {name}: " + "; ".join(problems)) from None


def _namespace_name(name: str, spec: WebServiceSpec, namespace: Namespace | str | None) -> str:
    given = namespace.name if isinstance(namespace, Namespace) else namespace
    if given and spec.namespace and given != spec.namespace:
        raise pulumi.RunError(
            f"WebService {name}: its spec says namespace {spec.namespace}, but it is put into {given}; "
            "say only one of them."
        )
    return given or spec.namespace or name
