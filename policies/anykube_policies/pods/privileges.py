"""What containers may do on their node: Pod Security, level by level.

Where a standard says how a pod or its containers may satisfy it, these rules read it as Kubernetes' own admission does.
https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from anykube_policies.kubernetes import Container, containers
from anykube_policies.pods.subjects import effective, is_windows, left_out
from anykube_policies.rule import BASELINE, NSA, RESTRICTED, ResourceRule, Severity, each, eks, gke

_MAY_BE_ADDED = "NET_BIND_SERVICE"
_PROFILES = ("RuntimeDefault", "Localhost")


def privileged(container: Container) -> str | None:
    """Is no process of the node: privileged, or Windows' HostProcess.

    https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/
    """
    if container.security["privileged"].flag:
        return f"{container.said} is privileged"
    if effective(container, "windowsOptions.hostProcess").flag:
        return f"{container.said} is a HostProcess container"
    return None


def escalation(container: Container) -> str | None:
    """Gets no more rights than it began with: Kubernetes allows it unless told otherwise."""
    allowed = container.security["allowPrivilegeEscalation"]
    if is_windows(container.pods) or allowed.flag is False or left_out(container.pods.owner, allowed):
        return None
    return f"{container.said} may gain privileges"


def root(container: Container) -> str | None:
    """Cannot run as root. In a user namespace root is nobody outside, so that the standard asks nothing there.

    https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/
    """
    if container.pods.spec["hostUsers"].flag is False:
        return None
    refused = effective(container, "runAsNonRoot")
    if not refused.flag and not left_out(container.pods.owner, refused):
        return f"{container.said} may run as root"
    return f"{container.said} runs as user 0" if effective(container, "runAsUser").number == 0 else None


def capabilities(container: Container) -> str | None:
    """Has no capability but, where it asks for that, to listen on ports below 1024."""
    if is_windows(container.pods):
        return None
    asked = container.security["capabilities"]
    if not left_out(container.pods.owner, asked["drop"]) and not asked["drop"].has("ALL"):
        return f"{container.said} does not drop all capabilities"
    added = [name for name in asked["add"].texts if name != _MAY_BE_ADDED]
    return f"{container.said} adds {', '.join(added)}" if added else None


def seccomp(container: Container) -> str | None:
    """Makes system calls only through a filter.

    https://kubernetes.io/docs/tutorials/security/seccomp/
    """
    profile = effective(container, "seccompProfile.type")
    if is_windows(container.pods) or left_out(container.pods.owner, profile):
        return None
    if not profile.given:
        return f"{container.said} has no seccomp profile"
    return None if profile.text in _PROFILES else f"{container.said} has the seccomp profile {profile.text}"


def writable_root(container: Container) -> str | None:
    """Cannot change what its image brought; Windows cannot do that.

    https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    """
    fixed = container.security["readOnlyRootFilesystem"]
    if is_windows(container.pods) or fixed.flag or left_out(container.pods.owner, fixed):
        return None
    return f"{container.said} may write to its root file system"


RULES = (
    ResourceRule(
        name="pod-privileged",
        title="No container is privileged",
        severity=Severity.CRITICAL,
        controls=(eks("4.2.1"), BASELINE, NSA),
        remedy="take `privileged` and `hostProcess` away, and name what it needs instead",
        judge=each(containers, privileged),
    ),
    ResourceRule(
        name="pod-privilege-escalation",
        title="No container may gain privileges",
        severity=Severity.HIGH,
        controls=(eks("4.2.5"), RESTRICTED, NSA),
        remedy="set `allowPrivilegeEscalation: false`",
        judge=each(containers, escalation),
    ),
    ResourceRule(
        name="pod-non-root",
        title="No container can run as root",
        severity=Severity.HIGH,
        controls=(RESTRICTED, NSA),
        remedy="set `runAsNonRoot: true`, and a `runAsUser` above 0 where the image names none",
        judge=each(containers, root),
    ),
    ResourceRule(
        name="pod-capabilities",
        title="Every container drops all capabilities",
        severity=Severity.HIGH,
        controls=(RESTRICTED,),
        remedy="set `capabilities: {drop: [ALL]}`; only NET_BIND_SERVICE may be added",
        judge=each(containers, capabilities),
    ),
    ResourceRule(
        name="pod-seccomp",
        title="Every container has a seccomp profile",
        severity=Severity.MEDIUM,
        controls=(gke("4.6.2"), RESTRICTED, NSA),
        remedy="set `seccompProfile: {type: RuntimeDefault}` for the pod",
        judge=each(containers, seccomp),
    ),
    ResourceRule(
        name="pod-read-only-root",
        title="The root file system of every container is read-only",
        severity=Severity.MEDIUM,
        controls=(NSA,),
        remedy="set `readOnlyRootFilesystem: true`, and mount a volume where it has to write",
        judge=each(containers, writable_root),
    ),
)
