"""What rules of pods judge, and how Kubernetes reads what a pod says."""

from collections.abc import Callable, Iterator

from anykube_policies.fields import Fields
from anykube_policies.kubernetes import Container, Object, Pods, pods
from anykube_policies.subject import Resource


def owners(*kinds: str) -> Callable[[Resource], Iterator[Object]]:
    """The resource, where it is a workload of one of these kinds."""
    return lambda resource: (one.owner for one in pods(resource) if one.owner.kind in kinds)


def effective(container: Container, dotted: str) -> Fields:
    """What holds for a container: its own `securityContext`, else its pod's.

    https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    """
    own = container.security.at(dotted)
    return own if own.given else container.pods.spec["securityContext"].at(dotted)


def left_out(owner: Object, field: Fields) -> bool:
    """Whether nothing follows from what is missing: a patch leaves that as it is."""
    return owner.is_patch and not field.given


def is_windows(pods: Pods) -> bool:
    """Whether its containers are Windows', which has no capabilities, no seccomp and no set-user-ID.

    https://kubernetes.io/docs/concepts/security/pod-security-standards/#os-specific-policy-controls
    """
    return pods.spec.at("os.name").text == "windows"
