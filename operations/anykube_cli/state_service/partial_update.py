"""Partial updates: a run that sees only some of a stack's components and leaves the others exactly as they are.

An engine takes a step for every resource in the state, even if nothing changed, and five hundred apps have three
thousand resources. A run that changes only a few known components therefore requests the state from its own URL,
`…/part/STACK/NAME,NAME`. The engine gets the state without the other components, the service replays the run's journal
onto that, and then appends the other components again. The program learns from the same URL which apps to create, so
engine and program always agree.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Resource = Mapping[str, Any]

VARIABLE = "ANYKUBE_PART"
"""The environment variable that makes a run of `pulumi` partial. Its value is STACK/NAME,NAME, as in the URL."""


class PartialUpdate(NamedTuple):
    """The plan of a partial update."""

    names: str
    """The apps of the run, separated by commas, as in the URL."""
    version: int
    """The stack's version when the run was planned. Any other run in between makes the plan outdated."""
    left_out: tuple[str, ...]
    """URNs of the components that the run does not see."""


class OutdatedPlanError(Exception):
    """The stack has changed since the partial update was planned, or there is no such plan."""


def split(resources: Iterable[Resource], left_out: Iterable[str]) -> tuple[list[Resource], list[Resource]]:
    """Splits resources into those that the run sees, and the components in `left_out` with all their descendants."""
    hidden_urns, visible, hidden = set(left_out), list[Resource](), list[Resource]()
    for resource in resources:  # a parent comes before its children
        if resource["urn"] in hidden_urns or resource.get("parent") in hidden_urns:
            hidden_urns.add(resource["urn"])
            hidden.append(resource)
        else:
            visible.append(resource)
    return visible, hidden


def references(resources: Iterable[Resource]) -> Iterator[str]:
    """The identifiers of all resources that these resources refer to: URNs, and for providers URN::ID."""
    for resource in resources:
        yield from filter(None, (resource.get(field) for field in ("parent", "provider", "deletedWith", "viewOf")))
        yield from resource.get("dependencies") or ()
        yield from resource.get("replaceWith") or ()
        for urns in (resource.get("propertyDependencies") or {}).values():
            yield from urns or ()


def identifiers(resource: Resource) -> Iterator[str]:
    """The identifiers by which others may refer to a resource: its URN and former URNs, also with its id appended."""
    for urn in (resource["urn"], *(resource.get("aliases") or ())):
        yield from (urn, f"{urn}::{resource.get('id', '')}")


def still_referenced(
    resources: Sequence[Resource], hidden: Sequence[Resource], before: Iterable[Resource]
) -> list[Resource]:
    """Returns the resources of `before` that the run removed although hidden resources still refer to them.

    A provider that no app of the run used is kept unchanged. All others are kept as pending deletion, such as the
    predecessor of a replaced provider, which has another id. The next full run resolves them.
    """
    present = {identifier for resource in (*resources, *hidden) for identifier in identifiers(resource)}
    missing = set(references(hidden)) - present
    removed = [resource for resource in before if not missing.isdisjoint(identifiers(resource))]
    return [resource if _is_unused(resource, present) else {**resource, "delete": True} for resource in removed]


def _is_unused(resource: Resource, present: Container[str]) -> bool:
    return resource["urn"] not in present and str(resource["type"]).startswith("pulumi:providers:")
