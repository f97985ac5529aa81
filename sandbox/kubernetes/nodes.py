"""A pool of KWOK nodes: Node objects with a machine's capacity, so that the real scheduler decides."""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

from sandbox.kubernetes.api import Api, Json
from sandbox.kubernetes.errors import SandboxError

_NODES = "/api/v1/nodes"
GROUP_LABEL = "anykube.dev/node-group"
POOL_LABEL = "anykube.dev/pool"


@dataclass(frozen=True)
class Pool:
    """What every node of a pool has."""

    cluster: str
    name: str
    version: str
    cpu: int
    """Virtual CPUs."""
    memory: str
    """A Kubernetes quantity."""
    arch: str
    labels: dict[str, str]
    taints: tuple[dict[str, str], ...]
    """As Kubernetes writes them: key, value, effect."""
    zones: tuple[str, ...]

    @property
    def group(self) -> str:
        """The pool's name with a mark of what cannot change in place.

        So the nodes of a replacement have other names than those that they replace, and can join before these go.
        """
        fixed = json.dumps([self.cpu, self.memory, self.arch, self.zones])
        return f"{self.name}-{hashlib.sha256(fixed.encode()).hexdigest()[:5]}"

    def node(self, index: int) -> dict[str, object]:
        """The node with this index. Indices are stable: a smaller pool keeps the first ones."""
        zone = self.zones[index % len(self.zones)]
        name = f"{self.cluster}-{self.group}-{index}"
        capacity = {"cpu": str(self.cpu), "memory": self.memory, "pods": "110", "ephemeral-storage": "80Gi"}
        return {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": name,
                "labels": {
                    **self.labels,
                    "kubernetes.io/hostname": name,
                    "kubernetes.io/os": "linux",
                    "kubernetes.io/arch": self.arch,
                    "topology.kubernetes.io/region": "local",
                    "topology.kubernetes.io/zone": zone,
                    POOL_LABEL: self.name,
                    GROUP_LABEL: self.group,
                },
                "annotations": {"kwok.x-k8s.io/node": "fake", "node.alpha.kubernetes.io/ttl": "0"},
            },
            "spec": {"taints": list(self.taints)},
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


def group_nodes(api: Api, group: str) -> list[str]:
    """Names of the nodes of a group, in the order of their indices."""
    names = [_name(node) for node in api.list(_NODES, labelSelector=f"{GROUP_LABEL}={group}")]
    return sorted(names, key=lambda name: int(name.rpartition("-")[2]))


def converge(api: Api, pool: Pool, count: int) -> None:
    """Makes the pool have that many nodes with these labels and taints, and waits until all are Ready.

    Nodes above the count are drained first, as a cloud does.
    """
    wanted = [pool.node(index) for index in range(count)]
    with ThreadPoolExecutor(8) as executor:
        list(executor.map(lambda node: _settle(api, node), wanted))
    names = {_name(node) for node in wanted}
    remove(api, [name for name in group_nodes(api, pool.group) if name not in names])
    _until_ready(api, pool.group, count)


def remove(api: Api, names: Sequence[str], patience: float = 60.0) -> None:
    """Cordons all of them, moves their pods off, deletes them.

    Pods leave by eviction, so that disruption budgets hold; after `patience` seconds a node is deleted with what is
    left on it, as the clouds' own node groups do.
    """
    for name in names:
        api.merge(f"{_NODES}/{name}", {"spec": {"unschedulable": True}})
    drain = retry(
        retry=retry_if_result(lambda empty: not empty),
        wait=wait_fixed(0.2),
        stop=stop_after_delay(patience),
        retry_error_callback=lambda _: False,
    )
    for name in names:
        drain(_evict_all)(api, name)
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


def _until_ready(api: Api, group: str, count: int, seconds: float = 30.0) -> None:
    def ready() -> bool:
        nodes = api.list(_NODES, labelSelector=f"{GROUP_LABEL}={group}")
        return sum(_is_ready(node) for node in nodes) >= count

    poll = retry(
        retry=retry_if_result(lambda done: not done),
        wait=wait_fixed(0.05),
        stop=stop_after_delay(seconds),
        retry_error_callback=lambda _: False,
    )
    if not poll(ready)():
        raise SandboxError(f"not all {count} nodes of {group} were Ready within {seconds:.0f} s")


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


def _evict_all(api: Api, node: str) -> bool:
    pods = _pods(api, node)
    for namespace, name in pods:
        api.evict(namespace, name)
    return not pods


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
