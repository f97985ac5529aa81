"""Checks the objects of a program against the cluster, before Pulumi changes any of them.

pulumi-kubernetes 4.25 creates by server-side apply, which takes over an object that exists
(https://github.com/pulumi/pulumi-kubernetes/issues/2926). So `gate` holds the kubeconfig of a provider back until a
check has passed. The check needs a Kubernetes client, which this distribution does not have: another one provides it as
the entry point `kubernetes` of the group `anykube.admission`. Without one there is no check; an object that another
stack marked still conflicts.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Any, Protocol, TypeAlias
from weakref import WeakKeyDictionary

import pulumi

from anykube._ownership import OWNER, field_manager, owner, used_by

_GROUP = "anykube.admission"
_FORCE = "pulumi.com/patchForce"
_FIELD_MANAGER = "pulumi.com/patchFieldManager"
"""https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/"""

Object: TypeAlias = Mapping[str, object]


@dataclass(frozen=True)
class RegisteredObject:
    """What a check needs to know about an object of the program."""

    api_version: str
    kind: str
    namespace: str
    """Empty: an object without a namespace."""
    name: str
    is_shared: bool = False
    """Whether several stacks may use the object: a namespace, or its NetworkPolicy."""
    is_existing: bool = False
    """Whether the program uses the object without registering it."""
    app: str = ""
    """Namespace and name of the app that it belongs to, such as `shop/web`. Empty: it belongs to none."""
    metadata: Mapping[str, Any] = field(default_factory=dict, hash=False)
    claim_templates: tuple[str, ...] = ()
    """The names of a StatefulSet's templates of PersistentVolumeClaims."""
    claim_labels: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """The labels of the claims that Kubernetes creates for a StatefulSet: those that select its pods."""

    @property
    def title(self) -> str:
        """`Deployment team/billing`, or `ClusterRole reader` for an object without a namespace."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


class RefusedError(Exception):
    """The program would take over objects of others. The text is for people."""


class Admission(Protocol):
    """A check of the objects of a program."""

    def __call__(
        self, kubeconfig: str, objects: Collection[RegisteredObject], adopted: Collection[str], *, dry_run: bool
    ) -> None:
        """Raises RefusedError. `adopted`: the titles of objects that the program may take over."""


@dataclass
class _Program:
    """The program of this process."""

    admission: Admission | None = None
    adopted: frozenset[str] = frozenset()
    objects: "WeakKeyDictionary[pulumi.ProviderResource, list[RegisteredObject]]" = field(
        default_factory=WeakKeyDictionary
    )


_program = _Program()


def enable(adopted: Collection[str]) -> None:
    """Makes providers check their objects. `adopted`: the titles of objects that the program may take over."""
    checks = entry_points(group=_GROUP)
    _program.admission = checks["kubernetes"].load() if checks else None
    _program.adopted = frozenset(adopted)


def gate(kubeconfig: pulumi.Input[str], provider: Callable[[], pulumi.ProviderResource]) -> pulumi.Input[str]:
    """The kubeconfig, once the objects of the provider have passed the check. Fails if they do not."""
    admission = _program.admission
    if admission is None:
        return kubeconfig

    async def checked(content: str) -> str:
        # The program has registered all objects when this runs: the event loop runs it after the program's body.
        objects, dry_run = _program.objects.get(provider(), ()), pulumi.runtime.is_dry_run()
        try:
            await asyncio.to_thread(admission, content, objects, _program.adopted, dry_run=dry_run)
        except RefusedError as error:
            raise pulumi.RunError(str(error)) from None
        return content

    return pulumi.Output.from_input(kubeconfig).apply(checked)


def register(manifest: Object, opts: pulumi.ResourceOptions, *, shared: bool, app: str = "") -> Object:
    """Records an object for the check, and returns its manifest with the mark of this stack."""
    metadata = manifest.get("metadata")
    if not isinstance(metadata, Mapping):
        return manifest
    registered = _registered(manifest, metadata, shared=shared, app=app)
    marks = _marks(registered, shared=shared)
    annotations = metadata.get("annotations") or {}
    if isinstance(annotations, pulumi.Output):
        annotations = annotations.apply(lambda known: {**(known or {}), **marks})
    else:
        annotations = {**annotations, **marks}
    manifest = {**manifest, "metadata": {**metadata, "annotations": annotations}}
    if registered:
        record(registered, opts)
    return manifest


def record(registered: RegisteredObject, opts: pulumi.ResourceOptions) -> None:
    """Records an object for the check of its provider."""
    provider = opts.provider or (opts.parent.get_provider("kubernetes:core/v1:Namespace") if opts.parent else None)
    if provider is not None:
        _program.objects.setdefault(provider, []).append(registered)


def _registered(manifest: Object, metadata: Mapping[str, Any], *, shared: bool, app: str) -> RegisteredObject | None:
    """None: the name depends on a resource, so nobody else can have an object of that name."""
    name, namespace = metadata.get("name"), metadata.get("namespace") or ""
    if not isinstance(name, str) or not isinstance(namespace, str):
        return None
    api_version, kind = str(manifest["apiVersion"]), str(manifest["kind"])
    return RegisteredObject(
        api_version,
        kind,
        namespace,
        name,
        is_shared=shared,
        app=app,
        metadata=metadata if shared else {},
        **_claims(manifest) if kind == "StatefulSet" else {},
    )


def _claims(stateful_set: Mapping[str, Any]) -> dict[str, Any]:
    spec = stateful_set.get("spec")
    templates = spec.get("volumeClaimTemplates") if isinstance(spec, Mapping) else None
    if not isinstance(spec, Mapping) or not isinstance(templates, list):
        return {}
    names = tuple(template["metadata"]["name"] for template in templates)
    return {"claim_templates": names, "claim_labels": spec["selector"]["matchLabels"]}


def _marks(registered: RegisteredObject | None, *, shared: bool) -> dict[str, str]:
    project_stack = owner(pulumi.get_project(), pulumi.get_stack())
    marks = {used_by(project_stack): project_stack} if shared else {OWNER: project_stack}
    if registered and {registered.title, f"{registered.kind} {registered.name}"} & _program.adopted:
        marks |= {_FORCE: "true", _FIELD_MANAGER: field_manager(project_stack)}
    return marks
