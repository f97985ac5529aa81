"""Rules of the Pod Security Standards about privileges.

They allow what Kubernetes' Pod Security admission allows, at pod or container level.
https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from anykube_policies.kubernetes import Container, containers
from anykube_policies.pods.subjects import effective, is_windows, unset_in_patch
from anykube_policies.rule import BASELINE, NSA, RESTRICTED, ResourceRule, Severity, eks, for_each, gke

_ALLOWED_CAPABILITY = "NET_BIND_SERVICE"
_PROFILES = ("RuntimeDefault", "Localhost")


def privileged(container: Container) -> str | None:
    """A container is not privileged, and not a Windows HostProcess container.

    https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/
    """
    if container.security["privileged"].flag:
        return f"{container.display_name} is privileged"
    if effective(container, "windowsOptions.hostProcess").flag:
        return f"{container.display_name} is a HostProcess container"
    return None


def escalation(container: Container) -> str | None:
    """A container cannot gain privileges, which Kubernetes allows by default."""
    allowed = container.security["allowPrivilegeEscalation"]
    if is_windows(container.pod) or allowed.flag is False or unset_in_patch(container.pod.owner, allowed):
        return None
    return f"{container.display_name} allows privilege escalation"


def root(container: Container) -> str | None:
    """A container cannot run as root. The standard exempts user namespaces, where root has no privileges outside.

    https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/
    """
    if container.pod.spec["hostUsers"].flag is False:
        return None
    non_root = effective(container, "runAsNonRoot")
    if not non_root.flag and not unset_in_patch(container.pod.owner, non_root):
        return f"{container.display_name} can run as root"
    return f"{container.display_name} runs as user 0" if effective(container, "runAsUser").number == 0 else None


def capabilities(container: Container) -> str | None:
    """A container drops all capabilities and adds at most NET_BIND_SERVICE, for ports below 1024."""
    if is_windows(container.pod):
        return None
    capabilities = container.security["capabilities"]
    if not unset_in_patch(container.pod.owner, capabilities["drop"]) and not capabilities["drop"].has("ALL"):
        return f"{container.display_name} does not drop all capabilities"
    added = [name for name in capabilities["add"].strings if name != _ALLOWED_CAPABILITY]
    return f"{container.display_name} adds capabilities {', '.join(added)}" if added else None


def seccomp(container: Container) -> str | None:
    """A seccomp profile filters the container's system calls.

    https://kubernetes.io/docs/tutorials/security/seccomp/
    """
    profile = effective(container, "seccompProfile.type")
    if is_windows(container.pod) or unset_in_patch(container.pod.owner, profile):
        return None
    if not profile.is_set:
        return f"{container.display_name} has no seccomp profile"
    return None if profile.text in _PROFILES else f"{container.display_name} uses seccomp profile {profile.text}"


def writable_root(container: Container) -> str | None:
    """A container cannot change the files of its image. Windows does not support this.

    https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    """
    read_only = container.security["readOnlyRootFilesystem"]
    if is_windows(container.pod) or read_only.flag or unset_in_patch(container.pod.owner, read_only):
        return None
    return f"{container.display_name} has a writable root file system"


RULES = (
    ResourceRule(
        name="pod-privileged",
        title="No container is privileged",
        severity=Severity.CRITICAL,
        controls=(eks("4.2.1"), BASELINE, NSA),
        remedy="remove `privileged` and `hostProcess`, and grant only what the container needs",
        evaluate=for_each(containers, privileged),
    ),
    ResourceRule(
        name="pod-privilege-escalation",
        title="No container allows privilege escalation",
        severity=Severity.HIGH,
        controls=(eks("4.2.5"), RESTRICTED, NSA),
        remedy="set `allowPrivilegeEscalation: false`",
        evaluate=for_each(containers, escalation),
    ),
    ResourceRule(
        name="pod-non-root",
        title="No container can run as root",
        severity=Severity.HIGH,
        controls=(RESTRICTED, NSA),
        remedy="set `runAsNonRoot: true`, and a `runAsUser` above 0 if the image sets no user",
        evaluate=for_each(containers, root),
    ),
    ResourceRule(
        name="pod-capabilities",
        title="Every container drops all capabilities",
        severity=Severity.HIGH,
        controls=(RESTRICTED,),
        remedy="set `capabilities: {drop: [ALL]}`; only NET_BIND_SERVICE may be added",
        evaluate=for_each(containers, capabilities),
    ),
    ResourceRule(
        name="pod-seccomp",
        title="Every container has a seccomp profile",
        severity=Severity.MEDIUM,
        controls=(gke("4.6.2"), RESTRICTED, NSA),
        remedy="set `seccompProfile: {type: RuntimeDefault}` for the pod",
        evaluate=for_each(containers, seccomp),
    ),
    ResourceRule(
        name="pod-read-only-root",
        title="The root file system of every container is read-only",
        severity=Severity.MEDIUM,
        controls=(NSA,),
        remedy="set `readOnlyRootFilesystem: true`, and mount volumes at the paths it writes to",
        evaluate=for_each(containers, writable_root),
    ),
)
