"""The Kubernetes versions that the simulated AKS offers.

https://learn.microsoft.com/en-us/azure/aks/supported-kubernetes-versions
"""

from collections.abc import Mapping, Sequence

PATCHES: Mapping[str, Sequence[str]] = {
    "1.33": ("1.33.7", "1.33.8"),
    "1.34": ("1.34.4", "1.34.5"),
    "1.35": ("1.35.1", "1.35.2"),
    "1.36": ("1.36.0",),
}
"""Patch versions by minor version, oldest first, as of 26 November 2026."""
LONG_TERM = frozenset({"1.33"})
"""Versions that require the support plan AKSLongTermSupport and the tier Premium.

https://learn.microsoft.com/en-us/azure/aks/long-term-support
"""
DEFAULT = "1.35"


def minor(version: str) -> str:
    """The minor version: `1.35` for `1.35.2`."""
    return ".".join(version.split(".")[:2])


def number(version: str) -> int:
    """The number of a minor version, for comparisons: 35 for `1.35`."""
    return int(version.split(".")[1])


def resolve(version: str | None) -> str | None:
    """The patch version that AKS chooses: the newest one of a minor version. None if AKS does not offer the version."""
    requested = version or DEFAULT
    patches = PATCHES.get(minor(requested), ())
    if requested in patches:
        return requested
    return patches[-1] if patches and requested == minor(requested) else None
