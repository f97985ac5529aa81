"""The golden files: which stacks have one, and what of their state nobody may lose."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Golden:
    """A stack with a golden file."""

    stack: str
    package: str
    """Pulumi's name of the cloud's provider; what other providers made is not kept."""
    kept: frozenset[str]
    """Types that may be neither replaced nor deleted."""

    @property
    def file(self) -> Path:
        """The state as `pulumi stack export` writes it, without noise."""
        return _HERE / f"{self.stack}.json"

    def read(self) -> dict[str, Any]:
        """The recorded state."""
        state: dict[str, Any] = json.loads(self.file.read_text())
        return state

    def write(self, state: dict[str, Any]) -> None:
        """Records a state."""
        self.file.write_text(json.dumps(state, indent=1, sort_keys=True) + "\n")


def goldens() -> dict[str, Golden]:
    """Every stack with a golden file, by name: golden.toml."""
    table = tomllib.loads((_HERE / "golden.toml").read_text())
    return {name: Golden(name, row["package"], frozenset(row["kept"])) for name, row in table.items()}
