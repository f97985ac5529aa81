"""The nodes of a node pool, with the labels, taints, zones and capacity that GKE gives them.

Labels: https://cloud.google.com/kubernetes-engine/docs/how-to/creating-managing-labels#automatically-applied_labels
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anykube_cli.kubernetes.nodes import Node

from anykube_rehearsal.cloud.kubernetes import node_digest
from anykube_rehearsal.gcp.account import versions
from anykube_rehearsal.gcp.account.locations import region
from anykube_rehearsal.gcp.account.machines import Machine, find_machine

_EFFECTS = {
    "NO_SCHEDULE": "NoSchedule",
    "PREFER_NO_SCHEDULE": "PreferNoSchedule",
    "NO_EXECUTE": "NoExecute",
}
_DEFAULT_MACHINE = "e2-medium"
_GPU_TAINT = {"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}
"""GKE adds this taint to nodes with GPUs: https://cloud.google.com/kubernetes-engine/docs/concepts/gpus"""
_ARM_TAINT = {"key": "kubernetes.io/arch", "value": "arm64", "effect": "NoSchedule"}
"""GKE adds this taint to arm64 nodes unless the pool's `taintConfig` disables it:
https://cloud.google.com/kubernetes-engine/docs/how-to/prepare-arm-workloads-for-deployment"""


@dataclass(frozen=True)
class Pool:
    """A node pool, with all that determines its nodes."""

    cluster: str
    name: str
    location: str
    version: str
    """The GKE version of its nodes, such as 1.35.5-gke.1241000."""
    size: int
    """The number of nodes in all zones."""
    zones: Sequence[str]
    config: Mapping[str, Any]
    """The input `nodeConfig`."""
    pods: int = 110
    """The maximum number of pods per node."""
    prefix: str = "gke"

    def nodes(self) -> list[Node]:
        """Its nodes, distributed round-robin over the zones."""
        return [self._node(index) for index in range(self.size)]

    def _node(self, index: int) -> Node:
        machine = find_machine(str(self.config.get("machineType", _DEFAULT_MACHINE)))
        assert machine is not None, "the account's rules refuse unknown machine types"
        boot = {key: self.config.get(key) for key in ("imageType", "diskType", "diskSizeGb", "spot", "serviceAccount")}
        digest = node_digest(self.cluster, self.name, machine.name, self.version, self.pods, boot)
        gpus, accelerator = _accelerators(self.config, machine)
        return Node(
            name=f"{self.prefix}-{self.cluster}-{self.name}-{digest}-{index}",
            group=self.name,
            version=versions.minor(self.version),
            cpu=machine.cpu,
            memory=f"{machine.memory_mib}Mi",
            arch=machine.arch,
            region=region(self.location),
            zone=self.zones[index % len(self.zones)],
            labels=self._labels(machine, gpus, accelerator, self.zones[index % len(self.zones)]),
            taints=self._taints(machine, gpus),
            pods=self.pods,
            disk=f"{self.config.get('diskSizeGb', 100)}Gi",
            extended_resources={"nvidia.com/gpu": str(gpus)} if gpus else {},
        )

    def _labels(self, machine: Machine, gpus: int, accelerator: str, zone: str) -> dict[str, str]:
        spot, metadata = self.config.get("spot"), self.config.get("workloadMetadataConfig") or {}
        labels = {
            **(self.config.get("labels") or {}),
            "cloud.google.com/gke-nodepool": self.name,
            "cloud.google.com/gke-boot-disk": str(self.config.get("diskType", "pd-balanced")),
            "cloud.google.com/gke-container-runtime": "containerd",
            "cloud.google.com/gke-os-distribution": str(self.config.get("imageType", "COS_CONTAINERD"))
            .partition("_")[0]
            .lower(),
            "cloud.google.com/gke-provisioning": "spot" if spot else "standard",
            "cloud.google.com/gke-cpu-scaling-level": str(machine.cpu),
            "cloud.google.com/gke-memory-gb-scaling-level": str(machine.memory_mib // 1024),
            "cloud.google.com/gke-max-pods-per-node": str(self.pods),
            "cloud.google.com/machine-family": machine.family,
            "node.kubernetes.io/instance-type": machine.name,
            "topology.gke.io/zone": zone,
        }
        if spot:
            labels["cloud.google.com/gke-spot"] = "true"
        if metadata.get("mode") == "GKE_METADATA":
            labels["iam.gke.io/gke-metadata-server-enabled"] = "true"
        if gpus:
            labels["cloud.google.com/gke-accelerator"] = accelerator
            labels["cloud.google.com/gke-gpu"] = "true"
        return labels

    def _taints(self, machine: Machine, gpus: int) -> list[dict[str, str]]:
        taints = [
            {"key": taint["key"], "value": taint.get("value", ""), "effect": _EFFECTS[taint["effect"]]}
            for taint in self.config.get("taints") or []
        ]
        behaviour = (self.config.get("taintConfig") or {}).get("architectureTaintBehavior", "ARM")
        automatic = [_GPU_TAINT] if gpus else []
        automatic += [_ARM_TAINT] if machine.arch == "arm64" and behaviour == "ARM" else []
        return [*taints, *(taint for taint in automatic if taint not in taints)]


def _accelerators(config: Mapping[str, Any], machine: Machine) -> tuple[int, str]:
    accelerators = config.get("guestAccelerators") or []
    if accelerators:
        return int(accelerators[0].get("count", machine.gpu)), str(accelerators[0].get("type", machine.accelerator))
    return machine.gpu, machine.accelerator
