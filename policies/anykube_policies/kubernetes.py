"""The Kubernetes objects among a stack's resources, and the pods that they create."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from anykube_policies.fields import Fields
from anykube_policies.resource import Resource

_PREFIX = "kubernetes:"
_NOT_OBJECTS = ("helm.sh/", "yaml:", "yaml/", "kustomize:", "kustomize/")
"""Resources of the provider that are not objects: charts, and components that register each object separately."""

_TEMPLATES: Mapping[str, str] = {
    "DaemonSet": "spec.template",
    "Deployment": "spec.template",
    "Job": "spec.template",
    "ReplicaSet": "spec.template",
    "ReplicationController": "spec.template",
    "StatefulSet": "spec.template",
    "CronJob": "spec.jobTemplate.spec.template",
}
"""The path of the pod template, by kind of workload."""
_GROUPS = frozenset({"", "apps", "batch", "extensions"})
"""The API groups of Kubernetes' own workloads. A Job of another group is a different kind."""


@dataclass(frozen=True)
class KubernetesObject:
    """A Kubernetes object, as the program declares it."""

    resource: Resource

    @property
    def fields(self) -> Fields:
        return self.resource.inputs

    @cached_property
    def kind(self) -> str:
        """The kind, such as `Deployment`, also of custom resources. A patch has the kind of the object it patches."""
        return self.resource.type.rpartition(":")[2].removesuffix("Patch")

    @property
    def is_patch(self) -> bool:
        """Whether it patches an object that something else owns. Fields that the patch omits may be set there."""
        return self.resource.type.endswith("Patch")

    @cached_property
    def group(self) -> str:
        """The API group, such as `apps`; empty for the core group."""
        group = self.resource.type.removeprefix(_PREFIX).rpartition(":")[0].rpartition("/")[0]
        return "" if group == "core" else group

    @cached_property
    def name(self) -> str:
        """The name in the cluster; Pulumi's resource name if Pulumi generates the former."""
        metadata = self.fields["metadata"]
        return metadata["name"].text or self.resource.name

    @cached_property
    def namespace(self) -> str:
        """The namespace; `default` if neither the object nor its provider sets one."""
        provider = self.resource.provider
        provider_namespace = provider.inputs["namespace"].text if provider else None
        return self.fields.get("metadata.namespace").text or provider_namespace or "default"

    @cached_property
    def labels(self) -> dict[str, str]:
        return string_map(self.fields.get("metadata.labels"))

    @cached_property
    def annotations(self) -> Fields:
        return self.fields.get("metadata.annotations")


@dataclass(frozen=True)
class PodTemplate:
    """The pod template of a workload, or a bare pod."""

    owner: KubernetesObject
    template: Fields

    @property
    def spec(self) -> Fields:
        return self.template["spec"]

    @cached_property
    def labels(self) -> dict[str, str]:
        return string_map(self.template.get("metadata.labels"))


@dataclass(frozen=True)
class Container:
    """A container of a pod template."""

    pod: PodTemplate
    fields: Fields
    list: str
    """`containers`, `initContainers` or `ephemeralContainers`."""

    @property
    def display_name(self) -> str:
        """The container as messages name it."""
        name = self.fields["name"]
        return f"container {name.text}" if name.is_set else "a container"

    @property
    def security(self) -> Fields:
        return self.fields["securityContext"]


def objects(resource: Resource) -> Iterator[KubernetesObject]:
    """The resource, if it is a Kubernetes object."""
    kind = resource.type.removeprefix(_PREFIX)
    if kind != resource.type and not kind.startswith(_NOT_OBJECTS):
        yield KubernetesObject(resource)


def of_kind(*kinds: str, group: str | None = None) -> "KindFilter":
    """The resource, if it is an object of one of these kinds. `group` limits the API group (`""`: the core group)."""
    return KindFilter(frozenset(kinds), group)


@dataclass(frozen=True)
class KindFilter:
    """Selects objects by kind and API group."""

    kinds: frozenset[str]
    group: str | None = None

    def __call__(self, resource: Resource) -> Iterator[KubernetesObject]:
        return (item for item in objects(resource) if item.kind in self.kinds and self.group in (None, item.group))


def pod_templates(resource: Resource) -> Iterator[PodTemplate]:
    """The pod template of the resource, or the resource itself if it is a pod."""
    for owner in objects(resource):
        if owner.group not in _GROUPS:
            continue
        if owner.kind == "Pod":
            yield PodTemplate(owner, owner.fields)
        elif owner.kind in _TEMPLATES:
            yield PodTemplate(owner, owner.fields.get(_TEMPLATES[owner.kind]))


def containers(resource: Resource) -> Iterator[Container]:
    """All containers of the resource's pods, including init and ephemeral containers."""
    for pod in pod_templates(resource):
        for name in ("containers", "initContainers", "ephemeralContainers"):
            yield from (Container(pod, fields, name) for fields in pod.spec[name].elements)


def string_map(mapping: Fields) -> dict[str, str]:
    """The entries of a mapping whose values are known strings."""
    return {name: value.value for name, value in mapping.items() if isinstance(value.value, str)}
