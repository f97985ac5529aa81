"""The steps of a rehearsal: deploy, check for changes, change the settings in several ways, destroy."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from anykube._clusters.managed import ManagedCluster
from rich.console import Console

from anykube_cli import ownership
from anykube_cli.durations import Durations
from anykube_cli.engine import Engine
from anykube_cli.preflight.reach import describe
from anykube_cli.rehearsal import workspace as workspaces
from anykube_cli.rehearsal.changes import Edit, changes, remove_protection
from anykube_cli.rehearsal.clouds import list_remaining, simulated_cloud
from anykube_cli.rehearsal.report import Step, draw
from anykube_cli.rehearsal.steps import Steps
from anykube_cli.rehearsal.workspace import Workspace
from anykube_cli.sweep.state_facts import state_facts
from anykube_cli.sweep.sweep import destroy_and_sweep

REAL = (
    "Real: the program, its settings, the Pulumi engine, the Kubernetes provider, and the Kubernetes API with its "
    "scheduler. A rehearsal does not replace a test in the cloud."
)
_STANDS = "The run came from {}: gates before the Kubernetes API drop what the real network would drop."

_UP, _AGAIN, _UNPROTECT, _DESTROY = "up", "nothing to do", "lift the protection", "destroy"
"""The steps in addition to the changes."""
_DESTROY_COMMAND = ("destroy", "--yes", "--skip-preview")
_SWEEP_INTERVAL, _SWEEP_TIMEOUT = 0.5, 10.0
"""Seconds between two checks for resources that controllers left, and until it gives up: the simulation is fast."""


class _FailedError(Exception):
    """A step failed, so the following steps are skipped."""


class Rehearsal:
    """One rehearsal, with the results of its steps."""

    def __init__(
        self,
        workspace: Workspace,
        spec: ManagedCluster,
        secrets: Callable[[Engine], None],
        console: Console,
        place: str,
    ) -> None:
        """`place`: where the run stands, for the report."""
        self._place = place
        self._workspace, self._spec, self._secrets, self._console = workspace, spec, secrets, console
        self._cloud = simulated_cloud(spec.cloud)
        self._progress = Steps((), {})
        self.steps: list[Step] = []
        self._changed: Counter[str] = Counter()
        """The number of resources by operation in the current step."""

    def run(self, *, keep: bool) -> bool:
        """Runs the steps, and returns whether all passed. `keep`: stop after two steps and leave the stack up.

        After a failed step it removes the stack like `anykube destroy`, unless it is protected.
        """
        environment = self._workspace.environment
        before = frozenset(list_remaining(self._cloud, environment))
        engine, remaining, protected = self._workspace.engine, None, self._spec.protect
        self._progress = Steps(self._step_names(keep=keep), Durations.load(engine.durations).steps)
        engine.create()
        self._secrets(engine)
        for key, value in self._cloud.settings(environment).items():
            engine.capture("config", "set", key, value)
        try:
            self._up(_UP)
            self._step(_AGAIN, partial(self._run, "preview", "--expect-no-changes"))
            if not keep:
                for change in changes(self._spec):
                    self._change(change.name, change.edit)
                if protected:
                    with self._workspace.edit_settings() as settings:
                        remove_protection(settings, self._spec)
                    self._up(_UNPROTECT)
                    protected = False
        except _FailedError as failed:
            self._print_failure(str(failed), list_remaining(self._cloud, environment, before))
        if not keep and not protected:
            remaining = self._destroy(before)
        unknown = self._workspace.unknown_effects()
        simulated = f"{self._cloud.simulated} {_STANDS.format(describe(self._place))} {REAL}"
        draw(self._workspace.stack, self.steps, remaining, unknown, simulated, self._console)
        return all(step.passed for step in self.steps) and not remaining and not unknown

    def _destroy(self, before: frozenset[str]) -> list[str] | None:
        """Destroys the stack and returns the remaining resources; None if it failed."""
        facts = state_facts(self._workspace.engine.deployment())
        environment, say = self._workspace.environment, partial(self._console.print, highlight=False, soft_wrap=True)
        open_account = self._cloud.account_factory(environment, self._workspace.stack, self._spec, facts)

        def run() -> int:
            ownership.release(self._workspace.engine, say, destroy=True)
            destroy = partial(self._run, *_DESTROY_COMMAND)
            return destroy_and_sweep(destroy, open_account, say, interval=_SWEEP_INTERVAL, timeout=_SWEEP_TIMEOUT)

        try:
            self._step(_DESTROY, run)
        except _FailedError as failed:
            self._print_failure(str(failed), list_remaining(self._cloud, environment, before))
            return None
        return list_remaining(self._cloud, environment, before)

    def _print_failure(self, step: str, resources: Sequence[str]) -> None:
        """Prints what exists after a failed step, and what to do next on the real cloud."""
        stack, kinds = self._workspace.stack, Counter(resource.rpartition(" ")[0] for resource in resources)
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "nothing"
        self._console.print(
            f"[red]{step} failed.[/] The account now has: {counts}. In a real account these would stay. Fix "
            f"stacks/environments/{stack}.yaml or the cause that the error names, and run `anykube up --stack {stack}` "
            f"again to continue. To remove the stack: `anykube destroy --stack {stack}`.",
            highlight=False,
            soft_wrap=True,
        )

    def _change(self, name: str, edit: Edit) -> None:
        with self._workspace.edit_settings() as settings:
            edit(settings.setdefault("cluster", {}))
        self._up(name)

    def _up(self, name: str) -> None:
        self._step(name, partial(self._run, "up", "--yes", "--skip-preview"))

    def _step(self, name: str, run: Callable[[], int]) -> None:
        self._console.rule(f"[bold]{self._progress.begin(name)}[/]", align="left")
        self._changed.clear()
        passed = run() == 0
        seconds = self._progress.end()
        self.steps.append(Step(name, seconds, passed, dict(self._changed)))
        if not passed:
            raise _FailedError(name)
        self._save_duration(name, seconds)

    def _step_names(self, *, keep: bool) -> list[str]:
        """The names of all steps, if none fails."""
        if keep:
            return [_UP, _AGAIN]
        names = [change.name for change in changes(self._spec)]
        return [_UP, _AGAIN, *names, *([_UNPROTECT] if self._spec.protect else []), _DESTROY]

    def _save_duration(self, name: str, seconds: float) -> None:
        """Records the duration of the step, for the estimates of the next rehearsal."""
        file = self._workspace.engine.durations
        durations = Durations.load(file)
        replace(durations, steps={**durations.steps, name: seconds}).save(file)

    def _run(self, *command: str) -> int:
        """Runs Pulumi, counts the changed resources, and returns the exit code."""
        code = replace(self._workspace.engine, time_left=self._progress.time_left).run(*command)
        state = self._workspace.engine.state
        history = state.history() if state and command[0] != "preview" else []
        self._changed.update(history[0]["resourceChanges"] if history else {})
        return code


def rehearse(
    stack: str,
    spec: ManagedCluster,
    secrets: Callable[[Engine], None],
    console: Console,
    *,
    keep: bool,
    faults: Mapping[str, object],
    place: str,
) -> bool:
    """Rehearses the stack from a place, and returns whether all steps passed and nothing is left.

    `keep` leaves the rehearsal up in `workspace.folder(stack)`.
    """
    try:
        workspace = workspaces.prepare(stack, spec, faults, caller=place)
        return Rehearsal(workspace, spec, secrets, console, place).run(keep=keep)
    except KeyboardInterrupt:
        console.print(f"Interrupted. Removing the rehearsal of {stack}; nothing real was changed.")
        keep = False
        raise
    finally:
        if not keep:
            Workspace(stack, workspaces.folder(stack), {}).end()
