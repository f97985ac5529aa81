"""Rules for service accounts and their tokens."""

from functools import partial

from anykube_policies.fields import Fields, all_hold, find_all
from anykube_policies.kubernetes import KubernetesObject, PodTemplate, pod_templates
from anykube_policies.pods.subjects import unset_in_patch
from anykube_policies.rule import NSA, ResourceRule, Severity, StackRule, eks, for_each
from anykube_policies.stack_graph import StackGraph, for_each_in_stack

_TOKEN = "automountServiceAccountToken"
_DEFAULT = "default"


def account(pod: PodTemplate) -> Fields:
    """The service account of the pods. `serviceAccount` is the deprecated name of the field."""
    name = pod.spec["serviceAccountName"]
    return name if name.is_set else pod.spec["serviceAccount"]


def default_account(pod: PodTemplate) -> str | None:
    """A pod has its own service account: every pod without one shares the permissions of `default`.

    https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts
    """
    name = account(pod)
    if unset_in_patch(pod.owner, name) or name.text not in (None, "", _DEFAULT):
        return None
    return "uses the default service account"


def token(owner: KubernetesObject, graph: StackGraph) -> str | None:
    """A pod mounts an API token only if the pod or its service account sets so explicitly.

    The pod's setting overrides that of the service account. Without either, Kubernetes mounts a token.
    https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting
    """
    for pod in pod_templates(owner.resource):
        if not pod.spec[_TOKEN].is_set and not find_all(partial(_sets_token, pod), graph.of_kind("ServiceAccount")):
            return "mounts a Kubernetes API token by default"
    return None


def _sets_token(pod: PodTemplate, service_account: KubernetesObject) -> bool:
    """Whether it is the pod's service account and sets whether pods mount a token."""
    return service_account.fields[_TOKEN].is_set and all_hold(
        lambda: service_account.name == (account(pod).text or _DEFAULT),
        lambda: service_account.namespace == pod.owner.namespace,
    )


RULES = (
    StackRule(
        name="pod-token",
        title="Pods mount a Kubernetes API token only if configured explicitly",
        severity=Severity.MEDIUM,
        controls=(eks("4.1.6"), NSA),
        remedy="set `automountServiceAccountToken: false`, or `true` for a pod that calls the API",
        evaluate=for_each_in_stack(lambda graph: (item for item in graph.objects if not item.is_patch), token),
    ),
    ResourceRule(
        name="pod-service-account",
        title="Every workload has its own service account",
        severity=Severity.MEDIUM,
        controls=(eks("4.1.5"),),
        remedy="create a ServiceAccount and set `serviceAccountName`",
        evaluate=for_each(pod_templates, default_account),
    ),
)
