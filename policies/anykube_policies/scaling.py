"""How many pods workloads have, and what chooses that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anykube_policies.fields import Fields, finds, holds
from anykube_policies.kubernetes import Object
from anykube_policies.stack_graph import Whole


@dataclass(frozen=True)
class _Autoscaler:
    """Where a kind of autoscaler says what it scales, and to how many pods at least."""

    target: str
    least: str | None
    """None: it changes what pods ask for, and not how many there are."""
    default: int = 0


AUTOSCALERS: Mapping[str, _Autoscaler] = {
    "HorizontalPodAutoscaler": _Autoscaler("spec.scaleTargetRef", "spec.minReplicas", 1),
    # https://keda.sh/docs/latest/reference/scaledobject-spec/
    "ScaledObject": _Autoscaler("spec.scaleTargetRef", "spec.minReplicaCount"),
    "VerticalPodAutoscaler": _Autoscaler("spec.targetRef", None),
}
_COUNTING = tuple(kind for kind, facts in AUTOSCALERS.items() if facts.least)


def target_of(autoscaler: Object) -> Fields:
    """What it says that it scales."""
    return autoscaler.fields.at(AUTOSCALERS[autoscaler.kind].target)


def kind_of(target: Fields) -> str:
    """The kind of a target; KEDA takes it for a Deployment where it says none."""
    return target["kind"].text or "Deployment"


def scales(autoscaler: Object, one: Object) -> bool:
    """Whether it is this one that the autoscaler scales. Raises UnknownError."""
    target = target_of(autoscaler)
    return holds(
        lambda: kind_of(target) == one.kind,
        lambda: target["name"].text == one.name,
        lambda: autoscaler.namespace == one.namespace,
    )


def autoscalers(workload: Object, whole: Whole) -> Sequence[Object]:
    """Those that choose how many pods the workload has."""
    return finds(lambda one: one if scales(one, workload) else None, whole.own(*_COUNTING))


def fewest(workload: Object, whole: Whole) -> int:
    """The pods that it has at least."""
    if found := autoscalers(workload, whole):
        facts = AUTOSCALERS[found[0].kind]
        least = found[0].fields.at(facts.least or "")
        return int(least.number or 0) if least.given else facts.default
    replicas = workload.fields.at("spec.replicas")
    return int(replicas.number or 0) if replicas.given else 1
