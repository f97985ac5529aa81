"""What is about to be made, as far as an account can have something against it.

Neither components nor stacks are known here: whoever asks turns its spec into a `Plan`. Each cloud adds what it alone
can have something against.
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
    machines: Sequence[str]
    """The cloud's names of machines; any of them will do for a node."""
    max: int
    spot: bool = False
    zones: Sequence[str] = ()
    gpu: bool = False


@dataclass(frozen=True)
class Plan:
    """A stack's cluster before it is made, or made over."""

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

    def owns(self, tags: Mapping[str, str], of_stack: str = STACK_TAG, of_cluster: str = CLUSTER_TAG) -> bool:
        """Whether what bears these tags is of this very stack and cluster, so that it is not made a second time."""
        ours = bool(self.stack) and tags.get(of_stack) == self.stack
        return ours and tags.get(of_cluster, self.cluster) == self.cluster

    def zones_of(self, pool: PoolPlan) -> Sequence[str]:
        """The zones that a pool's nodes come up in."""
        return pool.zones or self.zones


def owner(tags: Mapping[str, str], of_stack: str = STACK_TAG) -> str:
    """In words, whose these tags are."""
    stack = tags.get(of_stack)
    return f"the stack {stack}" if stack else f"nobody that the tag {of_stack} would name"
