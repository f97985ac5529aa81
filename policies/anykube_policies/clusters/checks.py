"""The checks that a cloud contributes to the cluster rules, and rules of its own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions

from anykube_policies.resource import Resource
from anykube_policies.rule import Control, ResourceRule, Result, StackRule

Evaluator = Callable[[Resource], Iterable[Result]]


@dataclass(frozen=True)
class CloudChecks:
    """The checks of a cloud, keyed by the name of the rule in rules.py."""

    by_type: Mapping[str, Mapping[str, Callable[..., str | None]]] = field(default_factory=dict)
    """By resource type: a function of the resource and, for stack rules, also of the stack."""
    nested: Mapping[str, Sequence[Evaluator]] = field(default_factory=dict)
    """Evaluators of what a resource contains, such as the node pools listed in a cluster."""
    controls: Mapping[str, Sequence[Control]] = field(default_factory=dict)
    """The controls of the cloud's CIS benchmark."""
    rules: Sequence[ResourceRule | StackRule] = ()
    """Rules for this cloud only."""


@cache
def all_cloud_checks() -> Sequence[CloudChecks]:
    """The checks of each cloud that defines some."""
    return [resolve(cloud.checks) for cloud in definitions().values() if cloud.checks]


def checks_by_type(rule: str) -> Mapping[str, Callable[..., str | None]]:
    """The checks of all clouds for a rule, by resource type."""
    return {kind: check for cloud in all_cloud_checks() for kind, check in cloud.by_type.get(rule, {}).items()}


def nested_checks(rule: str) -> Sequence[Evaluator]:
    """The evaluators of all clouds for what a resource contains."""
    return [evaluator for cloud in all_cloud_checks() for evaluator in cloud.nested.get(rule, ())]


def controls(rule: str) -> tuple[Control, ...]:
    """The controls of all clouds' CIS benchmarks for a rule."""
    return tuple(control for cloud in all_cloud_checks() for control in cloud.controls.get(rule, ()))
