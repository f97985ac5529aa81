"""The comment on a pull request: what would happen to each stack, and what would stop it."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from anykube.settings.effective import Difference, Setting
from anykube_policies.table import RULES

from anykube_cli.ci.markdown import code, folded, said, short
from anykube_cli.ci.plan import counted
from anykube_cli.ci.pull_request import Told
from anykube_cli.ci.redact import hidden
from anykube_cli.policies import Violation

MARK = "<!-- anykube: pull request -->"
"""The first line: by it the comment is found again."""

_REMEDIES = {rule.name: rule.remedy for rule in RULES}
_MOST = 30
"""Lines of a list that are shown before one has to open it."""


def comment(stacks: Sequence[Told], gone: Sequence[str]) -> str:
    """The whole comment, in markdown. Nothing secret is in it."""
    lines = [MARK, f"### Anykube: {_headline(stacks)}", ""]
    if stacks:
        lines += ["| stack | | because of | policies | plan |", "|---|---|---|---|---|", *map(_row, stacks), ""]
    for stack in gone:
        lines += [f"{code(stack)} has no page any more. Nothing removes it by itself: `ci` brings up, and no more.", ""]
    for told in stacks:
        lines += _about(told)
    return hidden(short("\n".join(lines).rstrip() + "\n"))


def _headline(stacks: Sequence[Told]) -> str:
    if not stacks:
        return "no stack is changed"
    stopped = sum(told.stops for told in stacks)
    count = f"{len(stacks)} {'stack is' if len(stacks) == 1 else 'stacks are'} changed"
    return f"{count}, {stopped} would be stopped" if stopped else f"{count}, nothing would stop them"


def _row(told: Told) -> str:
    broken = [one for one in told.violations if not one.is_unjudged]
    stopping = sum(one.stops for one in broken)
    policies = f"{stopping} stop it" if stopping else f"{len(broken)} to mend" if broken else "all kept"
    if told.steps is None:
        policies = "not judged"
    plan = counted(told.steps) if told.steps is not None else "–"
    return f"| {code(told.stack)} | {'❌' if told.stops else '✅'} | {said(told.why)} | {policies} | {plan} |"


def _about(told: Told) -> Iterator[str]:
    yield f"#### {code(told.stack)}"
    yield ""
    for mistake in told.mistakes:
        yield f"- ❌ {said(mistake)}"
    mark = "❌" if told.guard_stops else "⚠️"
    yield from (f"- {mark} {said(danger)}" for danger in told.guarded)
    yield from _judged(told.violations)
    if told.rehearsed is not None:
        yield f"- {'✅ its rehearsal went well' if told.rehearsed else '❌ its rehearsal failed'}"
    if told.failed:
        yield "- ❌ the preview failed"
    if told.where:
        yield f"- {said(told.where)}" if told.steps is None else f"- previewed {told.where}"
    yield ""
    if told.failed:
        yield from folded("what the engine said", told.failed.splitlines())
    if told.differences:
        yield from folded(f"settings: {len(told.differences)} differ", _settings(told.differences))
    if told.steps:
        # What goes away, or is made anew, is seen without opening anything.
        grave = [step for step in told.steps if step.sign in "±−"]
        yield from (f"- {code(str(step))}" for step in grave[:_MOST])
        if len(grave) > _MOST:
            yield f"- and {len(grave) - _MOST} more, below"
        if grave:
            yield ""
        yield from folded(f"plan: {counted(told.steps)}", map(str, told.steps))
    if told.rehearsal and told.rehearsed is False:
        yield from folded("what the rehearsal said", told.rehearsal)


def _judged(violations: Sequence[Violation]) -> Iterator[str]:
    broken = sorted((one for one in violations if not one.is_unjudged), key=lambda one: (not one.stops, one.rule))
    for rule, those in groupby(broken, key=lambda one: one.rule):
        found = list(those)
        mark = "❌" if found[0].stops else "⚠️"
        remedy = f" → {said(_REMEDIES[rule])}" if rule in _REMEDIES else ""
        named = "; ".join(f"{code(one.resource)} {said(one.what)}" for one in found[:_MOST])
        more = f"; and {len(found) - _MOST} more" if len(found) > _MOST else ""
        yield f"- {mark} {code(rule)}: {named}{more}{remedy}"


def _settings(found: Sequence[Difference]) -> Iterator[str]:
    for path, now, before in found:
        yield f"{path}: {_value(before)} → {_value(now)}" + (f"  # {now.origin}" if now else "")


def _value(setting: Setting | None) -> str:
    return json.dumps(setting.value, ensure_ascii=False) if setting else "–"
