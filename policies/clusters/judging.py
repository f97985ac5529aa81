"""What the rules of all three clouds are made with."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from components.clusters.ranges import is_everybody
from policies.fields import UNKNOWN, Fields
from policies.rule import Verdict, each
from policies.subject import Resource, Stack

Check = Callable[[Resource, Stack], str | None]
"""Says what is wrong with a resource among the others of its stack, or None."""


def among(checks: Mapping[str, Check]) -> Callable[[Stack], Iterator[Verdict]]:
    """Judges each resource of a stack by the check of its type.

    A cluster that is only named, since it is another stack's, is no resource here: nothing is said of it.
    """

    def judge(stack: Stack) -> Iterator[Verdict]:
        one = each(
            lambda resource: (resource,) if resource.type in checks else (),
            lambda resource: checks[resource.type](resource, stack),
        )
        return chain.from_iterable(one(resource) for resource in stack.resources)

    return judge


def alone(check: Callable[[Resource], str | None]) -> Check:
    """A check that needs nothing of the stack."""
    return lambda resource, _: check(resource)


def all_of(*judges: Callable[[Resource], Iterable[Verdict]]) -> Callable[[Resource], Iterator[Verdict]]:
    """What all of these say of a resource."""
    return lambda resource: chain.from_iterable(judge(resource) for judge in judges)


def all_among(*judges: Callable[[Stack], Iterable[Verdict]]) -> Callable[[Stack], Iterator[Verdict]]:
    """What all of these say of a stack."""
    return lambda stack: chain.from_iterable(judge(stack) for judge in judges)


def each_among(judge: Callable[[Resource], Iterable[Verdict]]) -> Callable[[Stack], Iterator[Verdict]]:
    """Judges each resource of a stack by itself."""
    return lambda stack: chain.from_iterable(judge(resource) for resource in stack.resources)


def of_type(stack: Stack, *types: str) -> Iterator[Resource]:
    """The stack's resources of these types."""
    return (resource for resource in stack.resources if resource.type in types)


def known_first(values: Sequence[Fields]) -> list[Fields]:
    """The values, those last that are not known yet: what is wrong with another is said before one of them is read."""
    return sorted(values, key=lambda value: value.value is UNKNOWN)


def reached_by_everybody(ranges: Sequence[Fields]) -> bool:
    """Whether one of the ranges is the whole internet."""
    return any(is_everybody(range_.text or "") for range_ in known_first(ranges))


def same(one: Fields, other: Fields) -> bool:
    """Whether two names are, or may be, the same: one that is not known may be any. The case of letters is nothing."""
    return UNKNOWN in (one.value, other.value) or str(one.value).casefold() == str(other.value).casefold()
