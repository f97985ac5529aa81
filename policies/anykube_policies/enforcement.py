"""How a stack's settings apply the rules: which rules block a run, and which waivers exist."""

import datetime
import difflib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from anykube._rules.findings import Finding, dotted
from anykube._rules.source import SourceNode
from anykube.settings import files
from anykube.settings.policies import Policies, Waiver
from anykube.settings.problems import Problem
from anykube.settings.tree import UnreadableError
from pydantic import ValidationError

from anykube_policies.rule import Rule, Severity

_BLOCKING: Mapping[str, frozenset[Severity]] = {
    "production": frozenset({Severity.CRITICAL, Severity.HIGH}),
    "development": frozenset(),
}
"""The severities of rules that block a run, by profile. Other rules are advisory."""


PROFILE_VARIABLE = "ANYKUBE_POLICY_PROFILE"
"""Environment variable. `production` applies the production profile to every stack; no value relaxes a profile."""


@dataclass(frozen=True)
class Enforcement:
    """How the rules apply to a stack."""

    settings: Policies = field(default_factory=Policies)
    problems: Sequence[Problem] = ()
    """Errors in the section `policies`. Any of them blocks the run, in every profile."""

    def blocks(self, rule: Rule) -> bool:
        """Whether a violation of the rule blocks the run."""
        return rule.severity in _BLOCKING[self.settings.profile]

    def waiver(self, rule: Rule, resource: str) -> Waiver | None:
        """The waiver that exempts the resource of this name from the rule."""
        for waiver in self.settings.waivers:
            if (waiver.rule, waiver.resource) == (rule.name, resource):
                return waiver
        return None


def enforcement_of(
    stack: str, rules: Sequence[Rule], today: datetime.date, folder: Path = files.ENVIRONMENTS
) -> Enforcement:
    """Reads the section `policies` of the stack's settings. Without settings: profile `production`, no waivers.

    Only this section and the cluster's admins are read; the program validates the rest of the settings.
    """
    if stack not in files.names(folder):
        return Enforcement()
    try:
        stack_settings, _ = files.read(stack, folder)
    except UnreadableError as error:
        return Enforcement(problems=(error.problem,))
    policies = Policies(admins=_admins(stack_settings))
    section = stack_settings.child("policies")
    if section is None:
        return Enforcement(policies)
    try:
        section_policies = Policies.model_validate_json(json.dumps(section.to_data()))
        policies = section_policies.model_copy(update={"admins": (*section_policies.admins, *policies.admins)})
    except ValidationError as error:
        # Imported only on errors: it loads all specs, which takes a quarter of a second.
        from anykube._rules.model_errors import findings

        errors, _ = findings(error, Policies, section)
        return Enforcement(problems=tuple(_problem(finding, section) for finding in errors))
    problems = tuple(_problem(finding, section) for finding in _findings(policies, rules, today))
    if os.environ.get(PROFILE_VARIABLE) == "production":
        policies = policies.model_copy(update={"profile": "production"})
    return Enforcement(policies, problems)


def _admins(stack_settings: SourceNode) -> tuple[str, ...]:
    """The cluster's deployers and admins. Entries of a wrong type are skipped here; the program reports them."""
    cluster = stack_settings.child("cluster")
    access = cluster.child("access") if cluster else None
    lists = [access.child(name) for name in ("deployers", "admins")] if access else []
    elements = [element for node in lists if node and isinstance(node.value, list) for element in node.value]
    return tuple(element.value for element in elements if isinstance(element.value, str))


def _problem(finding: Finding, section: SourceNode) -> Problem:
    node = section.nearest(finding.path)
    return Problem(node.file, node.line, dotted(("policies", *finding.path)), finding.message, finding.remedy)


def _findings(policies: Policies, rules: Sequence[Rule], today: datetime.date) -> Iterator[Finding]:
    names = [rule.name for rule in rules]
    for index, waiver in enumerate(policies.waivers):
        if waiver.rule not in names:
            similar = difflib.get_close_matches(waiver.rule, names, n=1)
            remedy = (
                f"did you mean {similar[0]}?"
                if similar
                else "see docs/reference/policies.md for the names of all rules"
            )
            yield Finding(("waivers", index, "rule"), f"there is no rule {waiver.rule}", remedy)
        if waiver.until < today:
            message = f"the waiver of {waiver.rule} for {waiver.resource} expired on {waiver.until}"
            yield Finding(("waivers", index, "until"), message, "fix the violation, or set a later date")
