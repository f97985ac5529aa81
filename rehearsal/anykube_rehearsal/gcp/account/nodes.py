"""What the nodes of a node pool are: labels, taints, zones, capacity.

Labels: https://cloud.google.com/kubernetes-engine/docs/how-to/creating-managing-labels#automatically-applied_labels
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anykube_cli.kubernetes.nodes import Node

from anykube_rehearsal.cloud.kubernetes import node_digest
from anykube_rehearsal.gcp.account import versions
from anykube_rehearsal.gcp.account.machines import Machine, machine
from anykube_rehearsal.gcp.account.places import region

_EFFECTS = {
    "NO_SCHEDULE": "NoSchedule",
    "PREFER_NO_SCHEDULE": "PreferNoSchedule",
    "NO_EXECUTE": "NoExecute",
}
_DEFAULT_MACHINE = "e2-medium"
_GPU_TAINT = {"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}
"""https://cloud.google.com/kubernetes-engine/docs/concepts/gpus: GKE puts it on nodes with GPUs."""
_ARM_TAINT = {"key": "kubernetes.io/arch", "value": "arm64", "effect": "NoSchedule"}
"""https://cloud.google.com/kubernetes-engine/docs/how-to/prepare-arm-workloads-for-deployment: on all nodes of arm64,
unless the pool is told otherwise."""


@dataclass(frozen=True)
class Pool:
    """A node pool, as its nodes are made from it."""

    cluster: str
    name: str
    location: str
    version: str
    """Of its nodes, as GKE writes it."""
    size: int
    """Nodes, over all zones."""
    zones: Sequence[str]
    config: Mapping[str, Any]
    """The nodeConfig of the inputs."""
    pods: int = 110
    """The most pods on a node."""
    prefix: str = "gke"

    def nodes(self) -> list[Node]:
        """Its nodes, in turn over the zones."""
        return [self._node(index) for index in range(self.size)]

    def _node(self, index: int) -> Node:
        found = machine(str(self.config.get("machineType", _DEFAULT_MACHINE)))
        assert found is not None, "the account's rules have seen to that"
        boot = {key: self.config.get(key) for key in ("imageType", "diskType", "diskSizeGb", "spot", "serviceAccount")}
        mark = node_digest(self.cluster, self.name, found.name, self.version, self.pods, boot)
        gpus, accelerator = _accelerators(self.config, found)
        return Node(
            name=f"{self.prefix}-{self.cluster}-{self.name}-{mark}-{index}",
            group=self.name,
            version=versions.minor(self.version),
            cpu=found.cpu,
            memory=f"{found.memory_mib}Mi",
            arch=found.arch,
            region=region(self.location),
            zone=self.zones[index % len(self.zones)],
            labels=self._labels(found, gpus, accelerator, self.zones[index % len(self.zones)]),
            taints=self._taints(found, gpus),
            pods=self.pods,
            disk=f"{self.config.get('diskSizeGb', 100)}Gi",
            extended_resources={"nvidia.com/gpu": str(gpus)} if gpus else {},
        )

    def _labels(self, of: Machine, gpus: int, accelerator: str, zone: str) -> dict[str, str]:
        spot, metadata = self.config.get("spot"), self.config.get("workloadMetadataConfig") or {}
        made = {
            **(self.config.get("labels") or {}),
            "cloud.google.com/gke-nodepool": self.name,
            "cloud.google.com/gke-boot-disk": str(self.config.get("diskType", "pd-balanced")),
            "cloud.google.com/gke-container-runtime": "containerd",
            "cloud.google.com/gke-os-distribution": str(self.config.get("imageType", "COS_CONTAINERD"))
            .partition("_")[0]
            .lower(),
            "cloud.google.com/gke-provisioning": "spot" if spot else "standard",
            "cloud.google.com/gke-cpu-scaling-level": str(of.cpu),
            "cloud.google.com/gke-memory-gb-scaling-level": str(of.memory_mib // 1024),
            "cloud.google.com/gke-max-pods-per-node": str(self.pods),
            "cloud.google.com/machine-family": of.family,
            "node.kubernetes.io/instance-type": of.name,
            "topology.gke.io/zone": zone,
        }
        if spot:
            made["cloud.google.com/gke-spot"] = "true"
        if metadata.get("mode") == "GKE_METADATA":
            made["iam.gke.io/gke-metadata-server-enabled"] = "true"
        if gpus:
            made["cloud.google.com/gke-accelerator"] = accelerator
            made["cloud.google.com/gke-gpu"] = "true"
        return made

    def _taints(self, of: Machine, gpus: int) -> list[dict[str, str]]:
        taints = [
            {"key": one["key"], "value": one.get("value", ""), "effect": _EFFECTS[one["effect"]]}
            for one in self.config.get("taints") or []
        ]
        behaviour = (self.config.get("taintConfig") or {}).get("architectureTaintBehavior", "ARM")
        own = [_GPU_TAINT] if gpus else []
        own += [_ARM_TAINT] if of.arch == "arm64" and behaviour == "ARM" else []
        return [*taints, *(taint for taint in own if taint not in taints)]


def _accelerators(config: Mapping[str, Any], found: Machine) -> tuple[int, str]:
    given = config.get("guestAccelerators") or []
    if given:
        return int(given[0].get("count", found.gpu)), str(given[0].get("type", found.accelerator))
    return found.gpu, found.accelerator
