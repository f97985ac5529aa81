"""Rules about how the objects of a stack fit together: missing companions and references to nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from anykube_policies.fields import Fields, all_hold, find_all
from anykube_policies.kubernetes import KubernetesObject, PodTemplate
from anykube_policies.resource import Resource
from anykube_policies.rule import NSA, PRACTICE, ResourceRule, Severity, StackRule, aks, eks, for_each, gke
from anykube_policies.scaling import AUTOSCALERS, autoscalers, kind_of, min_replicas, scales, target_of
from anykube_policies.stack_graph import StackGraph, for_each_in_stack, has_labels, selects

_KUBERNETES = "kubernetes:"
_SCALABLE = ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet")
_POLICIES = ("NetworkPolicy", "CiliumNetworkPolicy")
_ROUTES = ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute")
_USE_ANNOTATION = "use-annotation"
"""The port name that tells the AWS Load Balancer Controller that the backend is an action in an annotation.

https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions
"""


def default_provider(resource: Resource) -> str | None:
    """A Kubernetes resource does not use Pulumi's default provider.

    The default provider deploys to the current context of the shell's kubeconfig, which may be any cluster.
    https://www.pulumi.com/docs/iac/concepts/providers/default-providers/
    """
    if not resource.type.startswith(_KUBERNETES) or not (resource.provider and resource.provider.is_default):
        return None
    return "uses Pulumi's default Kubernetes provider, which deploys to the current kubeconfig context"


def network_policy(namespace: KubernetesObject, graph: StackGraph) -> str | None:
    """A namespace has a NetworkPolicy: without one, every pod accepts connections from anywhere.

    https://kubernetes.io/docs/concepts/services-networking/network-policies/
    """
    if find_all(lambda policy: policy.namespace == namespace.name, graph.of_kind(*_POLICIES)):
        return None
    return "has no NetworkPolicy"


def dangling_service(service: KubernetesObject, graph: StackGraph) -> str | None:
    """The pods that a Service selects exist."""
    spec = service.fields["spec"]
    # A Service without a selector has EndpointSlices that something else manages.
    if not list(spec["selector"].items()) or spec["type"].text == "ExternalName":
        return None
    namespace = service.namespace
    if not graph.is_complete(namespace) or find_all(
        lambda pod: all_hold(
            lambda: pod.owner.namespace == namespace,
            lambda: has_labels(spec["selector"], pod.template.get("metadata.labels")),
        ),
        graph.pod_templates(namespace),
    ):
        return None
    return f"selects pods that do not exist in namespace {namespace}"


def dangling_route(route: KubernetesObject, graph: StackGraph) -> str | None:
    """The backend Services of a route exist."""
    missing = find_all(lambda backend: _missing(backend, route.namespace, graph), _backends(route))
    return f"routes to Services that do not exist: {', '.join(dict.fromkeys(missing))}" if missing else None


@dataclass(frozen=True)
class _Backend:
    """A backend Service of a route."""

    name: Fields
    namespace: Fields
    """Null: the route's namespace."""


def _missing(backend: _Backend, route_namespace: str, graph: StackGraph) -> str | None:
    """The backend as `NAMESPACE/NAME` if it does not exist."""
    namespace, name = backend.namespace.text or route_namespace, backend.name.text
    services = (service for service in graph.possibly_named(namespace, name, "Service") if not service.group)
    if (
        name is None
        or not graph.is_complete(namespace)
        or find_all(
            lambda service: all_hold(lambda: service.name == name, lambda: service.namespace == namespace), services
        )
    ):
        return None
    return f"{namespace}/{name}"


def _backends(route: KubernetesObject) -> Iterator[_Backend]:
    spec = route.fields["spec"]
    if route.kind in _ROUTES:
        for rule in spec["rules"].elements:
            for reference in rule["backendRefs"].elements:
                if (reference["kind"].text or "Service") == "Service" and not reference["group"].text:
                    yield _Backend(reference["name"], reference["namespace"])
        return
    paths = [path["backend"] for rule in spec["rules"].elements for path in rule.get("http.paths").elements]
    for backend in (spec["defaultBackend"], *paths):
        service = backend["service"]
        if service.get("port.name").value != _USE_ANNOTATION:
            yield _Backend(service["name"], Fields())


def dangling_autoscaler(autoscaler: KubernetesObject, graph: StackGraph) -> str | None:
    """The target of an autoscaler exists."""
    target, namespace = target_of(autoscaler), autoscaler.namespace
    if not graph.is_complete(namespace) or find_all(
        lambda workload: scales(autoscaler, workload),
        graph.possibly_named(namespace, target["name"].text, kind_of(target)),
    ):
        return None
    return f"scales {kind_of(target)} {target['name'].text}, which does not exist in namespace {namespace}"


def owned_replicas(workload: KubernetesObject, graph: StackGraph) -> str | None:
    """A workload with an autoscaler does not set `replicas`: every update would undo the autoscaler's choice.

    https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling
    """
    if not workload.fields.get("spec.replicas").is_set or "spec.replicas" in workload.resource.ignore_changes:
        return None
    owners = autoscalers(workload, graph)
    return f"sets replicas, which {owners[0].kind} {owners[0].resource.name} controls" if owners else None


def budget_present(workload: KubernetesObject, graph: StackGraph) -> str | None:
    """A workload with two or more pods has a PodDisruptionBudget: without one, draining nodes can evict all of them.

    https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    """
    labels = workload.fields.get("spec.template.metadata.labels")
    if (count := min_replicas(workload, graph)) < 2 or find_all(
        lambda budget: all_hold(
            lambda: budget.namespace == workload.namespace, lambda: selects(budget.fields.get("spec.selector"), labels)
        ),
        graph.in_same_namespace(workload, "PodDisruptionBudget"),
    ):
        return None
    return f"has {count} pods but no PodDisruptionBudget"


def budget_able(budget: KubernetesObject, graph: StackGraph) -> str | None:
    """A PodDisruptionBudget allows a pod to be evicted: otherwise nodes cannot be drained or upgraded."""
    spec = budget.fields["spec"]
    max_unavailable, min_available = spec["maxUnavailable"], spec["minAvailable"]
    if max_unavailable.is_set:
        return "allows no pod to be unavailable" if _scaled(max_unavailable, 100) == 0 else None
    if not min_available.is_set:
        return None
    if min_available.text and _scaled(min_available, 100) >= 100:
        return "requires all pods to be available"
    pods = _selected(budget, graph)
    if any(pod.owner.kind not in _SCALABLE or pod.owner.is_patch for pod in pods):
        return None
    count = sum(min_replicas(pod.owner, graph) for pod in pods)
    if not count or _scaled(min_available, count) < count:
        return None
    return f"requires {_scaled(min_available, count)} of {count} pods to be available"


def _selected(budget: KubernetesObject, graph: StackGraph) -> Sequence[PodTemplate]:
    selector = budget.fields.get("spec.selector")
    return find_all(
        lambda pod: (
            pod
            if all_hold(
                lambda: pod.owner.namespace == budget.namespace,
                lambda: selects(selector, pod.template.get("metadata.labels")),
            )
            else None
        ),
        graph.pod_templates(budget.namespace),
    )


def _scaled(limit: Fields, count: int) -> int:
    """A number of pods, or a percentage of `count` rounded up as Kubernetes does."""
    if limit.text is None:
        return int(limit.number or 0)
    digits = limit.text.removesuffix("%")
    return ceil(int(digits) * count / 100) if digits.isdecimal() else 0


RULES = (
    StackRule(
        name="stack-network-policy",
        title="Every namespace has a NetworkPolicy",
        severity=Severity.HIGH,
        controls=(eks("4.3.2"), gke("4.3.2"), aks("4.4.2"), NSA),
        remedy="add a NetworkPolicy to the namespace",
        evaluate=for_each_in_stack(lambda graph: graph.created("Namespace"), network_policy),
    ),
    StackRule(
        name="stack-dangling-service",
        title="A Service selects existing pods",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="set the selector to labels of a pod template in the namespace",
        evaluate=for_each_in_stack(
            lambda graph: (service for service in graph.created("Service") if not service.group), dangling_service
        ),
    ),
    StackRule(
        name="stack-dangling-route",
        title="An Ingress or route has existing backends",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="name an existing Service, or remove the backend",
        evaluate=for_each_in_stack(lambda graph: graph.created("Ingress", *_ROUTES), dangling_route),
    ),
    StackRule(
        name="stack-dangling-autoscaler",
        title="An autoscaler has an existing target",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="set kind and name of an existing workload, or remove the autoscaler",
        evaluate=for_each_in_stack(lambda graph: graph.created(*AUTOSCALERS), dangling_autoscaler),
    ),
    StackRule(
        name="stack-autoscaled-replicas",
        title="An autoscaled workload does not set replicas",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="remove `replicas`, or add `spec.replicas` to Pulumi's `ignore_changes`",
        evaluate=for_each_in_stack(lambda graph: graph.of_kind(*_SCALABLE), owned_replicas),
    ),
    StackRule(
        name="stack-budget-present",
        title="A workload with two or more pods has a PodDisruptionBudget",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="add a PodDisruptionBudget that selects its pods",
        evaluate=for_each_in_stack(lambda graph: graph.created(*_SCALABLE), budget_present),
    ),
    StackRule(
        name="stack-budget-able",
        title="A PodDisruptionBudget lets nodes be drained",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="set `maxUnavailable: 1`, or run more pods than the budget requires",
        evaluate=for_each_in_stack(lambda graph: graph.created("PodDisruptionBudget"), budget_able),
    ),
    ResourceRule(
        name="stack-default-provider",
        title="Every Kubernetes resource has an explicit provider",
        severity=Severity.CRITICAL,
        controls=(PRACTICE,),
        remedy="create a Kubernetes Provider with the cluster's kubeconfig and pass it in `opts`",
        evaluate=for_each(lambda resource: (resource,), default_provider),
    ),
)
