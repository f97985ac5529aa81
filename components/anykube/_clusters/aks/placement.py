"""Placement of node pools: one agent pool for all zones, or one for each zone.

A subnet has one NAT gateway, and an agent pool has one subnet. So a NAT gateway in each zone requires a subnet and an
agent pool in each zone. The autoscaler balances these pools, and volumes that are bound to a zone need them anyway.
https://learn.microsoft.com/azure/aks/cluster-autoscaler-overview#best-practices-and-considerations
"""

from collections.abc import Sequence
from dataclasses import dataclass

from anykube._clusters.aks.spec import AksClusterSpec
from anykube._clusters.spec import NodePool

SYSTEM_TAINT = ("CriticalAddonsOnly", "true", "NoSchedule")
"""Reserves the nodes of a system pool for AKS' own pods: https://learn.microsoft.com/azure/aks/use-system-pools"""


@dataclass(frozen=True)
class Placement:
    """Zones, subnet and size of an agent pool."""

    zones: tuple[str, ...]
    subnet: str
    """Zone of the subnet; "" for the subnet of all zones."""
    min: int
    initial: int
    max: int


def is_system(pool: NodePool) -> bool:
    """Whether a pool is a system pool: it has the taint that reserves it for AKS' own pods."""
    return SYSTEM_TAINT in [(taint.key, taint.value, taint.effect) for taint in pool.taints]


def has_zonal_subnets(spec: AksClusterSpec) -> bool:
    """Whether each zone has its own subnet."""
    return spec.network.nat == "zone" and spec.aks.network is None


def placements(pool: NodePool, spec: AksClusterSpec) -> list[Placement]:
    """The agent pools of a node pool, whose sizes add up to its size. Zones without nodes have none."""
    zones = tuple(pool.zones or spec.zones)
    minimum = pool.min if pool.min is not None else pool.initial_count
    maximum = pool.max if pool.max is not None else pool.initial_count
    initial = max(minimum, min(pool.initial_count, maximum))
    if not has_zonal_subnets(spec):
        return [Placement(zones, "", minimum, initial, maximum)]
    sizes = (split_evenly(size, len(zones)) for size in (minimum, initial, maximum))
    return [
        Placement((zone,), zone, *zone_sizes)
        for zone, *zone_sizes in zip(zones, *sizes, strict=True)
        if zone_sizes[-1] > 0
    ]


def split_evenly(total: int, parts: int) -> Sequence[int]:
    """Splits a number into parts that differ by at most 1, larger parts first."""
    quotient, remainder = divmod(total, parts)
    return [quotient + (index < remainder) for index in range(parts)]
