"""A preview of a stack, with Pulumi's event log of it."""

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
    """The result of one preview."""

    code: int
    """Pulumi's exit code: not 0 if the preview failed or a policy stopped it. `events` then has the plan so far."""
    events: Sequence[str]
    """Pulumi's events, one JSON document each. Do not print them: debug events contain secrets."""
    unknown: Sequence[Mapping[str, Any]] = ()
    """In a rehearsal: changes whose effect the simulated plugin does not know, by `urn`, `type` and `properties`."""
    error: str = ""
    """The output of a failed preview that was not shown on the terminal."""

    def steps(self) -> Iterator[Mapping[str, Any]]:
        """The planned steps in Pulumi's order, with `op`, `urn`, `old`, `new`, `keys`, `detailedDiff`.

        https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
        """
        for line in self.events:
            if event := json.loads(line).get("resourcePreEvent"):
                yield event["metadata"]


def preview(engine: Engine, *, without: Collection[str] = (), show: bool = False) -> Preview:
    """Previews the stack with the policy packs that its environment names.

    `without`: URNs to exclude from the preview. `show`: show the preview on this terminal.
    """
    rehearsal = engine.environment.get(simulation.VARIABLE)
    unknown_file = Path(rehearsal, "unknown.jsonl") if rehearsal else None
    earlier = len(_lines(unknown_file))
    # The log contains secrets: it is in the same private folder as Pulumi's own, and removed after the preview.
    with tempfile.TemporaryDirectory(dir=engine.home / "tmp") as folder:
        log = Path(folder) / "events"
        command = ("preview", *(f"--exclude={urn}" for urn in without))
        code, error = (engine.run_logged(log, *command), "") if show else _run_silently(engine, log, command)
        unknown = [json.loads(line) for line in _lines(unknown_file)[earlier:]]
        return Preview(code, _lines(log), unknown, error)


def _run_silently(engine: Engine, log: Path, command: Sequence[str]) -> tuple[int, str]:
    logging = replace(engine, environment={**engine.environment, **event_log.VARIABLES})
    try:
        logging.capture(*command, "--event-log", str(log))
    except EngineError as error:
        return 1, str(error)
    return 0, ""


def _lines(file: Path | None) -> list[str]:
    return file.read_text().splitlines() if file and file.exists() else []
