"""A workload as a Pulumi component: parts, registered in their order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

import pulumi

from components.kubernetes import Transform, apply
from components.validation import validated
from components.workloads.app import COMPONENTS, AppSpec
from components.workloads.identity import CloudIdentity
from components.workloads.namespace import Namespace
from components.workloads.parts import Part
from components.workloads.patches import patching, refuse_pointless
from components.workloads.pods.spec import WorkloadSpec
from components.workloads.site import Site


class Workload(pulumi.ComponentResource):
    """What all kinds of workload have in common. The Kubernetes provider comes from `opts`."""

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
        spec: AppSpec,
        render: Callable[[str, str], Sequence[Part]],
        *,
        namespace: Namespace | str | None,
        site: Site,
        identity: CloudIdentity | None = None,
        late: Callable[[str, str, pulumi.ResourceOptions], Iterable[Part]] = lambda *_: (),
        transforms: Sequence[Transform] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`render` makes the parts from the name of the objects and of their namespace.

        `late` makes those that need a resource of their own first, as its child by the given options.
        """
        objects = spec.renamed_from[0] if spec.renamed_from else name
        target = _namespace_name(self.kind, name, spec, namespace)
        parts = render(objects, target)
        refuse_pointless(self.kind, name, spec.patches, [part.manifest for part in parts])
        if identity and site.allow is None:
            raise pulumi.RunError(f"{self.kind} {name}: identity is given, but this cluster has none for its pods.")

        token = f"anykube:index:{self.kind}"
        super().__init__(token, name, None, pulumi.ResourceOptions.merge(opts, _formerly(name, self.kind, spec)))
        if namespace is None:
            namespace = Namespace(target, transforms=transforms, opts=pulumi.ResourceOptions(parent=self))
        # Patches are of the app's own objects.
        transforms = [patching(spec.patches), *transforms]
        home = [namespace.resource] if isinstance(namespace, Namespace) else []
        needed: list[pulumi.Resource] = []
        if identity and site.allow:
            granted = site.allow(target, objects, identity)
            needed += granted.ready
            parts = [annotated(part, granted.annotations) for part in parts]
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


def _namespace_name(kind: str, name: str, spec: AppSpec, namespace: Namespace | str | None) -> str:
    given = namespace.name if isinstance(namespace, Namespace) else namespace
    if given and spec.namespace and given != spec.namespace:
        raise pulumi.RunError(
            f"{kind} {name}: its spec says namespace {spec.namespace}, but it is put into {given}; "
            "say only one of them."
        )
    return given or spec.namespace or name


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
    """A workload that is all in its spec. Raises pulumi.RunError where that is wrong, with nothing registered yet."""

    model: ClassVar[type[AppSpec]]
    manifests: "ClassVar[staticmethod[[str, str, Any, Site], list[Part]]]"

    def __init__(
        self,
        name: str,
        spec: AppSpec | Mapping[str, object],
        *,
        namespace: Namespace | str | None = None,
        site: Site | None = None,
        transforms: Sequence[Transform] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`name` is that of the app and of its Kubernetes objects.

        `namespace`: one to be in; a string for one that is already there; None for one of its own, named as
        the spec says or else as the app. `site` is what depends on the cluster. `transforms` see every manifest.
        """
        spec, site = validated(self.kind, name, self.model, spec), site or Site()
        super().__init__(
            name,
            spec,
            lambda app, target: self.manifests(app, target, spec, site),
            namespace=namespace,
            site=site,
            identity=spec.identity if isinstance(spec, WorkloadSpec) else None,
            transforms=transforms,
            opts=opts,
        )
        self.register_outputs({"namespace": self.namespace})
