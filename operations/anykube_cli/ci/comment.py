"""The comment on a pull request: what the change does to each stack, and what would stop the deployment."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from anykube.settings.effective import Difference, Setting
from anykube_policies.table import RULES

from anykube_cli.ci.markdown import code, escape, folded, shorten
from anykube_cli.ci.plan import counted
from anykube_cli.ci.pull_request import StackReport
from anykube_cli.ci.redact import hidden
from anykube_cli.policies import Violation

MARK = "<!-- anykube: pull request -->"
"""The first line, which identifies the comment."""

_REMEDIES = {rule.name: rule.remedy for rule in RULES}
_MAX_LINES = 30
"""A longer list is collapsed or cut."""


def comment(reports: Sequence[StackReport], removed: Sequence[str]) -> str:
    """The whole comment, in Markdown, without secrets."""
    lines = [MARK, f"### Anykube: {_headline(reports)}", ""]
    if reports:
        lines += ["| stack | | changed by | policies | plan |", "|---|---|---|---|---|", *map(_row, reports), ""]
    for stack in removed:
        lines += [
            f"{code(stack)} no longer has a settings file. CI does not remove stacks: run "
            f"{code(f'anykube destroy --stack {stack}')}.",
            "",
        ]
    for report in reports:
        lines += _section(report)
    return hidden(shorten("\n".join(lines).rstrip() + "\n"))


def _headline(reports: Sequence[StackReport]) -> str:
    if not reports:
        return "no stack changes"
    stopped = sum(report.stops for report in reports)
    count = f"{len(reports)} {'stack changes' if len(reports) == 1 else 'stacks change'}"
    return f"{count}, {stopped} would be stopped" if stopped else f"{count}, nothing stops the deployment"


def _row(report: StackReport) -> str:
    failed = [violation for violation in report.violations if not violation.is_undetermined]
    stopping = sum(violation.stops for violation in failed)
    if report.steps is None:
        policies = "not checked"
    elif stopping:
        policies = f"{stopping} violation{'' if stopping == 1 else 's'}"
    else:
        policies = f"{len(failed)} warning{'' if len(failed) == 1 else 's'}" if failed else "passed"
    plan = counted(report.steps) if report.steps is not None else "–"
    mark = "❌" if report.stops else "✅"
    return f"| {code(report.stack)} | {mark} | {escape(report.reason)} | {policies} | {plan} |"


def _section(report: StackReport) -> Iterator[str]:
    yield f"#### {code(report.stack)}"
    yield ""
    for mistake in report.mistakes:
        yield f"- ❌ {escape(mistake)}"
    mark = "❌" if report.guard_stops else "⚠️"
    yield from (f"- {mark} {escape(change)}" for change in report.guarded)
    yield from _violations(report.violations)
    if report.rehearsal_passed is not None:
        yield f"- {'✅ The rehearsal passed.' if report.rehearsal_passed else '❌ The rehearsal failed.'}"
    if report.preview_error:
        yield "- ❌ The preview failed."
    if report.preview:
        yield f"- {escape(report.preview)}"
    yield ""
    if report.preview_error:
        yield from folded("Pulumi's output", report.preview_error.splitlines())
    if report.differences:
        yield from folded(f"settings: {len(report.differences)} changed", _settings(report.differences))
    if report.steps:
        # Replacements and deletions are visible without opening a block.
        destructive = [step for step in report.steps if step.sign in "±−"]
        yield from (f"- {code(str(step))}" for step in destructive[:_MAX_LINES])
        if len(destructive) > _MAX_LINES:
            yield f"- and {len(destructive) - _MAX_LINES} more, see the plan"
        if destructive:
            yield ""
        yield from folded(f"plan: {counted(report.steps)}", map(str, report.steps))
    if report.rehearsal_output and report.rehearsal_passed is False:
        yield from folded("output of the rehearsal", report.rehearsal_output)


def _violations(violations: Sequence[Violation]) -> Iterator[str]:
    failed = sorted(
        (violation for violation in violations if not violation.is_undetermined),
        key=lambda violation: (not violation.stops, violation.rule),
    )
    for rule, group in groupby(failed, key=lambda violation: violation.rule):
        members = list(group)
        mark = "❌" if members[0].stops else "⚠️"
        remedy = f" → {escape(_REMEDIES[rule])}" if rule in _REMEDIES else ""
        resources = "; ".join(f"{code(member.resource)} {escape(member.summary)}" for member in members[:_MAX_LINES])
        remainder = f"; and {len(members) - _MAX_LINES} more" if len(members) > _MAX_LINES else ""
        yield f"- {mark} {code(rule)}: {resources}{remainder}{remedy}"


def _settings(differences: Sequence[Difference]) -> Iterator[str]:
    for path, now, before in differences:
        yield f"{path}: {_value(before)} → {_value(now)}" + (f"  # {now.origin}" if now else "")


def _value(setting: Setting | None) -> str:
    return json.dumps(setting.value, ensure_ascii=False) if setting else "–"
