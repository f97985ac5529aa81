"""`anykube rehearse`: up, nothing to do, a change of each kind, destroy, and nothing left."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from anykube._clusters.managed import ManagedCluster
from rich.console import Console

from anykube_cli.durations import Durations
from anykube_cli.engine import Engine
from anykube_cli.rehearsal import workspace as places
from anykube_cli.rehearsal.changes import Edit, changes, unprotected
from anykube_cli.rehearsal.clouds import rehearsed, remains
from anykube_cli.rehearsal.report import Step, draw
from anykube_cli.rehearsal.steps import Steps
from anykube_cli.rehearsal.workspace import Place
from anykube_cli.sweep.sweep import destroy_and_sweep

REAL = (
    "Real: the program, its settings, the Pulumi engine, the Kubernetes provider, and the Kubernetes API with its "
    "scheduler. A rehearsal is not the cloud."
)


_UP, _AGAIN, _UNPROTECT, _END = "up", "nothing to do", "lift the protection", "destroy"
"""Steps beside the changes."""
_DESTROY = ("destroy", "--yes", "--skip-preview")
_EVERY, _PATIENCE = 0.5, 10.0
"""Seconds between two looks for what controllers left, and for what is still there afterwards: nothing here is slow."""


class _FailedError(Exception):
    """A step went wrong: those after it make no sense."""


class Rehearsal:
    """The steps of one, and what became of them."""

    def __init__(self, place: Place, spec: ManagedCluster, secrets: Callable[[Engine], None], console: Console) -> None:
        self._place, self._spec, self._secrets, self._console = place, spec, secrets, console
        self._cloud = rehearsed(spec.cloud)
        self._progress = Steps((), {})
        self.steps: list[Step] = []
        self._changed: Counter[str] = Counter()
        """Resources by what happened to them in the step that is under way."""

    def run(self, *, keep: bool) -> bool:
        """Rehearses it; True when all went well. With `keep` it stays up after the first two steps.

        What a step that failed left is removed as `anykube destroy` would, unless it is protected.
        """
        environment = self._place.environment
        before = frozenset(remains(self._cloud, environment))
        engine, left, protected = self._place.engine, None, self._spec.protect
        self._progress = Steps(self._names(keep=keep), Durations.load(engine.durations).steps)
        engine.make()
        self._secrets(engine)
        for key, value in self._cloud.settings(environment).items():
            engine.ask("config", "set", key, value)
        try:
            self._up(_UP)
            self._step(_AGAIN, partial(self._run, "preview", "--expect-no-changes"))
            if not keep:
                for change in changes(self._spec):
                    self._change(change.name, change.edit)
                if protected:
                    with self._place.page() as page:
                        unprotected(page, self._spec)
                    self._up(_UNPROTECT)
                    protected = False
        except _FailedError as failed:
            self._tell(str(failed), remains(self._cloud, environment, before))
        if not keep and not protected:
            left = self._destroy(before)
        strange = self._place.unknown_effects()
        draw(self._place.stack, self.steps, left, strange, f"{self._cloud.simulated} {REAL}", self._console)
        return all(step.well for step in self.steps) and not left and not strange

    def _destroy(self, before: frozenset[str]) -> list[str] | None:
        """What is left then; None where it failed."""
        environment, say = self._place.environment, partial(self._console.print, highlight=False, soft_wrap=True)
        enter = self._cloud.account_factory(environment, self._place.stack, self._spec)

        def run() -> int:
            return destroy_and_sweep(partial(self._run, *_DESTROY), enter, say, interval=_EVERY, timeout=_PATIENCE)

        try:
            self._step(_END, run)
        except _FailedError as failed:
            self._tell(str(failed), remains(self._cloud, environment, before))
            return None
        return remains(self._cloud, environment, before)

    def _tell(self, step: str, there: Sequence[str]) -> None:
        """What exists after a step that failed, and what would be next on the real cloud."""
        stack, kinds = self._place.stack, Counter(one.rpartition(" ")[0] for one in there)
        named = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "nothing"
        self._console.print(
            f"[red]{step} failed.[/] The account has now: {named}. In the real one that would stay: correct "
            f"stacks/environments/{stack}.yaml, or whatever the error names, and run `anykube up --stack {stack}` "
            f"again, which goes on from there; `anykube destroy --stack {stack}` removes all of it.",
            highlight=False,
            soft_wrap=True,
        )

    def _change(self, name: str, edit: Edit) -> None:
        with self._place.page() as page:
            edit(page.setdefault("cluster", {}))
        self._up(name)

    def _up(self, name: str) -> None:
        self._step(name, partial(self._run, "up", "--yes", "--skip-preview"))

    def _step(self, name: str, run: Callable[[], int]) -> None:
        self._console.rule(f"[bold]{self._progress.begin(name)}[/]", align="left")
        self._changed.clear()
        well = run() == 0
        seconds = self._progress.end()
        self.steps.append(Step(name, seconds, well, dict(self._changed)))
        if not well:
            raise _FailedError(name)
        self._remember(name, seconds)

    def _names(self, *, keep: bool) -> list[str]:
        """The steps of a rehearsal in which none fails."""
        if keep:
            return [_UP, _AGAIN]
        names = [change.name for change in changes(self._spec)]
        return [_UP, _AGAIN, *names, *([_UNPROTECT] if self._spec.protect else []), _END]

    def _remember(self, name: str, seconds: float) -> None:
        """Keeps what the step took, for the estimates of the next rehearsal."""
        file = self._place.engine.durations
        durations = Durations.load(file)
        replace(durations, steps={**durations.steps, name: seconds}).save(file)

    def _run(self, *command: str) -> int:
        """The engine's exit code; what it changed is counted."""
        code = replace(self._place.engine, time_left=self._progress.time_left).run(*command)
        state = self._place.engine.state
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
) -> bool:
    """Rehearses the stack; True when all went well and nothing is left. What was kept is at `place.folder(stack)`."""
    place = places.prepare(stack, spec, faults)
    well = False
    try:
        well = Rehearsal(place, spec, secrets, console).run(keep=keep)
    finally:
        if not keep:
            place.end()
    return well
