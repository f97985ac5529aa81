"""The rules as Pulumi policies, with enforcement levels from the stack's settings.

Pulumi does not tell a policy pack which stack it runs for, so the pack takes it from the first URN. The policy
`policy-settings` comes first: it validates the section `policies` and sets the level of every other policy.
"""

import datetime
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyComplianceFramework,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import Severity as PulumiSeverity
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError

from anykube_policies.enforcement import Enforcement, enforcement_of
from anykube_policies.fields import Fields
from anykube_policies.hidden_resources import hidden_resources
from anykube_policies.resource import Provider, Resource, Stack
from anykube_policies.rule import ResourceRule, Result, Rule, StackRule, Undetermined
from anykube_policies.unknowns import replace_unknowns

SETTINGS = "policy-settings"
"""The name of the policy that validates the section `policies` of the settings."""


class Pack:
    """The policies for one stack. The engine starts a process for each."""

    def __init__(self, rules: Iterable[ResourceRule | StackRule]) -> None:
        self._rules = tuple(rules)
        self._enforcement: Enforcement | None = None
        self._lock = Lock()
        self._inputs: dict[str, Resource] = {}
        self._stack: tuple[StackValidationArgs, Stack] | None = None
        self._hidden_urns: set[str] = set()
        self._policies = {rule.name: self._policy(rule) for rule in self._rules}

    @property
    def policies(self) -> list[Policy]:
        """All policies, in the order in which the engine runs them."""
        first = ResourceValidationPolicy(
            SETTINGS,
            "The section `policies` of the stack's settings is valid",
            self._load_settings,
            enforcement_level=EnforcementLevel.MANDATORY,
            severity=PulumiSeverity.CRITICAL,
        )
        return [first, *self._policies.values()]

    def _policy(self, rule: ResourceRule | StackRule) -> Policy:
        options: Mapping[str, Any] = {
            "name": rule.name,
            "description": rule.title,
            "enforcement_level": _level(blocks=True),
            "severity": PulumiSeverity(rule.severity.value),
            "framework": PolicyComplianceFramework(
                name=rule.controls[0].framework,
                version=rule.controls[0].version or None,
                reference=rule.controls[0].number or None,
            ),
            "remediation_steps": rule.remedy,
        }
        if isinstance(rule, ResourceRule):
            return ResourceValidationPolicy(
                validate=lambda args, report: self._evaluate_resource(rule, args, report), **options
            )
        return StackValidationPolicy(validate=lambda args, report: self._evaluate_stack(rule, args, report), **options)

    def _load_settings(self, args: ResourceValidationArgs, report: ReportViolation) -> None:
        """Loads the settings at the first resource and reports problems in them. Stores the inputs of each resource."""
        with self._lock:
            if self._enforcement is None:
                today = datetime.datetime.now(datetime.UTC).date()
                enforcement = enforcement_of(stack_of(args.urn), self._rules, today)
                for rule in self._rules:
                    self._policies[rule.name].enforcement_level = _level(blocks=enforcement.blocks(rule))
                self._enforcement = enforcement
                for problem in enforcement.problems:
                    report(str(problem), None)
            self._inputs[args.urn] = _resource(args, self._enforcement)

    def _evaluate_resource(self, rule: ResourceRule, args: ResourceValidationArgs, report: ReportViolation) -> None:
        with error_context(rule, args.urn):
            self._report(rule, rule.evaluate(self._inputs[args.urn]), report)

    def _evaluate_stack(self, rule: StackRule, args: StackValidationArgs, report: ReportViolation) -> None:
        stack = self._stack_of(args)
        with error_context(rule, "the stack"):
            self._report(rule, rule.evaluate(stack), report)

    def _stack_of(self, args: StackValidationArgs) -> Stack:
        """The stack, built once for all stack rules. A partial update adds the resources that it does not see."""
        with self._lock:
            if self._stack is None or self._stack[0] is not args:
                enforcement = self._enforcement or Enforcement()
                # Prefer the inputs of this run: outputs also contain defaults of the cluster and the cloud.
                resources = [
                    self._inputs.get(resource.urn) or _resource(resource, enforcement) for resource in args.resources
                ]
                hidden = hidden_resources(
                    os.environ.get("PULUMI_BACKEND_URL", ""),
                    os.environ.get("PULUMI_ACCESS_TOKEN", ""),
                    {resource.urn for resource in resources},
                    enforcement.settings,
                )
                self._hidden_urns = {resource.urn for resource in hidden}
                self._stack = args, Stack([*resources, *hidden])
            return self._stack[1]

    def _report(self, rule: Rule, results: Iterable[Result], report: ReportViolation) -> None:
        unknown: Undetermined | None = None
        for result in results:
            if isinstance(result, Undetermined):
                # The values of a hidden resource were known to the run that changed it.
                unknown = unknown or (None if result.urn in self._hidden_urns else result)
            elif not self._is_waived(rule, result.urn):
                report(violation_message(rule, result.message), result.urn)
        if unknown:
            # Pulumi reports this as advice. The update, which knows the value, evaluates the rule again.
            raise UnknownValueError(UNKNOWN_STRING_VALUE, list(unknown.path))

    def _is_waived(self, rule: Rule, urn: str) -> bool:
        return self._enforcement is not None and self._enforcement.waiver(rule, urn.rpartition("::")[2]) is not None


@contextmanager
def error_context(rule: Rule, urn: str) -> Iterator[None]:
    """Adds the rule and the resource to an exception. The engine ends the run and prints only the exception's text."""
    try:
        yield
    except UnknownValueError:
        raise
    except Exception as error:
        raise RuntimeError(f"rule {rule.name} failed for {urn}: {type(error).__name__}: {error}") from error


def violation_message(rule: Rule, message: str) -> str:
    """The text of a violation: the problem, the remedy and the controls."""
    return f"{message}. {rule.remedy[:1].upper()}{rule.remedy[1:]}. [{'; '.join(map(str, rule.controls))}]"


def stack_of(urn: str) -> str:
    """The stack's name in a URN."""
    return urn.removeprefix("urn:pulumi:").partition("::")[0]


def _level(*, blocks: bool) -> EnforcementLevel:
    return EnforcementLevel.MANDATORY if blocks else EnforcementLevel.ADVISORY


def _resource(args: ResourceValidationArgs | PolicyResource, enforcement: Enforcement) -> Resource:
    provider = args.provider
    return Resource(
        Resource.kind(args.resource_type),
        args.name,
        args.urn,
        Fields(replace_unknowns(args.props)),
        Provider(provider.name, Fields(replace_unknowns(provider.props))) if provider else None,
        args.opts.protect,
        enforcement.settings,
        tuple(args.opts.ignore_changes),
    )
