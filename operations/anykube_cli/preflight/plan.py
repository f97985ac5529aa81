"""What a stack needs from an account.

Independent of components and settings: `planning.py` of each cloud turns a cluster's settings into a plan. Each cloud
extends `Plan`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

Nat = Literal["none", "single", "zone"]


@dataclass(frozen=True)
class PoolPlan:
    """A node pool. Without zones it uses those of the plan."""

    name: str
    machines: Sequence[str]
    """The cloud's machine types; a node can be any of them."""
    max: int
    spot: bool = False
    zones: Sequence[str] = ()
    gpu: bool = False


@dataclass(frozen=True)
class Plan:
    """The cluster of a stack, before it is created or updated."""

    STACK_TAG: ClassVar = "anykube-stack"
    CLUSTER_TAG: ClassVar = "anykube-cluster"

    cluster: str
    region: str
    version: str | None
    """A minor version such as "1.35"; None: the cloud's default."""
    zones: Sequence[str]
    """Zones of the network. Empty for an existing network whose zones are unknown."""
    cidr: str | None
    """Range of the network that the stack creates. None: the stack uses an existing network."""
    nat: Nat
    pools: Sequence[PoolPlan]
    stack: str = ""
    """The stack as in its tag. Without it, every existing resource belongs to somebody else."""

    @property
    def location(self) -> Mapping[str, str]:
        """Where the stack is deployed, to show before the login."""
        return {"region": self.region}

    @property
    def nat_gateways(self) -> int:
        """Number of NAT gateways that the stack creates, each with an address, in a cloud with one a zone."""
        return 0 if self.cidr is None else {"none": 0, "single": 1, "zone": len(set(self.zones))}[self.nat]

    def owns(self, tags: Mapping[str, str]) -> bool:
        """Whether a resource with these tags belongs to this stack and cluster, so that it is not created again."""
        is_of_stack = bool(self.stack) and tags.get(self.STACK_TAG) == self.stack
        return is_of_stack and tags.get(self.CLUSTER_TAG, self.cluster) == self.cluster

    def describe_owner(self, tags: Mapping[str, str]) -> str:
        """Completes "a resource that …"."""
        stack = tags.get(self.STACK_TAG)
        return f"belongs to the stack {stack}" if stack else f"has no tag {self.STACK_TAG}"

    def zones_of(self, pool: PoolPlan) -> Sequence[str]:
        """The zones of a pool's nodes."""
        return pool.zones or self.zones
