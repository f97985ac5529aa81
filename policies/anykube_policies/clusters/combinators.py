"""Building blocks for the rules of all three clouds."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from anykube._clusters.ranges import is_whole_internet

from anykube_policies.fields import UNKNOWN, Fields
from anykube_policies.resource import Resource, Stack
from anykube_policies.rule import Result, for_each

Check = Callable[[Resource, Stack], str | None]
"""Returns what is wrong with a resource, given the rest of its stack, or None."""


@dataclass(frozen=True)
class ForEachOfType:
    """Evaluates each resource of a stack with the check for its type.

    A cluster that belongs to another stack is not a resource of this one and is not evaluated.
    """

    checks: Mapping[str, Check]

    def __call__(self, stack: Stack) -> Iterator[Result]:
        evaluate = for_each(self._matching, lambda resource: self.checks[resource.type](resource, stack))
        return chain.from_iterable(evaluate(resource) for resource in stack.resources)

    def _matching(self, resource: Resource) -> Iterator[Resource]:
        if resource.type in self.checks:
            yield resource


@dataclass(frozen=True)
class IgnoreStack:
    """Adapts a check that needs only the resource."""

    check: Callable[[Resource], str | None]

    def __call__(self, resource: Resource, stack: Stack) -> str | None:
        del stack
        return self.check(resource)


@dataclass(frozen=True)
class AllOf:
    """The results of several evaluators for a resource."""

    evaluators: Sequence[Callable[[Resource], Iterable[Result]]]

    def __call__(self, resource: Resource) -> Iterator[Result]:
        return chain.from_iterable(evaluate(resource) for evaluate in self.evaluators)


@dataclass(frozen=True)
class StackThenResources:
    """The results for a stack, followed by those for each of its resources."""

    stack: Callable[[Stack], Iterable[Result]]
    resource: Callable[[Resource], Iterable[Result]]

    def __call__(self, stack: Stack) -> Iterator[Result]:
        yield from self.stack(stack)
        for resource in stack.resources:
            yield from self.resource(resource)


@dataclass(frozen=True)
class RequireProtection:
    """A production cluster is protected from deletion by the cloud or by Pulumi."""

    is_protected_by_cloud: Callable[[Resource, Stack], bool]

    def __call__(self, cluster: Resource, stack: Stack) -> str | None:
        if (
            cluster.settings.profile != "production"
            or cluster.is_protected
            or self.is_protected_by_cloud(cluster, stack)
        ):
            return None
        return "has no deletion protection"


def resources_of_type(stack: Stack, *types: str) -> Iterator[Resource]:
    """The stack's resources of these types."""
    return (resource for resource in stack.resources if resource.type in types)


def sort_known_first(values: Sequence[Fields]) -> list[Fields]:
    """The values with unknown ones last, so that a violation in a known value is found before an unknown is read."""
    return sorted(values, key=lambda value: value.value is UNKNOWN)


def allows_any_address(ranges: Sequence[Fields]) -> bool:
    """Whether one of the CIDR ranges is the whole internet."""
    return any(is_whole_internet(cidr.text or "") for cidr in sort_known_first(ranges))


def may_match(name: Fields, other: Fields) -> bool:
    """Whether two names are or may be equal, ignoring case. An unknown name may equal any other."""
    return UNKNOWN in (name.value, other.value) or str(name.value).casefold() == str(other.value).casefold()
