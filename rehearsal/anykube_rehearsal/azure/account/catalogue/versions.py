"""Kubernetes versions that AKS offers on the day of a rehearsal.

https://learn.microsoft.com/en-us/azure/aks/supported-kubernetes-versions
"""

from collections.abc import Mapping, Sequence

PATCHES: Mapping[str, Sequence[str]] = {
    "1.33": ("1.33.7", "1.33.8"),
    "1.34": ("1.34.4", "1.34.5"),
    "1.35": ("1.35.1", "1.35.2"),
    "1.36": ("1.36.0",),
}
"""Patch versions by minor one, oldest first. What the simulated account offers on 26 November 2026."""
LONG_TERM = frozenset({"1.33"})
"""Offered with the support plan AKSLongTermSupport, tier Premium, alone.

https://learn.microsoft.com/en-us/azure/aks/long-term-support
"""
DEFAULT = "1.35"


def minor(version: str) -> str:
    """`1.35` of `1.35.2`."""
    return ".".join(version.split(".")[:2])


def number(version: str) -> int:
    """A minor version's second number, to be compared by."""
    return int(version.split(".")[1])


def resolve(version: str | None) -> str | None:
    """The patch version that a request gets: the newest of a minor one. None where AKS does not have it."""
    asked = version or DEFAULT
    offered = PATCHES.get(minor(asked), ())
    if asked in offered:
        return asked
    return offered[-1] if offered and asked == minor(asked) else None
