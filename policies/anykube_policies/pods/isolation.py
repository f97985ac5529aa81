"""What keeps pods apart from their node, and from what is nobody's."""

from collections.abc import Iterator, Mapping

from anykube_policies.fields import Fields
from anykube_policies.kubernetes import Container, Pods, containers, of_kind, pods
from anykube_policies.rule import BASELINE, NSA, PRACTICE, ResourceRule, Severity, each, eks
from anykube_policies.subject import Resource

_SOCKETS = frozenset({"containerd.sock", "cri-dockerd.sock", "crio.sock", "docker.sock", "podman.sock"})
"""How the sockets of container runtimes are called, wherever they lie.

https://kubernetes.io/docs/setup/production-environment/container-runtimes/
"""


def volumes(resource: Resource) -> Iterator[Fields]:
    """The volumes of its pods; also what a claim would lead to, where it is a PersistentVolume."""
    for one in pods(resource):
        yield from one.spec["volumes"].elements
    for volume in of_kind("PersistentVolume")(resource):
        yield volume.fields["spec"]


def ports(resource: Resource) -> Iterator[tuple[Container, Fields]]:
    """Each port of each container."""
    for container in containers(resource):
        for port in container.fields["ports"].elements:
            yield container, port


def host_pid(one: Pods) -> str | None:
    """Sees no process of the node, nor what other pods pass to theirs."""
    return "shares the node's process IDs" if one.spec["hostPID"].flag else None


def host_ipc(one: Pods) -> str | None:
    """Has no memory in common with processes of the node."""
    return "shares the node's IPC namespace" if one.spec["hostIPC"].flag else None


def host_network(one: Pods) -> str | None:
    """Has an address of its own: on the node's no NetworkPolicy holds, and the cloud's metadata are near."""
    return "shares the node's network" if one.spec["hostNetwork"].flag else None


def host_path(volume: Fields) -> str | None:
    """Reaches no file of the node, least of all the socket of its container runtime, which is root on it.

    https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
    """
    asked = volume["hostPath"]
    if not asked.given:
        return None
    # Wherever it leads, it is refused: so an unknown path keeps nothing from being judged.
    path = asked.value.get("path") if isinstance(asked.value, Mapping) else None
    said = f"volume {volume['name'].text}" if volume["name"].given else "it"
    if not isinstance(path, str):
        return f"{said} is a path of the node"
    if path.rpartition("/")[2] in _SOCKETS:
        return f"{said} is the socket of the node's container runtime, {path}"
    return f"{said} is the node's {path}"


def host_port(subject: tuple[Container, Fields]) -> str | None:
    """Takes no port of its node: two such pods cannot be there, and no Service or NetworkPolicy knows of it."""
    container, port = subject
    number = port["hostPort"].number
    return f"{container.said} takes port {number:.0f} of its node" if number else None


def default_namespace(one: Pods) -> str | None:
    """Is in a namespace that says whose it is: what is meant for one in `default` hits all that landed there."""
    return "is in the namespace default" if one.owner.namespace == "default" else None


RULES = (
    ResourceRule(
        name="pod-host-pid",
        title="No pod shares the node's process IDs",
        severity=Severity.CRITICAL,
        controls=(eks("4.2.2"), BASELINE, NSA),
        remedy="take `hostPID` away; `shareProcessNamespace` is for containers of one pod",
        judge=each(pods, host_pid),
    ),
    ResourceRule(
        name="pod-host-ipc",
        title="No pod shares the node's IPC namespace",
        severity=Severity.CRITICAL,
        controls=(eks("4.2.3"), BASELINE, NSA),
        remedy="take `hostIPC` away",
        judge=each(pods, host_ipc),
    ),
    ResourceRule(
        name="pod-host-network",
        title="No pod shares the node's network",
        severity=Severity.HIGH,
        controls=(eks("4.2.4"), BASELINE, NSA),
        remedy="take `hostNetwork` away, and lead to the pod by a Service",
        judge=each(pods, host_network),
    ),
    ResourceRule(
        name="pod-host-path",
        title="No pod reaches files of its node",
        severity=Severity.HIGH,
        controls=(BASELINE, NSA),
        remedy="use a claim, an emptyDir or a projected volume instead of `hostPath`",
        judge=each(volumes, host_path),
    ),
    ResourceRule(
        name="pod-host-port",
        title="No container takes a port of its node",
        severity=Severity.MEDIUM,
        controls=(BASELINE,),
        remedy="take `hostPort` away, and lead to the pod by a Service",
        judge=each(ports, host_port),
    ),
    ResourceRule(
        name="pod-default-namespace",
        title="No workload is in the namespace default",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="give `metadata.namespace` a namespace of the app's own",
        judge=each(pods, default_namespace),
    ),
)
