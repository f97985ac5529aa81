"""Node counts of pools on clouds that want the same number of nodes in each zone."""

from collections.abc import Sequence


def spread(count: int, zones: Sequence[str]) -> tuple[Sequence[str], int] | None:
    """The zones of a pool of fixed size, and the nodes in each. None if `count` cannot be spread evenly.

    With fewer nodes than zones, only the first zones are used.
    """
    used = zones[:count] if 0 < count < len(zones) else zones
    return (used, count // len(used)) if count % len(used) == 0 else None


def initial_nodes_per_zone(count: int, maximum: int, zones: int) -> int:
    """The nodes in each zone of a new autoscaled pool: `count` in total, rounded up, but at most `maximum`."""
    per_zone = -(-count // zones)
    return per_zone if per_zone * zones <= maximum else maximum // zones
