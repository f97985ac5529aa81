"""A workload as a Pulumi component: parts, registered in their order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

import pulumi

from anykube._clusters.context import ClusterContext, context_of
from anykube._kubernetes import Transform, apply
from anykube._validation import M, validated
from anykube._workloads.app import COMPONENTS, AppSpec
from anykube._workloads.args import AppArgs
from anykube._workloads.identity import CloudIdentity
from anykube._workloads.namespace import Namespace, NamespaceArgs
from anykube._workloads.parts import Part
from anykube._workloads.patches import patching, refuse_pointless
from anykube._workloads.pods.spec import WorkloadSpec


class Workload(pulumi.ComponentResource):
    """What all kinds of workload have in common."""

    kind: ClassVar[str]
    """Name of the kind, which ends its Pulumi type."""
    namespace: str
    """Name of the namespace that it is in."""
    children: Mapping[str, pulumi.CustomResource]
    """Its objects, by suffix, such as `deployment`."""
    urls: Sequence[str] = ()
    """Its addresses, where it has routes."""

    def __init__(
        self,
        name: str,
        args: AppArgs,
        render: Callable[[str, str], Sequence[Part]],
        *,
        late: Callable[[str, str, pulumi.ResourceOptions], Iterable[Part]] = lambda *_: (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`render` makes the parts from the name of the objects and of their namespace.

        `late` makes those that need a resource of their own first, as its child by the given options.
        """
        context = cluster_of(args)
        objects = args.renamed_from[0] if args.renamed_from else name
        target = _namespace_name(name, args.namespace)
        parts = render(objects, target)
        refuse_pointless(self.kind, name, args.patches, [part.manifest for part in parts])
        identity = identity_of(args)
        if identity and context.grant is None:
            raise pulumi.RunError(f"{self.kind} {name}: identity is given, but this cluster has none for its pods.")

        token, opts = f"anykube:index:{self.kind}", context.options(opts)
        super().__init__(token, name, None, pulumi.ResourceOptions.merge(opts, _formerly(name, self.kind, args)))
        namespace = args.namespace or self._new_namespace(target, args.transforms)
        # Patches are of the app's own objects.
        transforms = [patching(args.patches), *args.transforms]
        home = [namespace.resource] if isinstance(namespace, Namespace) else []
        needed: list[pulumi.Resource] = []
        if identity and context.grant:
            binding = context.grant(target, objects, identity)
            needed += binding.ready
            parts = [annotated(part, binding.annotations) for part in parts]
        parts = [*parts, *late(objects, target, pulumi.ResourceOptions(parent=self))]
        children: dict[str, pulumi.CustomResource] = {}

        def register(stage: str, after: Sequence[pulumi.Resource]) -> list[pulumi.Resource]:
            made = {
                part.suffix: self._register(f"{name}-{part.suffix}", part, [*home, *after], transforms)
                for part in parts
                if part.stage == stage
            }
            children.update(made)
            return list(made.values())

        needed += register("before", ())
        # Requests come when the pods are ready, and go before they do.
        register("after", register("workload", needed))
        self.children = children
        self.namespace = target

    def _new_namespace(self, name: str, transforms: Sequence[Transform]) -> Namespace:
        # Without a provider in its context, it has the app's.
        args = NamespaceArgs(cluster=ClusterContext(), transforms=tuple(transforms))
        return Namespace(name, args, pulumi.ResourceOptions(parent=self))

    def _register(
        self, name: str, part: Part, depends_on: Sequence[pulumi.Resource], transforms: Sequence[Transform]
    ) -> pulumi.CustomResource:
        deadline = f"{part.patience}s" if part.patience else None
        patience = pulumi.CustomTimeouts(create=deadline, update=deadline) if deadline else None
        opts = pulumi.ResourceOptions(
            parent=self,
            depends_on=list(depends_on),
            custom_timeouts=patience,
            ignore_changes=list(part.left_alone) or None,
        )
        return apply(part.manifest, name, opts, transforms)


def annotated(part: Part, annotations: Mapping[str, pulumi.Input[str]]) -> Part:
    """The part; where it is the service account, with these annotations besides."""
    if part.manifest["kind"] != "ServiceAccount" or not annotations:
        return part
    own: Any = part.manifest["metadata"]
    metadata = {**own, "annotations": {**own.get("annotations", {}), **annotations}}
    return part._replace(manifest={**part.manifest, "metadata": metadata})


def app_args(kind: str, name: str, model: type[M], args: M | Mapping[str, object]) -> M:
    """The args of an app as their model. Raises pulumi.RunError with every mistake in them."""
    cluster = args.get("cluster") if isinstance(args, Mapping) else getattr(args, "cluster", None)
    context = context_of(cluster)
    if context is None:
        return validated(kind, name, model, args)
    return validated(kind, name, model, args, cluster=context.spec, ingress=context.ingress)


def cluster_of(args: AppArgs) -> ClusterContext:
    """The context of the cluster that an app goes to."""
    return context_of(args.cluster) or ClusterContext()


def identity_of(args: AppArgs) -> CloudIdentity | None:
    """What the app's pods may do in the cloud; None for an app without pods."""
    return args.identity if isinstance(args, WorkloadSpec) else None


def _namespace_name(app: str, namespace: Namespace | str | None) -> str:
    return namespace.name if isinstance(namespace, Namespace) else namespace or app


def _formerly(name: str, kind: str, spec: AppSpec) -> pulumi.ResourceOptions:
    """What the component was called, or of what kind: objects that both have go on living, also their children's."""
    aliases: list[pulumi.Alias] = [
        pulumi.Alias(name=old, type_=f"anykube:index:{other}")
        for old in (name, *reversed(spec.renamed_from))
        for other in (kind, *(k for k in COMPONENTS if k != kind))
        if (old, other) != (name, kind)
    ]
    return pulumi.ResourceOptions(aliases=list(aliases))


class SpecifiedWorkload(Workload):
    """A workload that is all in its args. Raises pulumi.RunError where these are wrong, with nothing registered yet."""

    model: ClassVar[type[AppArgs]]
    manifests: "ClassVar[staticmethod[[str, str, Any, ClusterContext], list[Part]]]"

    def __init__(
        self, name: str, args: AppArgs | Mapping[str, object], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """`name` is that of the app and of its Kubernetes objects."""
        spec = app_args(self.kind, name, self.model, args)
        context = cluster_of(spec)
        super().__init__(name, spec, lambda app, target: self.manifests(app, target, spec, context), opts=opts)
        self.register_outputs({"namespace": self.namespace})
