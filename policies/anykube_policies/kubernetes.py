"""Kubernetes objects among resources, and the pods that they make."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from anykube_policies.fields import Fields
from anykube_policies.subject import Resource

_PREFIX = "kubernetes:"
_OTHERS = ("helm.sh/", "yaml:", "yaml/", "kustomize:", "kustomize/")
"""What the provider has beside objects: charts, and components that register each of their objects by itself."""

_TEMPLATES: Mapping[str, str] = {
    "DaemonSet": "spec.template",
    "Deployment": "spec.template",
    "Job": "spec.template",
    "ReplicaSet": "spec.template",
    "ReplicationController": "spec.template",
    "StatefulSet": "spec.template",
    "CronJob": "spec.jobTemplate.spec.template",
}
"""Where each kind of workload has the template of its pods."""
_GROUPS = frozenset({"", "apps", "batch", "extensions"})
"""Kubernetes' own groups that have these kinds: a Job of another group is another thing."""


@dataclass(frozen=True)
class Object:
    """A Kubernetes object, as the program asks for it."""

    resource: Resource

    @property
    def fields(self) -> Fields:
        return self.resource.inputs

    @cached_property
    def kind(self) -> str:
        """`Deployment`; also of a kind that a definition of the cluster's own adds. A patch of a kind is that kind."""
        return self.resource.type.rpartition(":")[2].removesuffix("Patch")

    @property
    def is_patch(self) -> bool:
        """Whether it changes some fields of an object that is somebody else's: what it does not say may be there."""
        return self.resource.type.endswith("Patch")

    @cached_property
    def group(self) -> str:
        """`apps`; empty for the core."""
        group = self.resource.type.removeprefix(_PREFIX).rpartition(":")[0].rpartition("/")[0]
        return "" if group == "core" else group

    @cached_property
    def name(self) -> str:
        """Its name in the cluster; Pulumi's where it is still to be chosen."""
        metadata = self.fields["metadata"]
        return metadata["name"].text or self.resource.name

    @cached_property
    def namespace(self) -> str:
        """The namespace that it goes to; `default` where neither it nor its provider names one."""
        provider = self.resource.provider
        of_provider = provider.inputs["namespace"].text if provider else None
        return self.fields.at("metadata.namespace").text or of_provider or "default"

    @cached_property
    def labels(self) -> dict[str, str]:
        return texts_of(self.fields.at("metadata.labels"))

    @cached_property
    def annotations(self) -> Fields:
        return self.fields.at("metadata.annotations")


@dataclass(frozen=True)
class Pods:
    """The pods of a workload: one bare pod, or what a template makes."""

    owner: Object
    template: Fields

    @property
    def spec(self) -> Fields:
        return self.template["spec"]

    @cached_property
    def labels(self) -> dict[str, str]:
        return texts_of(self.template.at("metadata.labels"))


@dataclass(frozen=True)
class Container:
    """A container of pods, whatever the list that it stands in."""

    pods: Pods
    fields: Fields
    list: str
    """`containers`, `initContainers` or `ephemeralContainers`."""

    @property
    def said(self) -> str:
        """How a message begins about it."""
        name = self.fields["name"]
        return f"container {name.text}" if name.given else "a container"

    @property
    def security(self) -> Fields:
        return self.fields["securityContext"]


def objects(resource: Resource) -> Iterator[Object]:
    """The resource, where it is a Kubernetes object."""
    kind = resource.type.removeprefix(_PREFIX)
    if kind != resource.type and not kind.startswith(_OTHERS):
        yield Object(resource)


def of_kind(*kinds: str, group: str | None = None) -> "Kinds":
    """The resource, where it is an object of one of these kinds; `group`: only of that one (`""`: the core)."""
    return Kinds(frozenset(kinds), group)


@dataclass(frozen=True)
class Kinds:
    """Picks objects of some kinds."""

    kinds: frozenset[str]
    group: str | None = None

    def __call__(self, resource: Resource) -> Iterator[Object]:
        return (one for one in objects(resource) if one.kind in self.kinds and self.group in (None, one.group))


def pods(resource: Resource) -> Iterator[Pods]:
    """The pods that the resource is or makes."""
    for owner in objects(resource):
        if owner.group not in _GROUPS:
            continue
        if owner.kind == "Pod":
            yield Pods(owner, owner.fields)
        elif owner.kind in _TEMPLATES:
            yield Pods(owner, owner.fields.at(_TEMPLATES[owner.kind]))


def containers(resource: Resource) -> Iterator[Container]:
    """All containers of its pods: also those before and beside the app's own."""
    for one in pods(resource):
        for name in ("containers", "initContainers", "ephemeralContainers"):
            yield from (Container(one, fields, name) for fields in one.spec[name].elements)


def texts_of(mapping: Fields) -> dict[str, str]:
    """The entries of a mapping whose values are text, and known."""
    return {name: value.value for name, value in mapping.items() if isinstance(value.value, str)}
