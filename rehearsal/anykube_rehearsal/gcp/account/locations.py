"""Regions and their zones: https://cloud.google.com/compute/docs/regions-zones"""

from collections.abc import Mapping, Sequence

_OTHER_LETTERS: Mapping[str, str] = {"europe-west1": "bcd", "us-east1": "bcd", "us-central1": "abcf"}
"""Zone letters of the regions whose zones are not a, b and c."""


def region_zones(region: str) -> Sequence[str]:
    """The zones of a region."""
    return [f"{region}-{letter}" for letter in _OTHER_LETTERS.get(region, "abc")]


def is_zone(location: str) -> bool:
    """Whether a location is a zone. A cluster in a zone is zonal, a cluster in a region is regional."""
    return location.count("-") == 2


def region(location: str) -> str:
    """The region of a location, which is a zone or a region."""
    return location.rpartition("-")[0] if is_zone(location) else location


def node_zones(location: str) -> Sequence[str]:
    """The zones in which a cluster in this location may have nodes."""
    return [location] if is_zone(location) else region_zones(location)
