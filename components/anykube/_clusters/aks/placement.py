"""Where a pool's nodes are: in one agent pool over all its zones, or in one for each. Pure.

A subnet has one NAT gateway, and an agent pool one subnet. So a way out for each zone takes a subnet for each zone,
and a pool in each: which the autoscaler balances, and which volumes that are bound to a zone want anyway.
https://learn.microsoft.com/azure/aks/cluster-autoscaler-overview#best-practices-and-considerations
"""

from collections.abc import Sequence
from dataclasses import dataclass

from anykube._clusters.aks.spec import AksClusterSpec
from anykube._clusters.spec import NodePool

SYSTEM_TAINT = ("CriticalAddonsOnly", "true", "NoSchedule")
"""Keeps apps off the nodes of AKS' own pods: https://learn.microsoft.com/azure/aks/use-system-pools"""


@dataclass(frozen=True)
class Placement:
    """An agent pool to be."""

    zones: tuple[str, ...]
    subnet: str
    """The subnet's zone; "" for one that is all zones'."""
    low: int
    start: int
    high: int


def is_system(pool: NodePool) -> bool:
    """Whether AKS may put its own pods onto the pool's nodes: those that nothing else goes to."""
    return SYSTEM_TAINT in [(taint.key, taint.value, taint.effect) for taint in pool.taints]


def by_zone(spec: AksClusterSpec) -> bool:
    """Whether each zone has a subnet of its own."""
    return spec.network.nat == "zone" and spec.aks.network is None


def placements(asked: NodePool, spec: AksClusterSpec) -> list[Placement]:
    """The agent pools of a pool, sizes in total as asked for. A zone that would have none is left out."""
    zones = tuple(asked.zones or spec.zones)
    low = asked.min if asked.min is not None else asked.initial_count
    high = asked.max if asked.max is not None else asked.initial_count
    start = max(low, min(asked.initial_count, high))
    if not by_zone(spec):
        return [Placement(zones, "", low, start, high)]
    shares = zip(zones, share(low, len(zones)), share(start, len(zones)), share(high, len(zones)), strict=True)
    return [Placement((zone,), zone, *sizes) for zone, *sizes in shares if sizes[-1] > 0]


def share(total: int, parts: int) -> Sequence[int]:
    """The total in so many parts, as even as can be, the larger first."""
    each, rest = divmod(total, parts)
    return [each + (index < rest) for index in range(parts)]
