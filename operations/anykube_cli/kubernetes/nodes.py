"""Groups of KWOK nodes: Node objects with the capacity of a machine, on which the real scheduler places pods."""

from collections.abc import Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain

from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

from anykube_cli.kubernetes.api import Api, Json
from anykube_cli.kubernetes.errors import SandboxError

_NODES = "/api/v1/nodes"
GROUP_LABEL = "anykube.dev/node-group"


@dataclass(frozen=True)
class Node:
    """The desired state of a node. A label marks the nodes of a group. Each name ends in the node's index."""

    name: str
    group: str
    version: str
    """The Kubernetes minor version that the node reports as its kubelet's."""
    cpu: int
    """Number of virtual CPUs."""
    memory: str
    """A Kubernetes quantity, such as "8Gi"."""
    arch: str
    region: str
    zone: str
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: Sequence[Mapping[str, str]] = ()
    """Taints in Kubernetes' format: key, value, effect."""
    pods: int = 110
    disk: str = "80Gi"
    extended_resources: Mapping[str, str] = field(default_factory=dict)
    """Capacity of extended resources, such as nvidia.com/gpu."""

    def manifest(self) -> dict[str, object]:
        """Returns the Node object, annotated as managed by KWOK."""
        capacity = {
            "cpu": str(self.cpu),
            "memory": self.memory,
            "pods": str(self.pods),
            "ephemeral-storage": self.disk,
            **self.extended_resources,
        }
        return {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": self.name,
                "labels": {
                    **self.labels,
                    "kubernetes.io/hostname": self.name,
                    "kubernetes.io/os": "linux",
                    "kubernetes.io/arch": self.arch,
                    "topology.kubernetes.io/region": self.region,
                    "topology.kubernetes.io/zone": self.zone,
                    GROUP_LABEL: self.group,
                },
                "annotations": {"kwok.x-k8s.io/node": "fake", "node.alpha.kubernetes.io/ttl": "0"},
            },
            "spec": {"taints": [dict(taint) for taint in self.taints]},
            "status": {
                "capacity": capacity,
                "allocatable": capacity,
                "nodeInfo": {
                    "architecture": self.arch,
                    "operatingSystem": "linux",
                    "kubeletVersion": f"v{self.version}.0-kwok",
                    "containerRuntimeVersion": "none: KWOK runs no container",
                    "osImage": "KWOK",
                    "kernelVersion": "",
                    "kubeProxyVersion": "",
                    "machineID": "",
                    "systemUUID": "",
                    "bootID": "",
                },
            },
        }


def node_names(api: Api, group: str) -> list[str]:
    """Returns the names of a group's nodes, sorted by index."""
    names = [_name(node) for node in api.list(_NODES, labelSelector=f"{GROUP_LABEL}={group}")]
    return sorted(names, key=lambda name: int(name.rpartition("-")[2]))


def converge(api: Api, group: str, nodes: Sequence[Node]) -> None:
    """Makes these the nodes of the group: creates them, waits until all are Ready, then drains and removes the others.

    Labels and taints of existing nodes change in place.
    """
    with ThreadPoolExecutor(8) as executor:
        list(executor.map(lambda node: _apply(api, node.manifest()), nodes))
    names = {node.name for node in nodes}
    _wait_ready(api, group, names)
    drain_and_remove(api, [name for name in node_names(api, group) if name not in names])


def drain_and_remove(api: Api, names: Sequence[str], timeout_seconds: float = 60.0) -> None:
    """Cordons all nodes, evicts their pods in parallel, and deletes each node when it is empty.

    Eviction respects PodDisruptionBudgets. After `timeout_seconds`, deletes the remaining nodes with their pods, as the
    clouds' node groups do.
    """
    for name in names:
        api.merge(f"{_NODES}/{name}", {"spec": {"unschedulable": True}})
    remaining = list(names)

    def drain_once() -> bool:
        pods = {name: _pods(api, name) for name in remaining}
        with ThreadPoolExecutor(16) as threads:
            list(threads.map(lambda pod: api.evict(*pod), chain.from_iterable(pods.values())))
        for name in [name for name in remaining if not pods[name]]:
            api.delete(f"{_NODES}/{name}")
            remaining.remove(name)
        return not remaining

    drain = retry(
        retry=retry_if_result(lambda is_drained: not is_drained),
        wait=wait_fixed(0.2),
        stop=stop_after_delay(timeout_seconds),
        retry_error_callback=lambda _: False,
    )
    drain(drain_once)()
    for name in remaining:
        _delete_pods(api, name)
        api.delete(f"{_NODES}/{name}")


def _apply(api: Api, node: Json) -> None:
    if not api.create(_NODES, node):
        metadata, spec = node["metadata"], node["spec"]
        assert isinstance(metadata, dict)
        assert isinstance(spec, dict)
        path = f"{_NODES}/{metadata['name']}"
        # A merge patch keeps other labels, so set those that are no longer desired to null.
        (live,) = api.list(_NODES, fieldSelector=f"metadata.name={metadata['name']}")
        removed = dict.fromkeys(set(_labels(live)) - set(metadata["labels"]))
        labels = {**removed, **metadata["labels"]}
        api.merge(path, {"metadata": {"labels": labels}, "spec": {**spec, "unschedulable": None}})


def _wait_ready(api: Api, group: str, names: Set[str], seconds: float = 30.0) -> None:
    def are_ready() -> bool:
        nodes = api.list(_NODES, labelSelector=f"{GROUP_LABEL}={group}")
        return {_name(node) for node in nodes if _is_ready(node)} >= names

    poll = retry(
        retry=retry_if_result(lambda is_done: not is_done),
        wait=wait_fixed(0.05),
        stop=stop_after_delay(seconds),
        retry_error_callback=lambda _: False,
    )
    if not poll(are_ready)():
        raise SandboxError(f"the {len(names)} nodes of {group} were not all Ready within {seconds:.0f} s")


def _pods(api: Api, node: str) -> list[tuple[str, str]]:
    """Returns namespace and name of the node's pods, except those of DaemonSets."""
    pods = []
    for pod in api.list("/api/v1/pods", fieldSelector=f"spec.nodeName={node}"):
        metadata = pod["metadata"]
        assert isinstance(metadata, dict)
        owners = {owner["kind"] for owner in metadata.get("ownerReferences", [])}
        if "DaemonSet" not in owners:
            pods.append((str(metadata["namespace"]), str(metadata["name"])))
    return pods


def _delete_pods(api: Api, node: str) -> None:
    for namespace, name in _pods(api, node):
        api.delete(f"/api/v1/namespaces/{namespace}/pods/{name}")


def _name(node: Json) -> str:
    metadata = node["metadata"]
    assert isinstance(metadata, dict)
    return str(metadata["name"])


def _labels(node: Json) -> dict[str, str]:
    metadata = node["metadata"]
    assert isinstance(metadata, dict)
    labels: dict[str, str] = metadata.get("labels", {})
    return labels


def _is_ready(node: Json) -> bool:
    status = node.get("status", {})
    assert isinstance(status, dict)
    return any(
        condition["type"] == "Ready" and condition["status"] == "True" for condition in status.get("conditions", [])
    )
