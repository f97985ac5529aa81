"""Runs Kubernetes for the simulated EKS, with the nodes of its node groups."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anykube_cli.kubernetes.nodes import Node
from moto.ec2.models.instance_types import INSTANCE_TYPES

from anykube_rehearsal.aws.account.runtime import NodeGroupSpec
from anykube_rehearsal.cloud import kubernetes
from anykube_rehearsal.cloud.kubernetes import AUDITORS, VIEWERS, node_digest

__all__ = ["AUDITORS", "VIEWERS", "Clusters"]

_ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64"}


class Clusters(kubernetes.Clusters):
    """The clusters of one account, in its folder. `token_review_url` is the account's webhook for token reviews."""

    def __init__(self, folder: Path, token_review_url: str, region: str) -> None:
        super().__init__(folder, token_review_url)
        self._region = region

    def converge(self, cluster: str, group: NodeGroupSpec) -> None:
        """Sets the nodes of a group. Replaces nodes with another release, instance type or version."""
        self.set_nodes(cluster, group.name, [self._node(cluster, group, index) for index in range(group.size)])

    def _node(self, cluster: str, group: NodeGroupSpec, index: int) -> Node:
        instance_type = group.instance_types[0]
        facts: Mapping[str, Any] = INSTANCE_TYPES[instance_type]
        digest = node_digest(cluster, group.name, instance_type, group.ami_type, group.version, group.release)
        interfaces = facts["NetworkInfo"]
        gpus = sum(gpu.get("Count", 0) for gpu in facts.get("GpuInfo", {}).get("Gpus", []))
        return Node(
            name=f"i-{digest}-{index}",
            group=group.name,
            version=group.version,
            cpu=facts["VCpuInfo"]["DefaultVCpus"],
            memory=f"{facts['MemoryInfo']['SizeInMiB']}Mi",
            arch=next(
                arch for arch in map(_ARCHITECTURES.get, facts["ProcessorInfo"]["SupportedArchitectures"]) if arch
            ),
            region=self._region,
            zone=group.zones[index % len(group.zones)],
            # https://docs.aws.amazon.com/eks/latest/userguide/node-labels.html, and labels of the cloud provider
            labels={
                **group.labels,
                "eks.amazonaws.com/nodegroup": group.name,
                "eks.amazonaws.com/capacityType": group.capacity_type,
                "eks.amazonaws.com/nodegroup-image": group.ami_type,
                "node.kubernetes.io/instance-type": instance_type,
            },
            taints=[{"key": taint.key, "value": taint.value, "effect": taint.effect} for taint in group.taints],
            pods=interfaces["MaximumNetworkInterfaces"] * (interfaces["Ipv4AddressesPerInterface"] - 1) + 2,
            extended_resources={"nvidia.com/gpu": str(gpus)} if gpus else {},
        )
