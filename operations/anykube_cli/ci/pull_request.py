"""What a pull request does to one stack, from a preview on its real state or on an empty simulated account."""

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
from anykube_cli.guards import evaluate, find_guarded_changes
from anykube_cli.policies import Violation, read_violations
from anykube_cli.previews import preview
from anykube_cli.stack_settings import base_stack, load_stack_settings
from anykube_cli.toolchain import paths

_OUTPUT_LINES = 40
"""The last lines of a rehearsal's output, which have the table of its steps."""
_REAL, _SIMULATED = "Previewed on the real state.", "Previewed on an empty simulated account."


@dataclass(frozen=True)
class StackReport:
    """The report on one stack."""

    stack: str
    reason: str
    """Why the stack is in the report."""
    mistakes: Sequence[str] = ()
    """Mistakes in its settings."""
    differences: Sequence[Difference] = ()
    """Effective settings that changed, the current value first."""
    violations: Sequence[Violation] = ()
    guarded: Sequence[str] = ()
    """Guarded resources that would be replaced or deleted, and that --allow does not name."""
    guard_stops: bool = False
    """Whether the guard would stop the deployment: only in production."""
    steps: Sequence[Step] | None = None
    """The plan; None if the stack was not previewed."""
    preview: str = ""
    """A sentence about what the stack was previewed on, or why it was not."""
    preview_error: str = ""
    """Pulumi's output, if the preview itself failed."""
    rehearsal_passed: bool | None = None
    """None: the stack was not rehearsed."""
    rehearsal_output: Sequence[str] = field(default_factory=tuple)
    """The last lines of the rehearsal's output."""

    @property
    def stops(self) -> bool:
        """Whether anything would stop the deployment, or needs --allow first."""
        violated = any(violation.stops for violation in self.violations)
        failed = bool(self.mistakes or self.preview_error or self.guard_stops)
        return failed or violated or self.rehearsal_passed is False


def preview_on_real_state(report: StackReport, allowed: Sequence[str] = ()) -> StackReport:
    """Previews the stack on its real state, if it exists and this job may read it. Changes nothing.

    `allowed`: names of resources that the guard allows to be replaced or deleted.
    """
    try:
        load_stack_settings(report.stack)
    except SettingsError as error:
        return replace(report, mistakes=tuple(str(problem) for problem in error.problems))
    if not stack_access.has_credentials(report.stack):
        return report
    engine = stack_access.engine(report.stack)
    if not engine.exists():
        return report
    stack_access.learn_secrets(engine)
    return _preview(report, engine, _REAL, allowed)


def preview_on_simulated_account(report: StackReport) -> StackReport:
    """Previews a stack that has no preview yet on an empty simulated account.

    Removes the credentials of real accounts from this process.
    """
    if report.mistakes or report.preview:
        return report
    settings = load_stack_settings(report.stack)
    base = base_stack(settings)
    if base is not None:
        return replace(
            report, preview=f"Not previewed: it uses the cluster of {base}, for which this job has no credentials."
        )
    if isinstance(settings.cluster, ManagedCluster) and policies.has_rehearsal(report.stack):
        command = f"anykube rehearse --stack {report.stack} --end"
        return replace(report, preview=f"Not previewed: a rehearsal of it is up. End it first: {command}")
    if not isinstance(settings.cluster, ManagedCluster) and stack_access.rehearsal():
        return replace(report, preview="Not previewed: this shell is set up for a rehearsal.")
    try:
        with policies.preview_engine(report.stack, settings) as engine:
            stack_access.learn_secrets(engine)
            return _preview(report, engine, _SIMULATED)
    except typer.Exit:
        return replace(report, preview="Not previewed: see the log of the job.")


def rehearse(report: StackReport) -> StackReport:
    """Rehearses a stack with a cluster in a cloud, in a process of its own."""
    if report.mistakes or not isinstance(load_stack_settings(report.stack).cluster, ManagedCluster):
        return report
    command = [sys.executable, "-m", "anykube_cli", "rehearse", "--stack", report.stack]
    result = subprocess.run(
        command, cwd=paths.checkout(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    sys.stdout.write(result.stdout)
    output = result.stdout.splitlines()[-_OUTPUT_LINES:]
    return replace(report, rehearsal_passed=result.returncode == 0, rehearsal_output=output)


def _preview(report: StackReport, engine: Engine, sentence: str, allowed: Sequence[str] = ()) -> StackReport:
    result = preview(engine)
    violations = list(read_violations(result.events))
    error = result.error if result.code and not any(violation.stops for violation in violations) else ""
    # --allow is for several stacks: a name that is unused in this one is no mistake.
    stopped = evaluate(find_guarded_changes(result), allowed).stopped
    production = load_stack_settings(report.stack).policies.profile == "production"
    return replace(
        report,
        preview=sentence,
        violations=violations,
        steps=plan(result.steps()),
        preview_error=error,
        guarded=tuple(map(str, stopped)),
        guard_stops=production and bool(stopped),
    )
