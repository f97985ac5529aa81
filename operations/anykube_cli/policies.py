"""Implements `anykube policy`: previews a stack with the policy pack and prints the violations."""

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

from anykube_cli import stack_settings
from anykube_cli.engine import Engine, EngineError
from anykube_cli.previews import preview
from anykube_cli.runs import generate_secrets, prepare_stack, require_base, require_no_rehearsal
from anykube_cli.toolchain import bootstrap, paths

_RULES = {rule.name: rule for rule in RULES}
_NOT_RUN = "can't run policy "
"""The beginning of Pulumi's message about a rule that needs a value which is unknown in a preview."""


@dataclass(frozen=True)
class Violation:
    """A resource that violates a rule, or on which the rule could not be evaluated."""

    rule: str
    urn: str
    stops: bool
    """Whether it stops a run."""
    message: str
    """The rule's whole message, in one line."""

    @property
    def resource(self) -> str:
        """The resource's name in Pulumi."""
        return self.urn.rpartition("::")[2]

    @property
    def type(self) -> str:
        """The resource's own type: the last one in the URN."""
        return self.urn.split("::")[2].rpartition("$")[2] if self.urn else ""

    @property
    def is_undetermined(self) -> bool:
        """Whether the rule could not be evaluated, because a value is unknown before the update."""
        return self.message.startswith(_NOT_RUN)

    @property
    def summary(self) -> str:
        """The message without the remedy and the controls, which the table of rules has."""
        rule = _RULES.get(self.rule)
        return self.message.partition(f". {_capital(rule.remedy)}. [")[0] if rule else self.message


def read_violations(events: Iterable[str]) -> Iterator[Violation]:
    """The violations in an event log of Pulumi, one JSON document per line."""
    for line in events:
        if event := json.loads(line).get("policyEvent"):
            _, _, message = event["message"].strip().partition("\n")
            yield Violation(
                event["policyName"],
                event.get("resourceUrn", ""),
                event["enforcementLevel"] == "mandatory",
                " ".join((message or event["message"]).split()),
            )


def has_rehearsal(stack: str) -> bool:
    """Whether a rehearsal of the stack is up. A preview would overwrite its folder."""
    return (paths.state_dir() / "rehearsals" / stack).exists()


@contextmanager
def preview_engine(stack: str, settings: StackSettings) -> Iterator[Engine]:
    """An engine that can preview the stack. A cluster in a cloud is previewed on an empty simulated account."""
    if isinstance(settings.cluster, ManagedCluster):
        # The simulated clouds are an optional extra: import them after it is installed.
        bootstrap.ensure(definitions()[settings.cluster.cloud].rehearsal_extras)
        from anykube_cli.rehearsal import workspace as workspaces

        workspace = workspaces.prepare(stack, settings.cluster)
        try:
            workspace.engine.create()
            generate_secrets(workspace.engine, settings)
            yield workspace.engine
        finally:
            workspace.end()
        return
    existed = Engine.for_stack(stack).exists()
    engine = prepare_stack(stack, settings)
    require_no_rehearsal(engine)
    require_base(stack, settings)
    try:
        yield engine
    finally:
        if not existed:
            engine.capture("stack", "rm", "--yes", *(() if stack_settings.is_local(stack) else ("--preserve-config",)))


def find_violations(engine: Engine) -> Sequence[Violation]:
    """Previews the stack with the packs that its environment names. Raises EngineError if the preview itself fails."""
    result = preview(engine)
    violations = list(read_violations(result.events))
    if result.code and not any(violation.stops for violation in violations):
        raise EngineError(result.error)
    return violations


def draw(stack: str, violations: Sequence[Violation], settings: Policies, console: Console) -> None:
    """Prints violations that stop a run, then warnings, rules that could not be evaluated, and waivers."""
    failed = sorted(
        (violation for violation in violations if not violation.is_undetermined),
        key=lambda violation: (not violation.stops, violation.rule, violation.urn),
    )
    for name, group in groupby(failed, key=lambda violation: violation.rule):
        console.print(_describe(name, list(group)), soft_wrap=True)
    undetermined = Counter(violation.rule for violation in violations if violation.is_undetermined)
    for rule, count in sorted(undetermined.items()):
        message = (
            f"? {rule}: {_counted(count, 'resource')} not checked, because a value is known only during the update"
        )
        console.print(Text(message, "yellow"))
    for waiver in settings.waivers:
        days = _counted((waiver.until - date.today()).days, "day")
        message = f"waived: {waiver.rule} for {waiver.resource} until {waiver.until} ({days} left): {waiver.reason}"
        console.print(Text(message, "dim"))
    stops = sum(violation.stops for violation in failed)
    verdict = f"{stack} ({settings.profile}): {len(_RULES)} rules checked, "
    if stops:
        console.print(Text(f"{verdict}{_counted(stops, 'violation')} would stop `anykube up`", "bold red"))
    elif failed:
        console.print(Text(f"{verdict}{_counted(len(failed), 'warning')}", "bold yellow"))
    else:
        console.print(Text(f"{verdict}no violations", "bold green"))


def _describe(name: str, violations: Sequence[Violation]) -> Text:
    """One rule with its violations, the remedy, and the controls that require it."""
    mark, colour = ("✗", "red") if violations[0].stops else ("!", "yellow")
    rule: Rule | None = _RULES.get(name)
    text = Text.assemble(
        (f"{mark} {name}", f"bold {colour}"), (f"  {rule.severity.value}" if rule else "", "dim"), "\n"
    )
    for violation in violations:
        kind = violation.type.rpartition(":")[2]
        text.append(f"  {kind} ").append(violation.resource, "bold").append(f" {violation.summary}\n")
    if rule:
        text.append(f"  → {rule.remedy}\n", "green").append(f"  {'; '.join(map(str, rule.controls))}\n", "dim")
    return text


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
