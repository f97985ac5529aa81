"""A preview of a stack, with the engine's own log of it: who judges one reads it there."""

import json
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from anykube_cli import event_log
from anykube_cli.engine import Engine, EngineError
from anykube_cli.toolchain import simulation


@dataclass(frozen=True)
class Preview:
    """What the engine told of one preview."""

    code: int
    """The engine's exit code: not 0 where it failed, or a policy stopped it. What it planned until then is there."""
    events: Sequence[str]
    """One JSON document each, as the engine logs them. Not for anybody's eyes: debugging lines have secrets in them."""
    unknown: Sequence[Mapping[str, Any]] = ()
    """In a rehearsal: changes whose effect the simulated plugin does not know, by `urn`, `type` and `properties`."""
    said: str = ""
    """What a preview in silence printed when it failed."""

    def steps(self) -> Iterator[Mapping[str, Any]]:
        """The steps that the engine plans, in its order: `op`, `urn`, `old`, `new`, `keys`, `detailedDiff`.

        https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
        """
        for line in self.events:
            if event := json.loads(line).get("resourcePreEvent"):
                yield event["metadata"]


def preview(engine: Engine, *, without: Collection[str] = (), shown: bool = False) -> Preview:
    """Previews the stack with whatever pack its environment names.

    `without`: URNs that are taken as they are. `shown`: on this terminal.
    """
    rehearsal = engine.environment.get(simulation.VARIABLE)
    notes = Path(rehearsal, "unknown.jsonl") if rehearsal else None
    before = len(_lines(notes))
    # The log lies where the engine's own secrets lie, and goes with this run.
    with tempfile.TemporaryDirectory(dir=engine.home / "tmp") as folder:
        log = Path(folder) / "events"
        command = ("preview", *(f"--exclude={urn}" for urn in without))
        code, said = (engine.logged(log, *command), "") if shown else _asked(engine, log, command)
        return Preview(code, _lines(log), [json.loads(line) for line in _lines(notes)[before:]], said)


def _asked(engine: Engine, log: Path, command: Sequence[str]) -> tuple[int, str]:
    logging = replace(engine, environment={**engine.environment, **event_log.VARIABLES})
    try:
        logging.ask(*command, "--event-log", str(log))
    except EngineError as error:
        return 1, str(error)
    return 0, ""


def _lines(file: Path | None) -> list[str]:
    return file.read_text().splitlines() if file and file.exists() else []
