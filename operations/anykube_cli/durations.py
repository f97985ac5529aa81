"""How long the operations of a stack took the last time: names and seconds, beside its state."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Durations:
    """What earlier successful runs of a stack took."""

    operations: dict[str, float] = field(default_factory=dict)
    """Seconds by operation and resource, such as "create kubernetes:apps/v1:Deployment::web"."""
    parallel: dict[str, float] = field(default_factory=dict)
    """How many operations ran at once on average, by command, such as "up"."""
    runs: dict[str, float] = field(default_factory=dict)
    """Seconds of a whole run, by command."""
    steps: dict[str, float] = field(default_factory=dict)
    """Seconds of a step of a rehearsal, by its name."""

    @staticmethod
    def load(file: Path) -> "Durations":
        """What the file says; nothing where it is missing or from another version."""
        try:
            return Durations(**json.loads(file.read_text()))
        except (OSError, ValueError, TypeError):
            return Durations()

    def save(self, file: Path) -> None:
        """Replaces the file as a whole. Only its owner can read it.

        Where it cannot be written, the next run has no estimates: no error.
        """
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        with suppress(OSError):
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(draft, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
                json.dump(asdict(self), out)
            draft.replace(file)
