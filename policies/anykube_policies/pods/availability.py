"""What keeps an app answering while pods, nodes and versions come and go."""

from collections.abc import Iterator

from anykube._workloads.rollout import is_none

from anykube_policies.fields import Fields
from anykube_policies.kubernetes import Object, Pods, pods
from anykube_policies.pods.subjects import owners
from anykube_policies.rule import PRACTICE, ResourceRule, Severity, StackRule, each
from anykube_policies.scaling import fewest
from anykube_policies.stack_graph import Whole, together

_PLACES = frozenset({"kubernetes.io/hostname", "topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"})
_SPREADING = frozenset({"Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"})
_SURGE, _UNAVAILABLE = "25%", "25%"
"""What a Deployment takes where it says nothing."""


def replicas(deployment: Object, whole: Whole) -> str | None:
    """Runs twice in production: one pod is missing whenever its node is drained.

    Only Deployments: pods of a StatefulSet have storage of their own, and a second one is a copy only where the app
    replicates. None at all is an app that is switched off. With an autoscaler, its least number counts.
    """
    production = deployment.resource.settings.profile == "production"
    return "may run as a single pod" if production and fewest(deployment, whole) == 1 else None


def rolling(workload: Object) -> str | None:
    """Replaces its pods one after the other, and by itself.

    https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy
    """
    if workload.kind != "Deployment":
        manual = workload.fields.at("spec.updateStrategy.type").text == "OnDelete"
        return "has a new version only in pods that somebody deletes (OnDelete)" if manual else None
    strategy = workload.fields.at("spec.strategy")
    if strategy["type"].text == "Recreate":
        return "ends all of its pods before new ones begin (Recreate)"
    surge = _limit(strategy.at("rollingUpdate.maxSurge"), _SURGE)
    missing = _limit(strategy.at("rollingUpdate.maxUnavailable"), _UNAVAILABLE)
    if missing == "100%":
        return "may be without any pod during a rollout (maxUnavailable 100%)"
    return "cannot roll out: maxSurge and maxUnavailable are both 0" if is_none(surge) and is_none(missing) else None


def _limit(given: Fields, default: str) -> str:
    """A number or a percentage, as text."""
    number = given.number
    return f"{number:.0f}" if number is not None else given.text or default


def spread(one: Pods) -> str | None:
    """Loses not all of its pods with a node or a zone.

    A constraint without a selector counts no pod.
    https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
    """
    if one.owner.kind not in _SPREADING or one.owner.is_patch or any(_spreads(term) for term in _terms(one.spec)):
        return None
    number = one.owner.fields.at("spec.replicas").number
    return "may have all of its pods on one node" if number is None or number > 1 else None


def _terms(spec: Fields) -> Iterator[Fields]:
    yield from spec["topologySpreadConstraints"].elements
    apart = spec.at("affinity.podAntiAffinity")
    yield from apart["requiredDuringSchedulingIgnoredDuringExecution"].elements
    for weighted in apart["preferredDuringSchedulingIgnoredDuringExecution"].elements:
        yield weighted["podAffinityTerm"]


def _spreads(term: Fields) -> bool:
    return term["topologyKey"].text in _PLACES and term["labelSelector"].given


RULES = (
    StackRule(
        name="pod-replicas",
        title="Every Deployment of production has two replicas or more",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="ask for two or more: `replicas`, or an autoscaler's `minReplicas`",
        judge=together(lambda whole: whole.own("Deployment"), replicas),
    ),
    ResourceRule(
        name="pod-rolling",
        title="New versions replace pods one after the other",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="use the strategy RollingUpdate, with room for it in maxSurge or maxUnavailable",
        judge=each(owners("DaemonSet", "Deployment", "StatefulSet"), rolling),
    ),
    ResourceRule(
        name="pod-spread",
        title="Replicas are spread over nodes or zones",
        severity=Severity.LOW,
        controls=(PRACTICE,),
        remedy="give `topologySpreadConstraints` for kubernetes.io/hostname, with a labelSelector",
        judge=each(pods, spread),
    ),
)
