"""The base of all app components: registers an app's manifests in order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

import pulumi

from anykube._clusters.context import ClusterContext, context_of
from anykube._kubernetes import Transform, apply
from anykube._validation import M, validated
from anykube._workloads.app import COMPONENTS, AppSpec
from anykube._workloads.args import AppArgs
from anykube._workloads.identity import CloudIdentity
from anykube._workloads.immutable import IMMUTABLE
from anykube._workloads.namespace import Namespace, NamespaceArgs
from anykube._workloads.parts import ManifestPart
from anykube._workloads.patches import app_transforms, reject_unused_patches
from anykube._workloads.pods.spec import WorkloadSpec


class Workload(pulumi.ComponentResource):
    """The base class of all app components."""

    kind: ClassVar[str]
    """The name of the component, the last part of its Pulumi type."""
    namespace: str
    """The name of its namespace."""
    children: Mapping[str, pulumi.CustomResource]
    """Its Kubernetes objects by suffix, such as `deployment`."""
    urls: Sequence[str] = ()
    """The URLs of its routes."""

    def __init__(
        self,
        name: str,
        args: AppArgs,
        render: Callable[[str, str], Sequence[ManifestPart]],
        *,
        deferred: Callable[[str, str, pulumi.ResourceOptions], Iterable[ManifestPart]] = lambda *_: (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`render` returns the manifests for an object name and a namespace.

        `deferred` returns the manifests that depend on a resource. It creates that resource as a child of the app, with
        the options that it gets.
        """
        context = app_context(args)
        object_name = args.renamed_from[0] if args.renamed_from else name
        namespace_name = _namespace_name(name, args.namespace)
        self._placement = f"{namespace_name}/{object_name}"
        parts = render(object_name, namespace_name)
        reject_unused_patches(self.kind, name, args.patches, [part.manifest for part in parts])
        identity = cloud_identity(args)
        if identity and context.grant is None:
            raise pulumi.RunError(
                f"{self.kind} {name}: identity is set, but this cluster does not support cloud identities for pods. "
                "Remove identity, or deploy to a managed cluster."
            )

        token, opts = f"anykube:index:{self.kind}", context.options(opts)
        super().__init__(token, name, None, pulumi.ResourceOptions.merge(opts, _aliases(name, self.kind, args)))
        namespace = args.namespace or self._create_namespace(namespace_name, args.transforms)
        # Labels and patches apply only to the app's objects, not to the namespace's.
        transforms = [*app_transforms(args), *args.transforms]
        namespace_resource = [namespace.resource] if isinstance(namespace, Namespace) else []
        prerequisites: list[pulumi.Resource] = []
        if identity and context.grant:
            binding = context.grant(namespace_name, object_name, identity)
            prerequisites += binding.ready
            parts = [annotate_service_account(part, binding.annotations) for part in parts]
        parts = [*parts, *deferred(object_name, namespace_name, pulumi.ResourceOptions(parent=self))]
        children: dict[str, pulumi.CustomResource] = {}

        def register(stage: str, after: Sequence[pulumi.Resource]) -> list[pulumi.Resource]:
            resources = {
                part.suffix: self._register(f"{name}-{part.suffix}", part, [*namespace_resource, *after], transforms)
                for part in parts
                if part.stage == stage
            }
            children.update(resources)
            return list(resources.values())

        prerequisites += register("before", ())
        # Services and routes are created when the pods are ready, and deleted before them.
        register("after", register("workload", prerequisites))
        self.children = children
        self.namespace = namespace_name

    def _create_namespace(self, name: str, transforms: Sequence[Transform]) -> Namespace:
        # A context without a provider: the namespace inherits the app's.
        args = NamespaceArgs(cluster=ClusterContext(), transforms=tuple(transforms))
        return Namespace(name, args, pulumi.ResourceOptions(parent=self))

    def _register(
        self, name: str, part: ManifestPart, depends_on: Sequence[pulumi.Resource], transforms: Sequence[Transform]
    ) -> pulumi.CustomResource:
        timeout = f"{part.timeout_seconds}s" if part.timeout_seconds else None
        timeouts = pulumi.CustomTimeouts(create=timeout, update=timeout) if timeout else None
        opts = pulumi.ResourceOptions(
            parent=self,
            depends_on=list(depends_on),
            custom_timeouts=timeouts,
            ignore_changes=[*part.ignore_changes, *IMMUTABLE.get(str(part.manifest["kind"]), ())] or None,
        )
        return apply(part.manifest, name, opts, transforms, app=self._placement)


def annotate_service_account(part: ManifestPart, annotations: Mapping[str, pulumi.Input[str]]) -> ManifestPart:
    """Adds annotations to a ServiceAccount. Returns any other part unchanged."""
    if part.manifest["kind"] != "ServiceAccount" or not annotations:
        return part
    metadata: Any = part.manifest["metadata"]
    merged = {**metadata, "annotations": {**metadata.get("annotations", {}), **annotations}}
    return part._replace(manifest={**part.manifest, "metadata": merged})


def app_args(kind: str, name: str, model: type[M], args: M | Mapping[str, object]) -> M:
    """Validates the args of an app. Raises pulumi.RunError that lists every error in them."""
    cluster = args.get("cluster") if isinstance(args, Mapping) else getattr(args, "cluster", None)
    context = context_of(cluster)
    if context is None:
        return validated(kind, name, model, args)
    return validated(kind, name, model, args, cluster=context.spec, ingress=context.ingress)


def app_context(args: AppArgs) -> ClusterContext:
    """The context of the app's cluster."""
    return context_of(args.cluster) or ClusterContext()


def cloud_identity(args: AppArgs) -> CloudIdentity | None:
    """The cloud identity of the app's pods; None for an app without pods."""
    return args.identity if isinstance(args, WorkloadSpec) else None


def _namespace_name(app: str, namespace: Namespace | str | None) -> str:
    return namespace.name if isinstance(namespace, Namespace) else namespace or app


def _aliases(name: str, kind: str, spec: AppSpec) -> pulumi.ResourceOptions:
    """Aliases for former names and kinds of the component, so that objects that both have are not replaced."""
    aliases: list[pulumi.Alias] = [
        pulumi.Alias(name=old_name, type_=f"anykube:index:{old_kind}")
        for old_name in (name, *reversed(spec.renamed_from))
        for old_kind in (kind, *(other for other in COMPONENTS if other != kind))
        if (old_name, old_kind) != (name, kind)
    ]
    return pulumi.ResourceOptions(aliases=list(aliases))


class SpecifiedWorkload(Workload):
    """A workload that its args describe completely. Raises pulumi.RunError for invalid args, before it registers
    anything."""

    model: ClassVar[type[AppArgs]]
    manifests: "ClassVar[staticmethod[[str, str, Any, ClusterContext], list[ManifestPart]]]"

    def __init__(
        self, name: str, args: AppArgs | Mapping[str, object], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """`name` is the name of the app and of its Kubernetes objects."""
        spec = app_args(self.kind, name, self.model, args)
        context = app_context(spec)
        super().__init__(name, spec, lambda app, namespace: self.manifests(app, namespace, spec, context), opts=opts)
        self.register_outputs({"namespace": self.namespace})
