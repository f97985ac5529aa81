"""The objects of a stack, together: what is where, what selects what, and whether it is known that one is nowhere."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from anykube_policies.fields import Fields, UnknownError, finds, holds
from anykube_policies.kubernetes import Object, Pods, objects, pods
from anykube_policies.rule import Broken, Unjudged, Verdict
from anykube_policies.subject import Stack

S = TypeVar("S")

_CHARTS = "kubernetes:helm.sh/"
_MAKING_NOTHING = (
    "cert-manager.io",
    "external-secrets.io",
    "keda.sh",
    "networking.gke.io",
    "secrets-store.csi.x-k8s.io",
)
"""Groups beside Kubernetes' own (without a dot, or below `k8s.io`) whose objects make neither pods nor Services."""

_OPERATORS: Mapping[str, Callable[[Fields, Fields], bool]] = {
    "In": lambda label, values: label.given and values.has(label.text or ""),
    "NotIn": lambda label, values: not (label.given and values.has(label.text or "")),
    "Exists": lambda label, _: label.given,
    "DoesNotExist": lambda label, _: not label.given,
}
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements"""


@dataclass
class _Placed(Generic[S]):
    """Things by the namespace that they are in; those of an unknown one may be in any."""

    known: dict[str, list[S]] = field(default_factory=lambda: defaultdict(list))
    unknown: list[S] = field(default_factory=list)

    def add(self, thing: S, of: Object) -> None:
        try:
            self.known[of.namespace].append(thing)
        except UnknownError:
            self.unknown.append(thing)

    def around(self, namespace: str) -> Iterator[S]:
        yield from self.known.get(namespace, ())
        yield from self.unknown


@dataclass(frozen=True)
class Whole:
    """What a stack has of Kubernetes."""

    stack: Stack

    @cached_property
    def objects(self) -> Sequence[Object]:
        return [one for resource in self.stack.resources for one in objects(resource)]

    def own(self, *kinds: str) -> Iterator[Object]:
        """Those of some kinds that the stack makes, and does not only patch."""
        return (one for one in self.of(*kinds) if not one.is_patch)

    def of(self, *kinds: str) -> Iterator[Object]:
        """Those of some kinds, also those that it patches."""
        return (one for kind in kinds for one in self._kinds.get(kind, ()))

    def beside(self, one: Object, *kinds: str) -> Iterator[Object]:
        """Those of some kinds that are in the namespace of another, or may be."""
        return (other for other in self._placed.around(one.namespace) if other.kind in kinds)

    def pods(self, namespace: str) -> Iterator[Pods]:
        """The pods that are in the namespace, or may be."""
        return self._pods.around(namespace)

    def is_home(self, namespace: str) -> bool:
        """Whether all that is in the namespace is in this stack.

        The stack makes it then, and has nothing in it that makes objects which are no resources: a chart, or an object
        that some operator acts on. Raises UnknownError.
        """
        if namespace not in self._homes:
            self._homes[namespace] = self._is_home(namespace)
        return self._homes[namespace]

    def _is_home(self, namespace: str) -> bool:
        if not finds(lambda one: one.name == namespace, self.own("Namespace")):
            return False
        charts = (one for one in self.stack.resources if one.type.startswith(_CHARTS))
        if finds(lambda chart: chart.inputs["namespace"].text == namespace, charts):
            return False
        return not finds(lambda one: one.namespace == namespace, filter(_makes_others, self._placed.around(namespace)))

    @cached_property
    def _kinds(self) -> dict[str, list[Object]]:
        found: dict[str, list[Object]] = defaultdict(list)
        for one in self.objects:
            found[one.kind].append(one)
        return found

    @cached_property
    def _homes(self) -> dict[str, bool]:
        return {}

    @cached_property
    def _placed(self) -> _Placed[Object]:
        found: _Placed[Object] = _Placed()
        for one in self.objects:
            found.add(one, one)
        return found

    @cached_property
    def _pods(self) -> _Placed[Pods]:
        found: _Placed[Pods] = _Placed()
        for resource in self.stack.resources:
            for one in pods(resource):
                found.add(one, one.owner)
        return found


def _makes_others(one: Object) -> bool:
    return "." in one.group and not one.group.endswith(".k8s.io") and one.group not in _MAKING_NOTHING


def together(
    subjects: Callable[[Whole], Iterable[Object]], check: Callable[[Object, Whole], str | None]
) -> Callable[[Stack], Iterator[Verdict]]:
    """Judges all `subjects` of a stack, each with the rest of it: what `each` is for the resources by themselves."""

    def judge(stack: Stack) -> Iterator[Verdict]:
        whole = Whole(stack)
        for subject in subjects(whole):
            try:
                if what := check(subject, whole):
                    yield Broken(what, subject.resource.urn)
            except UnknownError as unknown:
                yield Unjudged(unknown.path, subject.resource.urn)

    return judge


def has_labels(wanted: Fields, labels: Fields) -> bool:
    """Whether labels have all that are wanted. Raises UnknownError where that depends on an unknown one."""
    return not finds(lambda entry: labels[entry[0]].text != entry[1].text, wanted.items())


def selects(selector: Fields, labels: Fields) -> bool:
    """Whether a LabelSelector is met by labels. One that is not given selects nothing, an empty one everything."""
    return selector.given and holds(
        lambda: has_labels(selector["matchLabels"], labels),
        lambda: not finds(lambda one: not _is_met(one, labels), selector["matchExpressions"].elements),
    )


def _is_met(expression: Fields, labels: Fields) -> bool:
    operator = _OPERATORS.get(expression["operator"].text or "")
    return operator is not None and operator(labels[expression["key"].text or ""], expression["values"])
