"""Rules for availability during node drains, node failures and rollouts."""

from collections.abc import Iterator

from anykube._workloads.rollout import is_zero

from anykube_policies.fields import Fields
from anykube_policies.kubernetes import KubernetesObject, PodTemplate, pod_templates
from anykube_policies.pods.subjects import owners
from anykube_policies.rule import PRACTICE, ResourceRule, Severity, StackRule, for_each
from anykube_policies.scaling import min_replicas
from anykube_policies.stack_graph import StackGraph, for_each_in_stack

_TOPOLOGY_KEYS = frozenset(
    {"kubernetes.io/hostname", "topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"}
)
_SPREADING = frozenset({"Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"})
_SURGE, _UNAVAILABLE = "25%", "25%"
"""The defaults of a Deployment."""


def replicas(deployment: KubernetesObject, graph: StackGraph) -> str | None:
    """A production Deployment has two or more pods: draining a node evicts one.

    StatefulSets are not checked: their pods have separate storage, and a second pod helps only if the app replicates
    its data. Zero replicas pass: the app is switched off. With an autoscaler, its minimum counts.
    """
    production = deployment.resource.settings.profile == "production"
    return "can run with a single pod" if production and min_replicas(deployment, graph) == 1 else None


def rolling(workload: KubernetesObject) -> str | None:
    """A workload replaces its pods gradually and automatically.

    https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy
    """
    if workload.kind != "Deployment":
        manual = workload.fields.get("spec.updateStrategy.type").text == "OnDelete"
        return "updates pods only after they are deleted manually (OnDelete)" if manual else None
    strategy = workload.fields.get("spec.strategy")
    if strategy["type"].text == "Recreate":
        return "stops all pods before it starts new ones (Recreate)"
    surge = _limit(strategy.get("rollingUpdate.maxSurge"), _SURGE)
    missing = _limit(strategy.get("rollingUpdate.maxUnavailable"), _UNAVAILABLE)
    if missing == "100%":
        return "can have no pods during a rollout (maxUnavailable 100%)"
    return "cannot roll out: maxSurge and maxUnavailable are both 0" if is_zero(surge) and is_zero(missing) else None


def _limit(value: Fields, default: str) -> str:
    """A number or a percentage, as text."""
    number = value.number
    return f"{number:.0f}" if number is not None else value.text or default


def spread(pod: PodTemplate) -> str | None:
    """The pods of a workload are spread over nodes or zones.

    A constraint without a selector matches no pods and does not count.
    https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
    """
    if pod.owner.kind not in _SPREADING or pod.owner.is_patch or any(_spreads(term) for term in _terms(pod.spec)):
        return None
    number = pod.owner.fields.get("spec.replicas").number
    return "can have all its pods on one node" if number is None or number > 1 else None


def _terms(spec: Fields) -> Iterator[Fields]:
    yield from spec["topologySpreadConstraints"].elements
    anti_affinity = spec.get("affinity.podAntiAffinity")
    yield from anti_affinity["requiredDuringSchedulingIgnoredDuringExecution"].elements
    for weighted in anti_affinity["preferredDuringSchedulingIgnoredDuringExecution"].elements:
        yield weighted["podAffinityTerm"]


def _spreads(term: Fields) -> bool:
    return term["topologyKey"].text in _TOPOLOGY_KEYS and term["labelSelector"].is_set


RULES = (
    StackRule(
        name="pod-replicas",
        title="A production Deployment has two or more replicas",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="set `replicas`, or an autoscaler's `minReplicas`, to 2 or more",
        evaluate=for_each_in_stack(lambda graph: graph.created("Deployment"), replicas),
    ),
    ResourceRule(
        name="pod-rolling",
        title="A rollout replaces pods gradually",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="use the RollingUpdate strategy, with maxSurge or maxUnavailable above 0",
        evaluate=for_each(owners("DaemonSet", "Deployment", "StatefulSet"), rolling),
    ),
    ResourceRule(
        name="pod-spread",
        title="Replicas are spread over nodes or zones",
        severity=Severity.LOW,
        controls=(PRACTICE,),
        remedy="add `topologySpreadConstraints` for kubernetes.io/hostname, with a labelSelector",
        evaluate=for_each(pod_templates, spread),
    ),
)
