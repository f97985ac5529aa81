"""How many nodes a pool has, and where, on clouds whose zones have the same number each."""

from collections.abc import Sequence


def spread(count: int, zones: Sequence[str]) -> tuple[Sequence[str], int] | None:
    """The zones of a pool of fixed size, and the nodes in each of them; None where that cannot be.

    Fewer nodes than zones are in the first ones.
    """
    used = zones[:count] if 0 < count < len(zones) else zones
    return (used, count // len(used)) if count % len(used) == 0 else None


def begin_with(count: int, most: int, zones: int) -> int:
    """The nodes in each zone of a new pool that an autoscaler owns: `count` of them in all or a few more, never above
    `most`."""
    each = -(-count // zones)
    return each if each * zones <= most else most // zones
