"""How the objects of a stack fit together: what is missing beside one, and what leads nowhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from anykube_policies.fields import Fields, finds, holds
from anykube_policies.kubernetes import Object, Pods
from anykube_policies.rule import NSA, PRACTICE, ResourceRule, Severity, StackRule, aks, each, eks, gke
from anykube_policies.scaling import AUTOSCALERS, autoscalers, fewest, kind_of, scales, target_of
from anykube_policies.stack_graph import Whole, has_labels, selects, together
from anykube_policies.subject import Resource

_KUBERNETES = "kubernetes:"
_SCALABLE = ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet")
_POLICIES = ("NetworkPolicy", "CiliumNetworkPolicy")
_ROUTES = ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute")
_USE_ANNOTATION = "use-annotation"
"""The port by which AWS' controller knows that a backend's name is that of an action, in an annotation.

https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions
"""


def default_provider(resource: Resource) -> str | None:
    """Goes to the cluster that the program means.

    The default provider takes whatever cluster the kubeconfig of the shell is set for at that moment.
    https://www.pulumi.com/docs/iac/concepts/providers/default-providers/
    """
    if not resource.type.startswith(_KUBERNETES) or not (resource.provider and resource.provider.is_default):
        return None
    return "goes to whatever cluster the shell of the run is set for: its provider is Pulumi's default one"


def network_policy(namespace: Object, whole: Whole) -> str | None:
    """Has a NetworkPolicy: without one, everybody may talk to all pods in it.

    https://kubernetes.io/docs/concepts/services-networking/network-policies/
    """
    if finds(lambda one: one.namespace == namespace.name, whole.of(*_POLICIES)):
        return None
    return "has no NetworkPolicy"


def dangling_service(service: Object, whole: Whole) -> str | None:
    """Selects pods that are there."""
    spec = service.fields["spec"]
    # Without a selector, somebody else says where requests go.
    if not list(spec["selector"].items()) or spec["type"].text == "ExternalName":
        return None
    place = service.namespace
    if not whole.is_home(place) or finds(
        lambda one: holds(
            lambda: one.owner.namespace == place,
            lambda: has_labels(spec["selector"], one.template.at("metadata.labels")),
        ),
        whole.pods(place),
    ):
        return None
    return f"selects pods that nothing in namespace {place} makes"


def dangling_route(route: Object, whole: Whole) -> str | None:
    """Leads to Services that are there."""
    missing = finds(lambda one: _missing(one, route.namespace, whole), _backends(route))
    return f"leads to {', '.join(dict.fromkeys(missing))}, which is not there" if missing else None


@dataclass(frozen=True)
class _Backend:
    """A Service that a route leads to."""

    name: Fields
    namespace: Fields
    """Nothing: the route's own."""


def _missing(backend: _Backend, own: str, whole: Whole) -> str | None:
    place, name = backend.namespace.text or own, backend.name.text
    services = (one for one in whole.of("Service") if not one.group)
    if (
        name is None
        or not whole.is_home(place)
        or finds(lambda one: holds(lambda: one.name == name, lambda: one.namespace == place), services)
    ):
        return None
    return f"Service {name} of namespace {place}"


def _backends(route: Object) -> Iterator[_Backend]:
    spec = route.fields["spec"]
    if route.kind in _ROUTES:
        for rule in spec["rules"].elements:
            for one in rule["backendRefs"].elements:
                if (one["kind"].text or "Service") == "Service" and not one["group"].text:
                    yield _Backend(one["name"], one["namespace"])
        return
    paths = [path["backend"] for rule in spec["rules"].elements for path in rule.at("http.paths").elements]
    for one in (spec["defaultBackend"], *paths):
        service = one["service"]
        if service.at("port.name").value != _USE_ANNOTATION:
            yield _Backend(service["name"], Fields())


def dangling_autoscaler(autoscaler: Object, whole: Whole) -> str | None:
    """Scales something that is there."""
    target, place = target_of(autoscaler), autoscaler.namespace
    if not whole.is_home(place) or finds(lambda one: scales(autoscaler, one), whole.of(kind_of(target))):
        return None
    return f"scales {kind_of(target)} {target['name'].text}, which is not in namespace {place}"


def owned_replicas(workload: Object, whole: Whole) -> str | None:
    """Says nothing of what an autoscaler says: every update would take back what that has chosen.

    https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling
    """
    if not workload.fields.at("spec.replicas").given or "spec.replicas" in workload.resource.left_alone:
        return None
    found = autoscalers(workload, whole)
    return f"has replicas, which {found[0].kind} {found[0].resource.name} chooses" if found else None


def budget_present(workload: Object, whole: Whole) -> str | None:
    """Has a disruption budget from two pods on: while nodes are drained, all of them could be gone at once.

    https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    """
    labels = workload.fields.at("spec.template.metadata.labels")
    if (count := fewest(workload, whole)) < 2 or finds(
        lambda one: holds(
            lambda: one.namespace == workload.namespace, lambda: selects(one.fields.at("spec.selector"), labels)
        ),
        whole.beside(workload, "PodDisruptionBudget"),
    ):
        return None
    return f"has {count} pods and no disruption budget"


def budget_able(budget: Object, whole: Whole) -> str | None:
    """Lets a pod be missing: else no node can be drained, and no cluster upgraded."""
    spec = budget.fields["spec"]
    missing, needed = spec["maxUnavailable"], spec["minAvailable"]
    if missing.given:
        return "lets no pod be missing" if _of(missing, 100) == 0 else None
    if not needed.given:
        return None
    if needed.text and _of(needed, 100) >= 100:
        return "wants all pods to be there"
    pods = _selected(budget, whole)
    if any(one.owner.kind not in _SCALABLE or one.owner.is_patch for one in pods):
        return None
    count = sum(fewest(one.owner, whole) for one in pods)
    if not count or _of(needed, count) < count:
        return None
    return f"wants {_of(needed, count)} of {count} pods to be there"


def _selected(budget: Object, whole: Whole) -> Sequence[Pods]:
    selector = budget.fields.at("spec.selector")
    return finds(
        lambda one: (
            one
            if holds(
                lambda: one.owner.namespace == budget.namespace,
                lambda: selects(selector, one.template.at("metadata.labels")),
            )
            else None
        ),
        whole.pods(budget.namespace),
    )


def _of(share: Fields, count: int) -> int:
    """A number of pods, or a percentage of so many, rounded up as Kubernetes does."""
    if share.text is None:
        return int(share.number or 0)
    digits = share.text.removesuffix("%")
    return ceil(int(digits) * count / 100) if digits.isdecimal() else 0


RULES = (
    StackRule(
        name="stack-network-policy",
        title="A namespace says who may talk to its pods",
        severity=Severity.HIGH,
        controls=(eks("4.3.2"), gke("4.3.2"), aks("4.4.2"), NSA),
        remedy="add a NetworkPolicy to the namespace",
        judge=together(lambda whole: whole.own("Namespace"), network_policy),
    ),
    StackRule(
        name="stack-dangling-service",
        title="A Service leads to pods",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="have its selector name labels that a pod template has",
        judge=together(lambda whole: (one for one in whole.own("Service") if not one.group), dangling_service),
    ),
    StackRule(
        name="stack-dangling-route",
        title="An Ingress or a route leads to Services",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="name a Service that there is, or take the backend away",
        judge=together(lambda whole: whole.own("Ingress", *_ROUTES), dangling_route),
    ),
    StackRule(
        name="stack-dangling-autoscaler",
        title="An autoscaler has something to scale",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="name kind and name of a workload that there is, or take the autoscaler away",
        judge=together(lambda whole: whole.own(*AUTOSCALERS), dangling_autoscaler),
    ),
    StackRule(
        name="stack-autoscaled-replicas",
        title="An autoscaled workload says nothing of replicas",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="leave `replicas` out, or have Pulumi ignore changes of `spec.replicas`",
        judge=together(lambda whole: whole.of(*_SCALABLE), owned_replicas),
    ),
    StackRule(
        name="stack-budget-present",
        title="A workload of two pods or more has a disruption budget",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="add a PodDisruptionBudget that selects its pods",
        judge=together(lambda whole: whole.own(*_SCALABLE), budget_present),
    ),
    StackRule(
        name="stack-budget-able",
        title="A disruption budget lets nodes be drained",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="give it `maxUnavailable: 1`, or more pods than it wants there",
        judge=together(lambda whole: whole.own("PodDisruptionBudget"), budget_able),
    ),
    ResourceRule(
        name="stack-default-provider",
        title="Every Kubernetes resource names its provider",
        severity=Severity.CRITICAL,
        controls=(PRACTICE,),
        remedy="make a Provider with the cluster's kubeconfig, and pass it by `opts`",
        judge=each(lambda resource: (resource,), default_provider),
    ),
)
