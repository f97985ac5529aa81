"""How many pods a workload has, and which autoscaler sets the number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from anykube_policies.fields import Fields, UnknownError, all_hold, find_all
from anykube_policies.kubernetes import KubernetesObject
from anykube_policies.stack_graph import Index, StackGraph


@dataclass(frozen=True)
class _Autoscaler:
    """The fields of a kind of autoscaler: its target, and its minimum number of pods."""

    target: str
    minimum: str | None
    """None: it changes the pods' requests and not their number."""
    default: int = 0


AUTOSCALERS: Mapping[str, _Autoscaler] = {
    "HorizontalPodAutoscaler": _Autoscaler("spec.scaleTargetRef", "spec.minReplicas", 1),
    # https://keda.sh/docs/latest/reference/scaledobject-spec/
    "ScaledObject": _Autoscaler("spec.scaleTargetRef", "spec.minReplicaCount"),
    "VerticalPodAutoscaler": _Autoscaler("spec.targetRef", None),
}
_HORIZONTAL = tuple(kind for kind, facts in AUTOSCALERS.items() if facts.minimum)


def target_of(autoscaler: KubernetesObject) -> Fields:
    """The reference to the autoscaler's target."""
    return autoscaler.fields.get(AUTOSCALERS[autoscaler.kind].target)


def kind_of(target: Fields) -> str:
    """The kind of a target. KEDA's default is Deployment."""
    return target["kind"].text or "Deployment"


def scales(autoscaler: KubernetesObject, workload: KubernetesObject) -> bool:
    """Whether the autoscaler targets the workload. Raises UnknownError."""
    target = target_of(autoscaler)
    return all_hold(
        lambda: kind_of(target) == workload.kind,
        lambda: target["name"].text == workload.name,
        lambda: autoscaler.namespace == workload.namespace,
    )


def autoscalers(workload: KubernetesObject, graph: StackGraph) -> Sequence[KubernetesObject]:
    """The autoscalers that set the workload's number of pods."""
    candidates: Iterable[KubernetesObject]
    try:
        candidates = _horizontal(graph).candidates((workload.namespace, workload.name))
    except UnknownError:
        candidates = graph.created(*_HORIZONTAL)
    return find_all(lambda autoscaler: autoscaler if scales(autoscaler, workload) else None, candidates)


@lru_cache(maxsize=1)
def _horizontal(graph: StackGraph) -> Index[KubernetesObject, tuple[str, str | None]]:
    """The autoscalers that set numbers of pods, by namespace and name of their target."""
    return Index(
        graph.created(*_HORIZONTAL), lambda autoscaler: (autoscaler.namespace, target_of(autoscaler)["name"].text)
    )


def min_replicas(workload: KubernetesObject, graph: StackGraph) -> int:
    """The minimum number of pods of the workload."""
    if matching := autoscalers(workload, graph):
        facts = AUTOSCALERS[matching[0].kind]
        minimum = matching[0].fields.get(facts.minimum or "")
        return int(minimum.number or 0) if minimum.is_set else facts.default
    replicas = workload.fields.get("spec.replicas")
    return int(replicas.number or 0) if replicas.is_set else 1
