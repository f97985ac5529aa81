"""What a stack's page makes of the rules: who stops a run, and what is excused."""

import datetime
import difflib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from anykube._rules.findings import Finding, dotted
from anykube._rules.source import SourceNode
from anykube.settings import pages
from anykube.settings.policies import Policies, Waiver
from anykube.settings.problems import Problem
from anykube.settings.tree import UnreadableError
from pydantic import ValidationError

from anykube_policies.rule import Rule, Severity

_STOPPING: Mapping[str, frozenset[Severity]] = {
    "production": frozenset({Severity.CRITICAL, Severity.HIGH}),
    "development": frozenset(),
}
"""By profile, the severities of rules that stop a run. All others advise."""


STRICT = "ANYKUBE_POLICY_PROFILE"
"""A variable that, set to `production`, has every stack judged as one. It cannot make a run milder."""


@dataclass(frozen=True)
class Enforcement:
    """How one stack is judged."""

    settings: Policies = field(default_factory=Policies)
    mistakes: Sequence[Problem] = ()
    """What is wrong with the page's section itself: any of them stops the run, in every profile."""

    def stops(self, rule: Rule) -> bool:
        """Whether breaking the rule stops the run."""
        return rule.severity in _STOPPING[self.settings.profile]

    def waiver(self, rule: Rule, resource: str) -> Waiver | None:
        """What excuses the resource of that name from the rule."""
        for waiver in self.settings.waivers:
            if (waiver.rule, waiver.resource) == (rule.name, resource):
                return waiver
        return None


def enforcement_of(
    stack: str, rules: Sequence[Rule], today: datetime.date, folder: Path = pages.ENVIRONMENTS
) -> Enforcement:
    """How the page of the stack has it judged; as production, without excuse, where it has no page.

    Only the section `policies` is read: whether the rest of a page is right is the program's business.
    """
    if stack not in pages.names(folder):
        return Enforcement()
    try:
        page, _ = pages.read(stack, folder)
    except UnreadableError as wrong:
        return Enforcement(mistakes=(wrong.problem,))
    settings = Policies(admins=_admins(page))
    section = page.child("policies")
    if section is None:
        return Enforcement(settings)
    try:
        given = Policies.model_validate_json(json.dumps(section.plain()))
        settings = given.model_copy(update={"admins": (*given.admins, *settings.admins)})
    except ValidationError as wrong:
        # Only here: the words for mistakes know the specs of everything, which take a quarter of a second to import.
        from anykube._rules.model_errors import findings

        found, _ = findings(wrong, Policies, section)
        return Enforcement(mistakes=tuple(_problem(one, section) for one in found))
    mistakes = tuple(_problem(one, section) for one in _mistakes(settings, rules, today))
    if os.environ.get(STRICT) == "production":
        settings = settings.model_copy(update={"profile": "production"})
    return Enforcement(settings, mistakes)


def _admins(page: SourceNode) -> tuple[str, ...]:
    """The cluster's admins, by the page; what is wrong there is the program's to refuse."""
    found: SourceNode | None = page
    for step in ("cluster", "access", "admins"):
        found = found.child(step) if found else None
    values = found.value if found and isinstance(found.value, list) else ()
    return tuple(one.value for one in values if isinstance(one.value, str))


def _problem(finding: Finding, section: SourceNode) -> Problem:
    node = section.nearest(finding.path)
    return Problem(node.file, node.line, dotted(("policies", *finding.path)), finding.what, finding.remedy)


def _mistakes(settings: Policies, rules: Sequence[Rule], today: datetime.date) -> Iterator[Finding]:
    names = [rule.name for rule in rules]
    for index, waiver in enumerate(settings.waivers):
        if waiver.rule not in names:
            near = difflib.get_close_matches(waiver.rule, names, n=1)
            remedy = f"did you mean {near[0]}?" if near else "docs/reference/policies.md has their names"
            yield Finding(("waivers", index, "rule"), f"is {waiver.rule}, which is no rule", remedy)
        if waiver.until < today:
            what = f"is {waiver.until}, which is past: {waiver.rule} holds for {waiver.resource} again"
            yield Finding(("waivers", index, "until"), what, "mend what it excuses, or decide anew until when")
