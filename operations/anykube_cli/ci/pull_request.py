"""What a pull request does to one stack: told by a preview on its real state, or on an empty simulated account."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import typer
from anykube._clusters.managed import ManagedCluster
from anykube.settings.effective import Difference
from anykube.settings.problems import SettingsError

from anykube_cli import policies
from anykube_cli.ci import stack_access
from anykube_cli.ci.plan import Step, plan
from anykube_cli.engine import Engine
from anykube_cli.guards import dangers, judge
from anykube_cli.pages import base, page_of
from anykube_cli.policies import Violation, violations
from anykube_cli.previews import preview
from anykube_cli.toolchain import paths

_LINES = 40
"""Lines of a rehearsal that are kept: the table of its steps is at the end."""
_REAL, _EMPTY = "on the real state", "on an empty simulated account"


@dataclass(frozen=True)
class Told:
    """What there is to say of a stack."""

    stack: str
    why: str
    """Why it is looked at."""
    mistakes: Sequence[str] = ()
    """What is wrong with its page."""
    differences: Sequence[Difference] = ()
    """What its settings come to differently, the present first."""
    violations: Sequence[Violation] = ()
    guarded: Sequence[str] = ()
    """What would be replaced or deleted of what is guarded, and was not named."""
    guard_stops: bool = False
    """Whether the guard would stop a run for that: of production it does."""
    steps: Sequence[Step] | None = None
    """What would happen to which resource; None: nobody could say."""
    where: str = ""
    """What it was previewed on; where it could not be: why."""
    failed: str = ""
    """What the engine said when the preview failed of itself."""
    rehearsed: bool | None = None
    """Whether its rehearsal went well; None: there was none."""
    rehearsal: Sequence[str] = field(default_factory=tuple)
    """What the rehearsal said."""

    @property
    def stops(self) -> bool:
        """Whether something would stop a run, or has to be named first."""
        broken = any(violation.stops for violation in self.violations)
        return bool(self.mistakes or self.failed or self.guard_stops) or broken or self.rehearsed is False


def on_real(told: Told, allowed: Sequence[str] = ()) -> Told:
    """Previews the stack where it is, if this job may. Nothing is changed; `allowed`: what the guard lets pass."""
    try:
        page_of(told.stack)
    except SettingsError as wrong:
        return replace(told, mistakes=tuple(str(problem) for problem in wrong.problems))
    if not stack_access.has_identity(told.stack):
        return told
    engine = stack_access.engine(told.stack)
    if not engine.exists():
        return told
    stack_access.learn(engine)
    return _previewed(told, engine, _REAL, allowed)


def on_nothing(told: Told) -> Told:
    """Previews one that was not yet, on an empty account. From here on the process knows no real one."""
    if told.mistakes or told.where:
        return told
    page = page_of(told.stack)
    below = base(page)
    if below is not None:
        return replace(told, where=f"not previewed: it is on the cluster of {below}, which this job may not ask")
    if isinstance(page.cluster, ManagedCluster) and policies.rehearsed(told.stack):
        return replace(told, where=f"not previewed: a rehearsal is up (`anykube rehearse --stack {told.stack} --end`)")
    if not isinstance(page.cluster, ManagedCluster) and stack_access.rehearsal():
        return replace(told, where="not previewed: this shell is set for a rehearsal")
    try:
        with policies.previewed(told.stack, page) as engine:
            stack_access.learn(engine)
            return _previewed(told, engine, _EMPTY)
    except typer.Exit:
        return replace(told, where="not previewed: the log says why")


def rehearsed(told: Told) -> Told:
    """Rehearses one of a cloud, whole, in a process of its own."""
    if told.mistakes or not isinstance(page_of(told.stack).cluster, ManagedCluster):
        return told
    command = [sys.executable, "-m", "anykube_cli", "rehearse", "--stack", told.stack]
    answer = subprocess.run(
        command, cwd=paths.checkout(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    sys.stdout.write(answer.stdout)
    return replace(told, rehearsed=answer.returncode == 0, rehearsal=answer.stdout.splitlines()[-_LINES:])


def _previewed(told: Told, engine: Engine, where: str, allowed: Sequence[str] = ()) -> Told:
    done = preview(engine)
    found = list(violations(done.events))
    failed = done.said if done.code and not any(violation.stops for violation in found) else ""
    # A name is for one of the stacks: that it is in no danger in another says nothing.
    stopped = judge(dangers(done), allowed).stopped
    production = page_of(told.stack).policies.profile == "production"
    return replace(
        told,
        where=where,
        violations=found,
        steps=plan(done.steps()),
        failed=failed,
        guarded=tuple(map(str, stopped)),
        guard_stops=production and bool(stopped),
    )
