"""What is about to be made, as far as an account can have something against it.

Neither components nor stacks are known here: whoever asks turns its spec into a `Plan`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Nat = Literal["none", "single", "zone"]

STACK_TAG = "anykube:stack"
CLUSTER_TAG = "anykube:cluster"


@dataclass(frozen=True)
class PoolPlan:
    """A pool of nodes. Without zones it takes those of the plan."""

    name: str
    instance_types: Sequence[str]
    max: int
    spot: bool = False
    zones: Sequence[str] = ()
    gpu: bool = False


@dataclass(frozen=True)
class Plan:
    """An EKS stack before it is made, or made over."""

    cluster: str
    region: str
    version: str | None
    """A minor version such as "1.35"; None takes what EKS takes by default."""
    zones: Sequence[str]
    """Zones of the network; none where the network is brought and its zones are not known."""
    cidr: str | None
    """Of the network that is made; None: the network is brought."""
    nat: Nat
    pools: Sequence[PoolPlan]
    stack: str = ""
    """The stack, as the tag `anykube:stack` names it. Without it everything that is there is somebody else's."""
    roles: Sequence[str] = ()
    """Names of IAM roles that are to be made, where they are fixed ones."""

    def owns(self, tags: Mapping[str, str]) -> bool:
        """Whether what bears these tags is of this very stack and cluster, so that it is not made a second time."""
        ours = bool(self.stack) and tags.get(STACK_TAG) == self.stack
        return ours and tags.get(CLUSTER_TAG, self.cluster) == self.cluster

    def zones_of(self, pool: PoolPlan) -> Sequence[str]:
        """The zones that a pool's nodes come up in."""
        return pool.zones or self.zones

    @property
    def gateways(self) -> int:
        """NAT gateways that are made, each with an elastic IP of its own."""
        return 0 if self.cidr is None else {"none": 0, "single": 1, "zone": len(set(self.zones))}[self.nat]
