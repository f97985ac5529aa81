"""Groups of KWOK nodes: Node objects with a machine's capacity, so that the real scheduler decides."""

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
    """A node as it should be. Nodes of a group are those with its label; a name ends in the node's index."""

    name: str
    group: str
    version: str
    """Kubernetes minor version that it says its kubelet has."""
    cpu: int
    """Virtual CPUs."""
    memory: str
    """A Kubernetes quantity."""
    arch: str
    region: str
    zone: str
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: Sequence[Mapping[str, str]] = ()
    """As Kubernetes writes them: key, value, effect."""
    pods: int = 110
    disk: str = "80Gi"
    extended_resources: Mapping[str, str] = field(default_factory=dict)
    """Capacity beyond what every node has, such as nvidia.com/gpu."""

    def manifest(self) -> dict[str, object]:
        """The Node object, marked as KWOK's."""
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
    """Names of the nodes of a group, in the order of their indices."""
    names = [_name(node) for node in api.list(_NODES, labelSelector=f"{GROUP_LABEL}={group}")]
    return sorted(names, key=lambda name: int(name.rpartition("-")[2]))


def converge(api: Api, group: str, wanted: Sequence[Node]) -> None:
    """Makes these the nodes of the group, and waits until all are Ready; only then the others are drained and go.

    Labels and taints of nodes that are there already change in place.
    """
    with ThreadPoolExecutor(8) as executor:
        list(executor.map(lambda node: _settle(api, node.manifest()), wanted))
    names = {node.name for node in wanted}
    _until_ready(api, group, names)
    drain_and_remove(api, [name for name in node_names(api, group) if name not in names])


def drain_and_remove(api: Api, names: Sequence[str], timeout_seconds: float = 60.0) -> None:
    """Cordons all of them, moves the pods off all of them at once, and deletes each when it is empty.

    Pods leave by eviction, so that disruption budgets hold; after `timeout_seconds` a node is deleted with what is
    left on it, as the clouds' own node groups do.
    """
    for name in names:
        api.merge(f"{_NODES}/{name}", {"spec": {"unschedulable": True}})
    left = list(names)

    def emptied() -> bool:
        pods = {name: _pods(api, name) for name in left}
        with ThreadPoolExecutor(16) as threads:
            list(threads.map(lambda pod: api.evict(*pod), chain.from_iterable(pods.values())))
        for name in [name for name in left if not pods[name]]:
            api.delete(f"{_NODES}/{name}")
            left.remove(name)
        return not left

    drain = retry(
        retry=retry_if_result(lambda empty: not empty),
        wait=wait_fixed(0.2),
        stop=stop_after_delay(timeout_seconds),
        retry_error_callback=lambda _: False,
    )
    drain(emptied)()
    for name in left:
        _abandon(api, name)
        api.delete(f"{_NODES}/{name}")


def _settle(api: Api, node: Json) -> None:
    if not api.create(_NODES, node):
        metadata, spec = node["metadata"], node["spec"]
        assert isinstance(metadata, dict)
        assert isinstance(spec, dict)
        path = f"{_NODES}/{metadata['name']}"
        # A merge keeps labels that are no longer wanted: those that are there and not asked for are nulled.
        (live,) = api.list(_NODES, fieldSelector=f"metadata.name={metadata['name']}")
        gone = dict.fromkeys(set(_labels(live)) - set(metadata["labels"]))
        labels = {**gone, **metadata["labels"]}
        api.merge(path, {"metadata": {"labels": labels}, "spec": {**spec, "unschedulable": None}})


def _until_ready(api: Api, group: str, names: Set[str], seconds: float = 30.0) -> None:
    def ready() -> bool:
        nodes = api.list(_NODES, labelSelector=f"{GROUP_LABEL}={group}")
        return {_name(node) for node in nodes if _is_ready(node)} >= names

    poll = retry(
        retry=retry_if_result(lambda done: not done),
        wait=wait_fixed(0.05),
        stop=stop_after_delay(seconds),
        retry_error_callback=lambda _: False,
    )
    if not poll(ready)():
        raise SandboxError(f"not all {len(names)} nodes of {group} were Ready within {seconds:.0f} s")


def _pods(api: Api, node: str) -> list[tuple[str, str]]:
    pods = api.list("/api/v1/pods", fieldSelector=f"spec.nodeName={node}")
    found = []
    for pod in pods:
        metadata = pod["metadata"]
        assert isinstance(metadata, dict)
        owners = {owner["kind"] for owner in metadata.get("ownerReferences", [])}
        if "DaemonSet" not in owners:
            found.append((str(metadata["namespace"]), str(metadata["name"])))
    return found


def _abandon(api: Api, node: str) -> None:
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
