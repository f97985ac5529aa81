"""Which things of an account are a cluster's, where just a few of them say whose they are.

A controller's name or tag says that it made a thing, and often not for which cluster. But its things name each other: a
forwarding rule its proxy, that its URL map, that its backend service, that the endpoints in the cluster's network.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Thing:
    """Something in the account."""

    id: str
    names: frozenset[str]
    """Ids of all that it names, or is in."""
    made: bool
    """Whether it was a controller of some cluster that made it."""
    marked: bool = False
    """Whether it says itself that it is this cluster's."""


def belonging(things: Sequence[Thing], roots: Collection[str]) -> frozenset[str]:
    """Ids of those that controllers of the cluster made: what is marked, what names such a thing or one of the `roots`
    (what is known to be the cluster's alone, such as its network), and what such things name and no other one does.
    """
    users = _users(things)
    made = [thing for thing in things if thing.made]
    found = {thing.id for thing in made if thing.marked}
    while True:
        whole = found.union(roots)
        more = {
            thing.id
            for thing in made
            if thing.id not in found and (thing.names & whole or (users[thing.id] and users[thing.id] <= found))
        }
        if not more:
            return frozenset(found)
        found |= more


def _users(things: Iterable[Thing]) -> dict[str, set[str]]:
    users: dict[str, set[str]] = defaultdict(set)
    for thing in things:
        for name in thing.names - {thing.id}:
            users[name].add(thing.id)
    return users


def texts(value: object) -> Iterable[str]:
    """All texts in JSON, keys aside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
