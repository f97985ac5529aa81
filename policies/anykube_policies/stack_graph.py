"""The Kubernetes objects of a stack and how they relate: by namespace, by selector, and whether a missing object is
known to be missing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

from anykube_policies.fields import Fields, UnknownError, all_hold, find_all
from anykube_policies.kubernetes import KubernetesObject, PodTemplate, objects, pod_templates
from anykube_policies.resource import Stack
from anykube_policies.rule import Result, Undetermined, Violation

S = TypeVar("S")
K = TypeVar("K")

_CHARTS = "kubernetes:helm.sh/"
_PASSIVE_GROUPS = (
    "cert-manager.io",
    "external-secrets.io",
    "keda.sh",
    "networking.gke.io",
    "secrets-store.csi.x-k8s.io",
)
"""API groups, besides Kubernetes' own (without a dot, or below `k8s.io`), whose objects create no pods or Services."""

_OPERATORS: Mapping[str, Callable[[Fields, Fields], bool]] = {
    "In": lambda label, values: label.is_set and values.has(label.text or ""),
    "NotIn": lambda label, values: not (label.is_set and values.has(label.text or "")),
    "Exists": lambda label, _: label.is_set,
    "DoesNotExist": lambda label, _: not label.is_set,
}
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements"""


class Index(Generic[S, K]):
    """Items by a key. Items whose key is unknown may have any."""

    def __init__(self, items: Iterable[S], key: Callable[[S], K]) -> None:
        self._known: dict[K, list[S]] = defaultdict(list)
        self._unknown: list[S] = []
        for item in items:
            try:
                self._known[key(item)].append(item)
            except UnknownError:
                self._unknown.append(item)

    def candidates(self, key: K) -> Iterator[S]:
        """The items that have, or may have, this key."""
        yield from self._known.get(key, ())
        yield from self._unknown


@dataclass(frozen=True, eq=False)
class StackGraph:
    """The Kubernetes objects of a stack.

    Compared by identity, so that an index of it can be cached.
    """

    stack: Stack

    @cached_property
    def objects(self) -> Sequence[KubernetesObject]:
        return [item for resource in self.stack.resources for item in objects(resource)]

    def created(self, *kinds: str) -> Iterator[KubernetesObject]:
        """The objects of these kinds that the stack creates. Patches are left out."""
        return (item for item in self.of_kind(*kinds) if not item.is_patch)

    def of_kind(self, *kinds: str) -> Iterator[KubernetesObject]:
        """The objects of these kinds that the stack creates or patches."""
        return (item for kind in kinds for item in self._by_kind.get(kind, ()))

    def in_same_namespace(self, item: KubernetesObject, *kinds: str) -> Iterator[KubernetesObject]:
        """The objects of these kinds that are, or may be, in the namespace of `item`."""
        return (other for other in self._by_namespace.candidates(item.namespace) if other.kind in kinds)

    def possibly_named(self, namespace: str, name: str | None, *kinds: str) -> Iterator[KubernetesObject]:
        """The objects of these kinds that have, or may have, this name in the namespace."""
        return (item for item in self._by_name.candidates((namespace, name)) if item.kind in kinds)

    def pod_templates(self, namespace: str) -> Iterator[PodTemplate]:
        """The pod templates that are, or may be, in the namespace."""
        return self._pods_by_namespace.candidates(namespace)

    def is_complete(self, namespace: str) -> bool:
        """Whether every object of the namespace is in this stack.

        True if the stack creates the namespace and nothing in it creates objects that are not resources: no chart, and
        no custom resource that an operator acts on. Raises UnknownError.
        """
        if namespace not in self._complete:
            self._complete[namespace] = self._is_complete(namespace)
        return self._complete[namespace]

    def _is_complete(self, namespace: str) -> bool:
        if not find_all(lambda item: item.name == namespace, self.created("Namespace")):
            return False
        charts = (resource for resource in self.stack.resources if resource.type.startswith(_CHARTS))
        if find_all(lambda chart: chart.inputs["namespace"].text == namespace, charts):
            return False
        creators = filter(_creates_objects, self._by_namespace.candidates(namespace))
        return not find_all(lambda item: item.namespace == namespace, creators)

    @cached_property
    def _by_kind(self) -> dict[str, list[KubernetesObject]]:
        by_kind: dict[str, list[KubernetesObject]] = defaultdict(list)
        for item in self.objects:
            by_kind[item.kind].append(item)
        return by_kind

    @cached_property
    def _complete(self) -> dict[str, bool]:
        return {}

    @cached_property
    def _by_namespace(self) -> Index[KubernetesObject, str]:
        return Index(self.objects, lambda item: item.namespace)

    @cached_property
    def _by_name(self) -> Index[KubernetesObject, tuple[str, str | None]]:
        return Index(self.objects, lambda item: (item.namespace, item.name))

    @cached_property
    def _pods_by_namespace(self) -> Index[PodTemplate, str]:
        pods = (pod for resource in self.stack.resources for pod in pod_templates(resource))
        return Index(pods, lambda pod: pod.owner.namespace)


def _creates_objects(item: KubernetesObject) -> bool:
    return "." in item.group and not item.group.endswith(".k8s.io") and item.group not in _PASSIVE_GROUPS


@lru_cache(maxsize=1)
def graph_of(stack: Stack) -> StackGraph:
    """The graph of a stack, built once for all rules."""
    return StackGraph(stack)


def for_each_in_stack(
    subjects: Callable[[StackGraph], Iterable[KubernetesObject]],
    check: Callable[[KubernetesObject, StackGraph], str | None],
) -> Callable[[Stack], Iterator[Result]]:
    """Evaluates all `subjects` of a stack. `check` also gets the graph of the stack."""

    def evaluate(stack: Stack) -> Iterator[Result]:
        graph = graph_of(stack)
        for subject in subjects(graph):
            try:
                if message := check(subject, graph):
                    yield Violation(message, subject.resource.urn)
            except UnknownError as unknown:
                yield Undetermined(unknown.path, subject.resource.urn)

    return evaluate


def has_labels(required: Fields, labels: Fields) -> bool:
    """Whether `labels` include all required labels. Raises UnknownError if that depends on an unknown value."""
    return not find_all(lambda entry: labels[entry[0]].text != entry[1].text, required.items())


def selects(selector: Fields, labels: Fields) -> bool:
    """Whether a LabelSelector matches the labels. A missing selector selects nothing, an empty one everything."""
    return selector.is_set and all_hold(
        lambda: has_labels(selector["matchLabels"], labels),
        lambda: (
            not find_all(lambda expression: not _matches(expression, labels), selector["matchExpressions"].elements)
        ),
    )


def _matches(expression: Fields, labels: Fields) -> bool:
    operator = _OPERATORS.get(expression["operator"].text or "")
    return operator is not None and operator(labels[expression["key"].text or ""], expression["values"])
