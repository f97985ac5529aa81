"""A part of a stack: a run that sees some of its components, and leaves all others exactly as they are.

An engine takes a step for every resource of a state, also where nothing changed, and five hundred apps have three
thousand. So whoever knows which few components a run is about asks for the state by an address of its own,
`…/part/STACK/NAME,NAME`: the engine gets the state without the others, what it does is replayed onto that, and the
others are put behind it again. The program, too, learns from the address which apps to make: the two cannot differ.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Resource = Mapping[str, Any]

VARIABLE = "ANYKUBE_PART"
"""Of the environment of `pulumi`: STACK/NAME,NAME. It adds the part to the address of this checkout's state."""


class PartialUpdate(NamedTuple):
    """What a run is about."""

    names: str
    """As in the address: the apps, with commas between them."""
    version: int
    """Of the stack at the time. A run that came in between makes the part void."""
    left_out: tuple[str, ...]
    """URNs of the components that the run does not see."""


class OutdatedPlanError(Exception):
    """The stack was changed since the part was planned, or nobody planned it."""


def split(resources: Iterable[Resource], left_out: Iterable[str]) -> tuple[list[Resource], list[Resource]]:
    """The resources that the run sees, and the others: components by their URN, and all below them."""
    out, seen, rest = set(left_out), list[Resource](), list[Resource]()
    for resource in resources:  # a parent comes before its children
        if resource["urn"] in out or resource.get("parent") in out:
            out.add(resource["urn"])
            rest.append(resource)
        else:
            seen.append(resource)
    return seen, rest


def needs(resources: Iterable[Resource]) -> Iterator[str]:
    """The URNs, of providers with the id behind, that these resources name."""
    for resource in resources:
        yield from filter(None, (resource.get(field) for field in ("parent", "provider", "deletedWith", "viewOf")))
        yield from resource.get("dependencies") or ()
        yield from resource.get("replaceWith") or ()
        for urns in (resource.get("propertyDependencies") or {}).values():
            yield from urns or ()


def names(resource: Resource) -> Iterator[str]:
    """By which others may name it: its URN and earlier ones, and as a provider with its id behind."""
    for urn in (resource["urn"], *(resource.get("aliases") or ())):
        yield from (urn, f"{urn}::{resource.get('id', '')}")


def still_needed(resources: Sequence[Resource], rest: Sequence[Resource], before: Iterable[Resource]) -> list[Resource]:
    """Those of `before` that the rest names and the run did away with.

    A provider that none of the run's apps used stays as it is. All else waits for its deletion, as the predecessor of
    a provider that was replaced, whose id is another: the next run of the whole stack sorts that out.
    """
    there = {name for resource in (*resources, *rest) for name in names(resource)}
    missing = set(needs(rest)) - there
    lost = [resource for resource in before if not missing.isdisjoint(names(resource))]
    return [resource if _unused(resource, there) else {**resource, "delete": True} for resource in lost]


def _unused(resource: Resource, there: Container[str]) -> bool:
    return resource["urn"] not in there and str(resource["type"]).startswith("pulumi:providers:")
