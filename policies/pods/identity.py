"""As whom pods talk to the Kubernetes API."""

from collections.abc import Iterator

from policies.fields import Fields, UnknownError
from policies.kubernetes import Pods, of_kind, pods
from policies.pods.subjects import left_out
from policies.rule import NSA, Broken, ResourceRule, Severity, StackRule, Unjudged, Verdict, each, eks
from policies.subject import Resource, Stack

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


def tokens(stack: Stack) -> Iterator[Verdict]:
    """Mounts a token of the API only where somebody asked for it: the pod, or its service account.

    What the pod says comes first, then what the account says, and else there is a token.
    https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting
    """
    decided = set(_decided(stack))
    for resource in stack.resources:
        try:
            broken = any(_mounts(one, decided) for one in pods(resource))
        except UnknownError as unknown:
            yield Unjudged(unknown.path, resource.urn)
            continue
        if broken:
            yield Broken("mounts a token of the Kubernetes API that nobody asked for", resource.urn)


def _mounts(one: Pods, decided: set[tuple[str, str]]) -> bool:
    if one.owner.is_patch or one.spec[_TOKEN].given:
        return False
    return (one.owner.namespace, account(one).text or _DEFAULT) not in decided


def _decided(stack: Stack) -> Iterator[tuple[str, str]]:
    """The accounts of the stack that say whether pods get a token."""
    for resource in stack.resources:
        yield from _decides(resource)


def _decides(resource: Resource) -> Iterator[tuple[str, str]]:
    for one in of_kind("ServiceAccount")(resource):
        try:
            if one.fields[_TOKEN].given:
                yield one.namespace, one.name
        except UnknownError:
            # Pods that name it have to know its name as well, and say so.
            return


RULES = (
    StackRule(
        name="pod-token",
        title="Pods mount a token of the Kubernetes API only where asked to",
        severity=Severity.MEDIUM,
        controls=(eks("4.1.6"), NSA),
        remedy="set `automountServiceAccountToken: false`, or `true` for a pod that talks to the API",
        judge=tokens,
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
