"""What the rules of all three clouds are made with."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from anykube._clusters.ranges import is_whole_internet

from anykube_policies.fields import UNKNOWN, Fields
from anykube_policies.rule import Verdict, each
from anykube_policies.subject import Resource, Stack

Check = Callable[[Resource, Stack], str | None]
"""Says what is wrong with a resource among the others of its stack, or None."""


@dataclass(frozen=True)
class Among:
    """Judges each resource of a stack by the check of its type.

    A cluster that is only named, since it is another stack's, is no resource here: nothing is said of it.
    """

    checks: Mapping[str, Check]

    def __call__(self, stack: Stack) -> Iterator[Verdict]:
        one = each(self._concerned, lambda resource: self.checks[resource.type](resource, stack))
        return chain.from_iterable(one(resource) for resource in stack.resources)

    def _concerned(self, resource: Resource) -> Iterator[Resource]:
        if resource.type in self.checks:
            yield resource


@dataclass(frozen=True)
class Alone:
    """A check that needs nothing of the stack."""

    check: Callable[[Resource], str | None]

    def __call__(self, resource: Resource, stack: Stack) -> str | None:
        del stack
        return self.check(resource)


@dataclass(frozen=True)
class AllOf:
    """What all of these say of a resource."""

    judges: Sequence[Callable[[Resource], Iterable[Verdict]]]

    def __call__(self, resource: Resource) -> Iterator[Verdict]:
        return chain.from_iterable(judge(resource) for judge in self.judges)


@dataclass(frozen=True)
class AlsoEach:
    """What is said of a stack, and then of each of its resources by itself."""

    first: Callable[[Stack], Iterable[Verdict]]
    then: Callable[[Resource], Iterable[Verdict]]

    def __call__(self, stack: Stack) -> Iterator[Verdict]:
        yield from self.first(stack)
        for resource in stack.resources:
            yield from self.then(resource)


@dataclass(frozen=True)
class Protected:
    """A cluster of production is deleted by nobody's slip: the cloud refuses it, or Pulumi does."""

    is_held: Callable[[Resource, Stack], bool]

    def __call__(self, cluster: Resource, stack: Stack) -> str | None:
        if cluster.settings.profile != "production" or cluster.is_protected or self.is_held(cluster, stack):
            return None
        return "can be deleted by a slip"


def of_type(stack: Stack, *types: str) -> Iterator[Resource]:
    """The stack's resources of these types."""
    return (resource for resource in stack.resources if resource.type in types)


def known_first(values: Sequence[Fields]) -> list[Fields]:
    """The values, those last that are not known yet: what is wrong with another is said before one of them is read."""
    return sorted(values, key=lambda value: value.value is UNKNOWN)


def reached_by_everybody(ranges: Sequence[Fields]) -> bool:
    """Whether one of the ranges is the whole internet."""
    return any(is_whole_internet(range_.text or "") for range_ in known_first(ranges))


def same(one: Fields, other: Fields) -> bool:
    """Whether two names are, or may be, the same: one that is not known may be any. The case of letters is nothing."""
    return UNKNOWN in (one.value, other.value) or str(one.value).casefold() == str(other.value).casefold()
