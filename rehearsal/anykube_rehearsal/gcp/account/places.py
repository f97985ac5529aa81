"""Regions and their zones: https://cloud.google.com/compute/docs/regions-zones"""

from collections.abc import Mapping, Sequence

_OTHER_LETTERS: Mapping[str, str] = {"europe-west1": "bcd", "us-east1": "bcd", "us-central1": "abcf"}
"""The zones of a region that are not a, b and c."""


def zones(region: str) -> Sequence[str]:
    """The zones of a region."""
    return [f"{region}-{letter}" for letter in _OTHER_LETTERS.get(region, "abc")]


def is_zone(location: str) -> bool:
    """Whether a location is a zone: a cluster in one is zonal, and in a region regional."""
    return location.count("-") == 2


def region(location: str) -> str:
    """The region that a location is, or is in."""
    return location.rpartition("-")[0] if is_zone(location) else location


def zones_of(location: str) -> Sequence[str]:
    """Where the nodes of a cluster may be."""
    return [location] if is_zone(location) else zones(location)
