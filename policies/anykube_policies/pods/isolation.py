"""Rules that isolate pods from their node and from the default namespace."""

from collections.abc import Iterator, Mapping

from anykube_policies.fields import Fields
from anykube_policies.kubernetes import Container, PodTemplate, containers, of_kind, pod_templates
from anykube_policies.resource import Resource
from anykube_policies.rule import BASELINE, NSA, PRACTICE, ResourceRule, Severity, eks, for_each

_SOCKETS = frozenset({"containerd.sock", "cri-dockerd.sock", "crio.sock", "docker.sock", "podman.sock"})
"""The file names of container runtime sockets, in any directory.

https://kubernetes.io/docs/setup/production-environment/container-runtimes/
"""


def volumes(resource: Resource) -> Iterator[Fields]:
    """The volumes of the resource's pods, or the PersistentVolume that the resource is."""
    for pod in pod_templates(resource):
        yield from pod.spec["volumes"].elements
    for volume in of_kind("PersistentVolume")(resource):
        yield volume.fields["spec"]


def ports(resource: Resource) -> Iterator[tuple[Container, Fields]]:
    """The ports of all containers."""
    for container in containers(resource):
        for port in container.fields["ports"].elements:
            yield container, port


def host_pid(pod: PodTemplate) -> str | None:
    """A pod does not see the processes of the node and of other pods, or their environment."""
    return "shares the node's process IDs (hostPID)" if pod.spec["hostPID"].flag else None


def host_ipc(pod: PodTemplate) -> str | None:
    """A pod does not share memory with processes of the node."""
    return "shares the node's IPC namespace (hostIPC)" if pod.spec["hostIPC"].flag else None


def host_network(pod: PodTemplate) -> str | None:
    """A pod does not use the node's network: NetworkPolicies do not apply there, and it reaches cloud metadata."""
    return "shares the node's network (hostNetwork)" if pod.spec["hostNetwork"].flag else None


def host_path(volume: Fields) -> str | None:
    """A pod mounts no files of the node, above all not the container runtime's socket, which gives root on the node.

    https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
    """
    source = volume["hostPath"]
    if not source.is_set:
        return None
    # Every path is a violation, so an unknown one does not matter.
    path = source.value.get("path") if isinstance(source.value, Mapping) else None
    subject = f"volume {volume['name'].text} " if volume["name"].is_set else ""
    if not isinstance(path, str):
        return f"{subject}mounts a path of the node"
    if path.rpartition("/")[2] in _SOCKETS:
        return f"{subject}mounts the container runtime's socket {path}"
    return f"{subject}mounts the node's path {path}"


def host_port(subject: tuple[Container, Fields]) -> str | None:
    """A container uses no port of its node: only one such pod fits on a node, and it bypasses Services."""
    container, port = subject
    number = port["hostPort"].number
    return f"{container.display_name} uses host port {number:.0f}" if number else None


def default_namespace(pod: PodTemplate) -> str | None:
    """A workload is not in the namespace `default`, where permissions and quotas apply to unrelated workloads too."""
    return "is in the default namespace" if pod.owner.namespace == "default" else None


RULES = (
    ResourceRule(
        name="pod-host-pid",
        title="No pod shares the node's process IDs",
        severity=Severity.CRITICAL,
        controls=(eks("4.2.2"), BASELINE, NSA),
        remedy="remove `hostPID`; to share processes between containers of a pod, use `shareProcessNamespace`",
        evaluate=for_each(pod_templates, host_pid),
    ),
    ResourceRule(
        name="pod-host-ipc",
        title="No pod shares the node's IPC namespace",
        severity=Severity.CRITICAL,
        controls=(eks("4.2.3"), BASELINE, NSA),
        remedy="remove `hostIPC`",
        evaluate=for_each(pod_templates, host_ipc),
    ),
    ResourceRule(
        name="pod-host-network",
        title="No pod shares the node's network",
        severity=Severity.HIGH,
        controls=(eks("4.2.4"), BASELINE, NSA),
        remedy="remove `hostNetwork` and use a Service",
        evaluate=for_each(pod_templates, host_network),
    ),
    ResourceRule(
        name="pod-host-path",
        title="No pod mounts files of its node",
        severity=Severity.HIGH,
        controls=(BASELINE, NSA),
        remedy="use a claim, an emptyDir or a projected volume instead of `hostPath`",
        evaluate=for_each(volumes, host_path),
    ),
    ResourceRule(
        name="pod-host-port",
        title="No container uses a host port",
        severity=Severity.MEDIUM,
        controls=(BASELINE,),
        remedy="remove `hostPort` and use a Service",
        evaluate=for_each(ports, host_port),
    ),
    ResourceRule(
        name="pod-default-namespace",
        title="No workload is in the default namespace",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="set `metadata.namespace` to the app's namespace",
        evaluate=for_each(pod_templates, default_namespace),
    ),
)
