"""As whom pods talk to the Kubernetes API."""

from functools import partial

from anykube_policies.fields import Fields, finds, holds
from anykube_policies.kubernetes import Object, Pods, pods
from anykube_policies.pods.subjects import left_out
from anykube_policies.rule import NSA, ResourceRule, Severity, StackRule, each, eks
from anykube_policies.stack_graph import Whole, together

_TOKEN = "automountServiceAccountToken"
_DEFAULT = "default"


def account(one: Pods) -> Fields:
    """The service account that its pods name; `serviceAccount` is what that was called before."""
    named = one.spec["serviceAccountName"]
    return named if named.given else one.spec["serviceAccount"]


def default_account(one: Pods) -> str | None:
    """Has a service account of its own: what is granted to `default` is granted to all that name none.

    https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts
    """
    named = account(one)
    if left_out(one.owner, named) or named.text not in (None, "", _DEFAULT):
        return None
    return "runs as the service account default"


def token(owner: Object, whole: Whole) -> str | None:
    """Mounts a token of the API only where somebody asked for it: the pod, or its service account.

    What the pod says comes first, then what the account says, and else there is a token.
    https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting
    """
    for one in pods(owner.resource):
        if not one.spec[_TOKEN].given and not finds(partial(_decides, one), whole.of("ServiceAccount")):
            return "mounts a token of the Kubernetes API that nobody asked for"
    return None


def _decides(one: Pods, service_account: Object) -> bool:
    """Whether it is the pods' own account, and says whether they get a token."""
    return service_account.fields[_TOKEN].given and holds(
        lambda: service_account.name == (account(one).text or _DEFAULT),
        lambda: service_account.namespace == one.owner.namespace,
    )


RULES = (
    StackRule(
        name="pod-token",
        title="Pods mount a token of the Kubernetes API only where asked to",
        severity=Severity.MEDIUM,
        controls=(eks("4.1.6"), NSA),
        remedy="set `automountServiceAccountToken: false`, or `true` for a pod that talks to the API",
        judge=together(lambda whole: (one for one in whole.objects if not one.is_patch), token),
    ),
    ResourceRule(
        name="pod-service-account",
        title="Every workload has a service account of its own",
        severity=Severity.MEDIUM,
        controls=(eks("4.1.5"),),
        remedy="make a ServiceAccount, and name it in `serviceAccountName`",
        judge=each(pods, default_account),
    ),
)
