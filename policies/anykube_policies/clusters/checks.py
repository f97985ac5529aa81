"""What a cloud adds to the rules of clusters, and rules of its own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions

from anykube_policies.rule import Control, ResourceRule, StackRule, Verdict
from anykube_policies.subject import Resource

Judge = Callable[[Resource], Iterable[Verdict]]


@dataclass(frozen=True)
class CloudChecks:
    """The checks of a cloud, by the name of the rule that they belong to: see rules.py."""

    by_type: Mapping[str, Mapping[str, Callable[..., str | None]]] = field(default_factory=dict)
    """By type of the resource: a function of the resource, and for a rule of stacks of the stack, too."""
    parts: Mapping[str, Sequence[Judge]] = field(default_factory=dict)
    """Judges of the parts of a resource, such as the pools that a cluster lists."""
    controls: Mapping[str, Sequence[Control]] = field(default_factory=dict)
    """What the cloud's benchmark asks for there."""
    rules: Sequence[ResourceRule | StackRule] = ()
    """Rules that are about this cloud alone."""


@cache
def of_clouds() -> Sequence[CloudChecks]:
    """The checks of each cloud that has some."""
    return [resolve(cloud.checks) for cloud in definitions().values() if cloud.checks]


def types(rule: str) -> Mapping[str, Callable[..., str | None]]:
    """What all clouds check for a rule, by type of the resource."""
    return {kind: check for cloud in of_clouds() for kind, check in cloud.by_type.get(rule, {}).items()}


def parts(rule: str) -> Sequence[Judge]:
    """The judges of resources' parts for a rule."""
    return [judge for cloud in of_clouds() for judge in cloud.parts.get(rule, ())]


def controls(rule: str) -> tuple[Control, ...]:
    """What the clouds' benchmarks ask for there."""
    return tuple(control for cloud in of_clouds() for control in cloud.controls.get(rule, ()))
