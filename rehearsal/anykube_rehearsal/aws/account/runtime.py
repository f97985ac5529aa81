"""What the simulated EKS needs of Kubernetes: a control plane for a cluster, and nodes for a node group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from anykube_rehearsal.cloud.kubernetes import ControlPlane as ControlPlane


@dataclass(frozen=True)
class Taint:
    """As Kubernetes writes it."""

    key: str
    value: str
    effect: str
    """NoSchedule, PreferNoSchedule or NoExecute."""


@dataclass(frozen=True)
class NodeGroup:
    """The nodes of a node group, as they should be."""

    name: str
    size: int
    instance_types: Sequence[str]
    """In the order of the request; the nodes get the first that is to be had."""
    capacity_type: str
    """ON_DEMAND or SPOT."""
    ami_type: str
    labels: Mapping[str, str]
    taints: Sequence[Taint]
    zones: Sequence[str]
    """Availability zones of its subnets, such as eu-west-1a."""
    version: str = ""
    """Kubernetes minor version of its nodes."""
    release: str = ""
    """What else its nodes are made from, such as a version of a launch template: another one exchanges them."""


class Runtime(Protocol):
    """Real Kubernetes under a simulated EKS. Every method blocks until it is so, and may be repeated."""

    def create(self, cluster: str, version: str) -> ControlPlane:
        """Brings a control plane up. `version` is a minor one, such as 1.35."""

    def upgrade(self, cluster: str, version: str) -> None:
        """Moves the control plane to another minor version."""

    def delete(self, cluster: str) -> None:
        """Removes the control plane and all that is on it."""

    def converge(self, cluster: str, group: NodeGroup) -> None:
        """Makes the nodes of a group what they should be: new ones are ready before an old one is drained."""

    def drain(self, cluster: str, group: str) -> None:
        """Drains and removes all nodes of a group, by eviction, as EKS does when a group is deleted."""
