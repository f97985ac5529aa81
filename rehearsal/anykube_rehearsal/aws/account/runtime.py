"""The interface between the simulated EKS and Kubernetes: control planes for clusters, nodes for node groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from anykube_rehearsal.cloud.kubernetes import ControlPlane as ControlPlane


@dataclass(frozen=True)
class Taint:
    """A taint, in Kubernetes' notation."""

    key: str
    value: str
    effect: str
    """NoSchedule, PreferNoSchedule or NoExecute."""


@dataclass(frozen=True)
class NodeGroupSpec:
    """The desired nodes of a node group."""

    name: str
    size: int
    instance_types: Sequence[str]
    """In order of preference: nodes have the first."""
    capacity_type: str
    """ON_DEMAND or SPOT."""
    ami_type: str
    labels: Mapping[str, str]
    taints: Sequence[Taint]
    zones: Sequence[str]
    """Availability zones of its subnets, such as eu-west-1a."""
    version: str = ""
    """Kubernetes minor version of the nodes."""
    release: str = ""
    """Version of the image and launch template. Another release replaces the nodes."""


class Runtime(Protocol):
    """Runs Kubernetes for a simulated EKS. Every method blocks until it is done, and can be called again."""

    def create(self, cluster: str, version: str) -> ControlPlane:
        """Starts a control plane. `version` is a minor version, such as 1.35."""

    def upgrade(self, cluster: str, version: str) -> None:
        """Upgrades the control plane to another minor version."""

    def delete(self, cluster: str) -> None:
        """Deletes the control plane with everything on it."""

    def converge(self, cluster: str, group: NodeGroupSpec) -> None:
        """Sets the nodes of a group. New nodes are ready before old nodes are drained."""

    def drain(self, cluster: str, group: str) -> None:
        """Drains and removes all nodes of a group by eviction, as EKS does when a group is deleted."""
