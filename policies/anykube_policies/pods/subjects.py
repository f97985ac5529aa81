"""Helpers for the rules for pods: selecting workloads, and reading fields as Kubernetes does."""

from collections.abc import Callable, Iterator

from anykube_policies.fields import Fields
from anykube_policies.kubernetes import Container, KubernetesObject, PodTemplate, pod_templates
from anykube_policies.resource import Resource


def owners(*kinds: str) -> Callable[[Resource], Iterator[KubernetesObject]]:
    """Selects the resource if it is a workload of one of these kinds."""
    return lambda resource: (pod.owner for pod in pod_templates(resource) if pod.owner.kind in kinds)


def effective(container: Container, dotted: str) -> Fields:
    """A field of the container's `securityContext`; of the pod's if the container does not set it.

    https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    """
    value = container.security.get(dotted)
    return value if value.is_set else container.pod.spec["securityContext"].get(dotted)


def unset_in_patch(owner: KubernetesObject, field: Fields) -> bool:
    """Whether a patch omits the field, and so leaves its value in the cluster unchanged."""
    return owner.is_patch and not field.is_set


def is_windows(pod: PodTemplate) -> bool:
    """Whether the pod runs on Windows, which has no capabilities, no seccomp and no set-user-ID.

    https://kubernetes.io/docs/concepts/security/pod-security-standards/#os-specific-policy-controls
    """
    return pod.spec.get("os.name").text == "windows"
