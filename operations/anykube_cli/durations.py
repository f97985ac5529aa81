"""Records how long the operations of a stack took, for the time estimates of the next run."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Durations:
    """The durations of earlier successful runs of a stack."""

    operations: dict[str, float] = field(default_factory=dict)
    """Seconds by operation and resource, such as "create kubernetes:apps/v1:Deployment::web"."""
    parallel: dict[str, float] = field(default_factory=dict)
    """The average number of concurrent operations, by command, such as "up"."""
    runs: dict[str, float] = field(default_factory=dict)
    """Seconds of a run, by command."""
    steps: dict[str, float] = field(default_factory=dict)
    """Seconds of a rehearsal's step, by name."""

    @staticmethod
    def load(file: Path) -> "Durations":
        """Reads the file. Empty if it is missing or has another version's format."""
        try:
            return Durations(**json.loads(file.read_text()))
        except (OSError, ValueError, TypeError):
            return Durations()

    def save(self, file: Path) -> None:
        """Replaces the file atomically, readable only by its owner.

        Ignores errors: without the file the next run only lacks estimates.
        """
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        with suppress(OSError):
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(draft, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
                json.dump(asdict(self), out)
            draft.replace(file)
