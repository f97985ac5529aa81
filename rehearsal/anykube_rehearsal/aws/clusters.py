"""The Kubernetes under the simulated EKS: nodes as a node group has them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anykube_cli.kubernetes.nodes import Node
from moto.ec2.models.instance_types import INSTANCE_TYPES

from anykube_rehearsal.aws.account.runtime import NodeGroup
from anykube_rehearsal.cloud import kubernetes
from anykube_rehearsal.cloud.kubernetes import AUDITORS, VIEWERS, node_digest

__all__ = ["AUDITORS", "VIEWERS", "Clusters"]

_ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64"}


class Clusters(kubernetes.Clusters):
    """The clusters of one account, below a folder of its own. `reviews` answers whose a token is."""

    def __init__(self, folder: Path, reviews: str, region: str) -> None:
        super().__init__(folder, reviews)
        self._region = region

    def converge(self, cluster: str, group: NodeGroup) -> None:
        """Makes the nodes of a group; those of another release, type or version are exchanged."""
        self.set_nodes(cluster, group.name, [self._node(cluster, group, index) for index in range(group.size)])

    def _node(self, cluster: str, group: NodeGroup, index: int) -> Node:
        machine = group.instance_types[0]
        facts: Mapping[str, Any] = INSTANCE_TYPES[machine]
        mark = node_digest(cluster, group.name, machine, group.ami_type, group.version, group.release)
        interfaces = facts["NetworkInfo"]
        gpus = sum(gpu.get("Count", 0) for gpu in facts.get("GpuInfo", {}).get("Gpus", []))
        return Node(
            name=f"i-{mark}-{index}",
            group=group.name,
            version=group.version,
            cpu=facts["VCpuInfo"]["DefaultVCpus"],
            memory=f"{facts['MemoryInfo']['SizeInMiB']}Mi",
            arch=next(
                arch for arch in map(_ARCHITECTURES.get, facts["ProcessorInfo"]["SupportedArchitectures"]) if arch
            ),
            region=self._region,
            zone=group.zones[index % len(group.zones)],
            # https://docs.aws.amazon.com/eks/latest/userguide/node-labels.html and the cloud provider's own
            labels={
                **group.labels,
                "eks.amazonaws.com/nodegroup": group.name,
                "eks.amazonaws.com/capacityType": group.capacity_type,
                "eks.amazonaws.com/nodegroup-image": group.ami_type,
                "node.kubernetes.io/instance-type": machine,
            },
            taints=[{"key": taint.key, "value": taint.value, "effect": taint.effect} for taint in group.taints],
            pods=interfaces["MaximumNetworkInterfaces"] * (interfaces["Ipv4AddressesPerInterface"] - 1) + 2,
            extended_resources={"nvidia.com/gpu": str(gpus)} if gpus else {},
        )
