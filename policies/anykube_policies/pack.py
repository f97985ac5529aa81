"""The rules as Pulumi's policies: levels by the stack's page, and sentences.

A pack is not told the stack, so it learns it from the first URN that it sees: the policy `policy-settings`, which is
the first of all and judges the page's section `policies`, then sets the level of every other one.
"""

import datetime
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

from anykube._partial import apps_in
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
from anykube_policies.rule import ResourceRule, Rule, StackRule, Unjudged, Verdict
from anykube_policies.subject import Provider, Resource, Stack
from anykube_policies.unwrap import plain

SETTINGS = "policy-settings"
"""The name of the policy that judges what the page says of policies."""


class Pack:
    """Judges one stack in the process that the engine started for it."""

    def __init__(self, rules: Iterable[ResourceRule | StackRule]) -> None:
        self._rules = tuple(rules)
        self._enforcement: Enforcement | None = None
        self._lock = Lock()
        self._inputs: dict[str, Resource] = {}
        self._stack: tuple[StackValidationArgs, Stack] | None = None
        self._policies = {rule.name: self._policy(rule) for rule in self._rules}

    @property
    def policies(self) -> list[Policy]:
        """What the engine is given, in order."""
        first = ResourceValidationPolicy(
            SETTINGS,
            "The page's section `policies` is right",
            self._learn,
            enforcement_level=EnforcementLevel.MANDATORY,
            severity=PulumiSeverity.CRITICAL,
        )
        return [first, *self._policies.values()]

    def _policy(self, rule: ResourceRule | StackRule) -> Policy:
        known: Mapping[str, Any] = {
            "name": rule.name,
            "description": rule.title,
            "enforcement_level": _level(stops=True),
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
                validate=lambda args, report: self._judge_resource(rule, args, report), **known
            )
        return StackValidationPolicy(validate=lambda args, report: self._judge_stack(rule, args, report), **known)

    def _learn(self, args: ResourceValidationArgs, report: ReportViolation) -> None:
        """Reads the page at the first resource, keeps what each one asks for, and tells what is wrong with the page."""
        with self._lock:
            if self._enforcement is None:
                found = enforcement_of(stack_of(args.urn), self._rules, datetime.datetime.now(datetime.UTC).date())
                for rule in self._rules:
                    self._policies[rule.name].enforcement_level = _level(stops=found.stops(rule))
                self._enforcement = found
                for mistake in found.mistakes:
                    report(str(mistake), None)
            self._inputs[args.urn] = _resource(args, self._enforcement)

    def _judge_resource(self, rule: ResourceRule, args: ResourceValidationArgs, report: ReportViolation) -> None:
        with failing(rule, args.urn):
            self._tell(rule, rule.judge(self._inputs[args.urn]), report)

    def _judge_stack(self, rule: StackRule, args: StackValidationArgs, report: ReportViolation) -> None:
        stack = self._whole(args)
        with failing(rule, "the stack"):
            self._tell(rule, rule.judge(stack), report)

    def _whole(self, args: StackValidationArgs) -> Stack:
        """The stack that all of its rules judge, made for the first of them; empty for a part of one.

        A part is not how a stack's objects fit together: `make up` of production has previewed all of it.
        """
        with self._lock:
            if self._stack is None or self._stack[0] is not args:
                url, enforcement = os.environ.get("PULUMI_BACKEND_URL", ""), self._enforcement or Enforcement()
                part = any(apps_in(url, stack_of(one.urn)) for one in args.resources)
                # What was asked for, where this run asked: outputs have in them what the cluster or the cloud chose.
                seen = (self._inputs.get(one.urn) or _resource(one, enforcement) for one in args.resources)
                self._stack = args, Stack([] if part else list(seen))
            return self._stack[1]

    def _tell(self, rule: Rule, verdicts: Iterable[Verdict], report: ReportViolation) -> None:
        unknown: Unjudged | None = None
        for verdict in verdicts:
            if isinstance(verdict, Unjudged):
                unknown = unknown or verdict
            elif not self._is_waived(rule, verdict.urn):
                report(sentence(rule, verdict.what), verdict.urn)
        if unknown:
            # Pulumi says so, as advice; during the update the value is there, and the rule judges it.
            raise UnknownValueError(UNKNOWN_STRING_VALUE, list(unknown.path))

    def _is_waived(self, rule: Rule, urn: str) -> bool:
        return self._enforcement is not None and self._enforcement.waiver(rule, urn.rpartition("::")[2]) is not None


@contextmanager
def failing(rule: Rule, urn: str) -> Iterator[None]:
    """Says which rule failed on what: the engine, which ends the run, would tell the bare error."""
    try:
        yield
    except UnknownValueError:
        raise
    except Exception as error:
        raise RuntimeError(f"the rule {rule.name} failed on {urn}: {type(error).__name__}: {error}") from error


def sentence(rule: Rule, what: str) -> str:
    """What a violation says: what is wrong, what helps, who asks for it."""
    return f"{what}. {rule.remedy[:1].upper()}{rule.remedy[1:]}. [{'; '.join(map(str, rule.controls))}]"


def stack_of(urn: str) -> str:
    """The stack that a URN is of."""
    return urn.removeprefix("urn:pulumi:").partition("::")[0]


def _level(*, stops: bool) -> EnforcementLevel:
    return EnforcementLevel.MANDATORY if stops else EnforcementLevel.ADVISORY


def _resource(seen: ResourceValidationArgs | PolicyResource, enforcement: Enforcement) -> Resource:
    provider = seen.provider
    return Resource(
        Resource.kind(seen.resource_type),
        seen.name,
        seen.urn,
        Fields(plain(seen.props)),
        Provider(provider.name, Fields(plain(provider.props))) if provider else None,
        seen.opts.protect,
        enforcement.settings,
        tuple(seen.opts.ignore_changes),
    )
