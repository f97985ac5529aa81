"""Finds the resources of a cluster in an account where only a few of them name the cluster.

A controller's name or tag shows that it created a resource, but often not for which cluster. The resources refer to
each other, though. A forwarding rule refers to its proxy, the proxy to its URL map, the URL map to its backend service,
and the backend service to the endpoints in the cluster's network.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Resource:
    """A resource of the account."""

    id: str
    references: frozenset[str]
    """Ids of the resources that it refers to, or is part of."""
    by_controller: bool
    """Whether a controller of some cluster created it."""
    is_marked: bool = False
    """Whether its own name or tags name this cluster."""


def owned_resources(resources: Sequence[Resource], roots: Collection[str]) -> frozenset[str]:
    """Ids of the resources that the cluster's controllers created.

    These are the marked ones, those that refer to an owned resource or to one of the `roots` (which belong to the
    cluster alone, such as its network), and those that only owned resources refer to.
    """
    referrers = _referrers(resources)
    candidates = [resource for resource in resources if resource.by_controller]
    owned = {resource.id for resource in candidates if resource.is_marked}
    while True:
        targets = owned.union(roots)
        added = {
            resource.id
            for resource in candidates
            if resource.id not in owned
            and (resource.references & targets or (referrers[resource.id] and referrers[resource.id] <= owned))
        }
        if not added:
            return frozenset(owned)
        owned |= added


def _referrers(resources: Iterable[Resource]) -> dict[str, set[str]]:
    referrers: dict[str, set[str]] = defaultdict(set)
    for resource in resources:
        for reference in resource.references - {resource.id}:
            referrers[reference].add(resource.id)
    return referrers


def strings(value: object) -> Iterable[str]:
    """All strings in a JSON value, except keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
