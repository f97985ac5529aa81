"""`anykube policy`: the policy pack alone, on a preview of a stack, and what it found as a table."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster
from anykube.settings.model import StackSettings
from anykube.settings.policies import Policies
from anykube_policies.rule import Rule
from anykube_policies.table import RULES
from rich.console import Console
from rich.text import Text

from anykube_cli import pages
from anykube_cli.engine import Engine, EngineError
from anykube_cli.previews import preview
from anykube_cli.runs import invent_secrets, prepared, require_base, require_real
from anykube_cli.toolchain import bootstrap, paths

_RULES = {rule.name: rule for rule in RULES}
_NOT_RUN = "can't run policy "
"""How Pulumi begins to say that a rule had to know an unknown value."""


@dataclass(frozen=True)
class Violation:
    """What the engine told of one rule and one resource."""

    rule: str
    urn: str
    stops: bool
    """Whether it stops a run."""
    said: str
    """All that was said, in one line."""

    @property
    def resource(self) -> str:
        """The resource's name in Pulumi."""
        return self.urn.rpartition("::")[2]

    @property
    def type(self) -> str:
        """The last type in the URN: the resource's own."""
        return self.urn.split("::")[2].rpartition("$")[2] if self.urn else ""

    @property
    def is_unjudged(self) -> bool:
        """Whether a value was unknown that the rule has to know."""
        return self.said.startswith(_NOT_RUN)

    @property
    def what(self) -> str:
        """What is wrong, without remedy and controls, which the table of rules has."""
        rule = _RULES.get(self.rule)
        return self.said.partition(f". {_capital(rule.remedy)}. [")[0] if rule else self.said


def violations(events: Iterable[str]) -> Iterator[Violation]:
    """What policies said in an event log of the engine, one JSON document a line."""
    for line in events:
        if event := json.loads(line).get("policyEvent"):
            _, _, said = event["message"].strip().partition("\n")
            yield Violation(
                event["policyName"],
                event.get("resourceUrn", ""),
                event["enforcementLevel"] == "mandatory",
                " ".join((said or event["message"]).split()),
            )


def rehearsed(stack: str) -> bool:
    """Whether a rehearsal of the stack is up, whose place a preview would take."""
    return (paths.state_dir() / "rehearsals" / stack).exists()


@contextmanager
def previewed(stack: str, page: StackSettings) -> Iterator[Engine]:
    """An engine that can preview the stack. One of a cloud is previewed on an empty simulated account."""
    if isinstance(page.cluster, ManagedCluster):
        # The simulated clouds are an extra: they are imported once it is there.
        bootstrap.ensure(definitions()[page.cluster.cloud].rehearsal_extras)
        from anykube_cli.rehearsal import workspace as places

        place = places.prepare(stack, page.cluster)
        try:
            place.engine.make()
            invent_secrets(place.engine, page)
            yield place.engine
        finally:
            place.end()
        return
    existed = Engine.of(stack).exists()
    engine = prepared(stack, page)
    require_real(engine)
    require_base(stack, page)
    try:
        yield engine
    finally:
        if not existed:
            engine.ask("stack", "rm", "--yes", *(() if pages.is_local(stack) else ("--preserve-config",)))


def judge(engine: Engine) -> Sequence[Violation]:
    """Previews the stack with whatever pack its environment names. Raises EngineError where it fails otherwise."""
    previewed = preview(engine)
    found = list(violations(previewed.events))
    if previewed.code and not any(violation.stops for violation in found):
        raise EngineError(previewed.said)
    return found


def draw(stack: str, found: Sequence[Violation], settings: Policies, console: Console) -> None:
    """What stops a run, then what is advised, then what could not be judged and what is excused."""
    broken = sorted((one for one in found if not one.is_unjudged), key=lambda one: (not one.stops, one.rule, one.urn))
    for name, those in groupby(broken, key=lambda one: one.rule):
        console.print(_told(name, list(those)), soft_wrap=True)
    for rule, count in sorted(Counter(one.rule for one in found if one.is_unjudged).items()):
        console.print(
            Text(f"first known during the update: {rule} judges {_counted(count, 'resource')} then", "yellow")
        )
    for waiver in settings.waivers:
        left = (waiver.until - date.today()).days
        said = f"excused: {waiver.rule} for {waiver.resource} until {waiver.until} ({_counted(left, 'day')}): "
        console.print(Text(said + waiver.reason, "dim"))
    stops = sum(one.stops for one in broken)
    verdict = f"{stack}, {settings.profile}: {len(_RULES)} rules; "
    if stops:
        console.print(Text(f"{verdict}{_counted(stops, 'violation')} would stop a run", "bold red"))
    elif broken:
        console.print(Text(f"{verdict}nothing stops a run, {len(broken)} to mend", "bold yellow"))
    else:
        console.print(Text(f"{verdict}all kept", "bold green"))


def _told(name: str, broken: Sequence[Violation]) -> Text:
    """One rule: what breaks it, what would be right, and who asks for that."""
    mark, colour = ("✗", "red") if broken[0].stops else ("!", "yellow")
    rule: Rule | None = _RULES.get(name)
    text = Text.assemble(
        (f"{mark} {name}", f"bold {colour}"), (f"  {rule.severity.value}" if rule else "", "dim"), "\n"
    )
    for one in broken:
        text.append(f"  {one.type.rpartition(':')[2]} ").append(one.resource, "bold").append(f" {one.what}\n")
    if rule:
        text.append(f"  → {rule.remedy}\n", "green").append(f"  {'; '.join(map(str, rule.controls))}\n", "dim")
    return text


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
