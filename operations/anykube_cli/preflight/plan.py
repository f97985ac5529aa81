"""What is about to be made, as far as an account can have something against it.

Neither components nor stacks are known here: whoever asks turns its spec into a `Plan`. Each cloud adds what it alone
can have something against.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

Nat = Literal["none", "single", "zone"]


@dataclass(frozen=True)
class PoolPlan:
    """A pool of nodes. Without zones it takes those of the plan."""

    name: str
    machines: Sequence[str]
    """The cloud's names of machines; any of them will do for a node."""
    max: int
    spot: bool = False
    zones: Sequence[str] = ()
    gpu: bool = False


@dataclass(frozen=True)
class Plan:
    """A stack's cluster before it is made, or made over."""

    STACK_TAG: ClassVar = "anykube-stack"
    CLUSTER_TAG: ClassVar = "anykube-cluster"

    cluster: str
    region: str
    version: str | None
    """A minor version such as "1.35"; None takes what the cloud takes by default."""
    zones: Sequence[str]
    """Zones of the network; none where the network is brought and its zones are not known."""
    cidr: str | None
    """Of the network that is made; None: the network is brought."""
    nat: Nat
    pools: Sequence[PoolPlan]
    stack: str = ""
    """The stack, as its tag names it. Without it everything that is there is somebody else's."""

    @property
    def where(self) -> Mapping[str, str]:
        """What is known of the place before anybody is asked."""
        return {"region": self.region}

    @property
    def gateways(self) -> int:
        """NAT gateways that are made, where one is a zone's, each with an address of its own."""
        return 0 if self.cidr is None else {"none": 0, "single": 1, "zone": len(set(self.zones))}[self.nat]

    def owns(self, tags: Mapping[str, str]) -> bool:
        """Whether what bears these tags is of this very stack and cluster, so that it is not made a second time."""
        ours = bool(self.stack) and tags.get(self.STACK_TAG) == self.stack
        return ours and tags.get(self.CLUSTER_TAG, self.cluster) == self.cluster

    def owner(self, tags: Mapping[str, str]) -> str:
        """In words, whose these tags are."""
        stack = tags.get(self.STACK_TAG)
        return f"the stack {stack}" if stack else f"nobody that the tag {self.STACK_TAG} would name"

    def zones_of(self, pool: PoolPlan) -> Sequence[str]:
        """The zones that a pool's nodes come up in."""
        return pool.zones or self.zones
