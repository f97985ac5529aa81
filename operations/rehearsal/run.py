"""`make rehearse`: up, nothing to do, a change of each kind, destroy, and nothing left."""

import time
from collections.abc import Callable, Mapping

from rich.console import Console

from components.clusters.managed import ManagedCluster
from operations.engine import Engine
from operations.rehearsal import place as places
from operations.rehearsal.changes import Edit, changes, unprotected
from operations.rehearsal.clouds import rehearsed, remains
from operations.rehearsal.place import Place
from operations.rehearsal.report import Step, draw

REAL = (
    "Real: the program, its settings, the Pulumi engine, the Kubernetes provider, and the Kubernetes API with its "
    "scheduler. A rehearsal is not the cloud."
)


class _FailedError(Exception):
    """A step went wrong: those after it make no sense."""


class Rehearsal:
    """The steps of one, and what became of them."""

    def __init__(self, place: Place, spec: ManagedCluster, secrets: Callable[[Engine], None], console: Console) -> None:
        self._place, self._spec, self._secrets, self._console = place, spec, secrets, console
        self._cloud = rehearsed(spec.cloud)
        self.steps: list[Step] = []

    def run(self, *, keep: bool) -> bool:
        """Rehearses it; True when all went well. With `keep` it stays up after the first two steps."""
        environment = self._place.environment
        before = frozenset(remains(self._cloud, environment))
        engine, left = self._place.engine, None
        try:
            engine.make()
            self._secrets(engine)
            for key, value in self._cloud.settings(environment).items():
                engine.ask("config", "set", key, value)
            self._step("up", "up", "--yes", "--skip-preview")
            self._step("nothing to do", "preview", "--expect-no-changes")
            if not keep:
                for change in changes(self._spec):
                    self._change(change.name, change.edit)
                if self._spec.protect:
                    self._change("lift the protection", unprotected)
                with self._cloud.sweeping(environment, self._spec, self._console.print):
                    self._step("destroy", "destroy", "--yes", "--skip-preview")
                left = remains(self._cloud, environment, before)
        except _FailedError:
            pass
        strange = self._place.unknown_effects()
        draw(self._place.stack, self.steps, left, strange, f"{self._cloud.simulated} {REAL}", self._console)
        return all(step.well for step in self.steps) and not left and not strange

    def _change(self, name: str, edit: Edit) -> None:
        with self._place.page() as page:
            edit(page.setdefault("cluster", {}))
        self._step(name, "up", "--yes", "--skip-preview")

    def _step(self, name: str, *command: str) -> None:
        self._console.rule(f"[bold]{name}[/]", align="left")
        start = time.monotonic()
        well = self._place.engine.run(*command) == 0
        took = time.monotonic() - start
        state = self._place.engine.state
        history = state.history() if state and command[0] != "preview" else []
        self.steps.append(Step(name, took, well, history[0]["resourceChanges"] if history else {}))
        if not well:
            raise _FailedError(name)


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
