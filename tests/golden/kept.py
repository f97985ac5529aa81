"""The golden files: which stacks have one, and what of their state nobody may lose."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anykube_cli.guarded import guarded

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Golden:
    """A stack with a golden file."""

    stack: str
    package: str
    """Pulumi's name of the cloud's provider; what other providers made is not kept."""
    also: frozenset[str] = frozenset()
    """Types that may be neither replaced nor deleted, beside those that runs guard."""

    @property
    def kept(self) -> frozenset[str]:
        """Types that may be neither replaced nor deleted."""
        return frozenset(filter(self.owns, guarded())) | self.also

    @property
    def file(self) -> Path:
        """The state as `pulumi stack export` writes it, without noise."""
        return _HERE / f"{self.stack}.json"

    def read(self) -> dict[str, Any]:
        """The recorded state."""
        state: dict[str, Any] = json.loads(self.file.read_text())
        return state

    def owns(self, token: str) -> bool:
        """Whether a type is one of the cloud's."""
        return token.startswith(f"{self.package}:")

    def resources(self) -> list[dict[str, Any]]:
        """What it has in the cloud: `token`, `id`, `inputs` and `outputs` of each, as an account keeps them."""
        return [
            {"token": one["type"], "id": one["id"], "inputs": _own(one["inputs"]), "outputs": _own(one["outputs"])}
            for one in self.read()["deployment"]["resources"]
            if self.owns(one["type"])
        ]

    def write(self, state: dict[str, Any]) -> None:
        """Records a state."""
        self.file.write_text(json.dumps(state, indent=1, sort_keys=True) + "\n")


def _own(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without marks of the engine, the SDK and the simulation."""
    return {key: value for key, value in values.items() if not key.startswith("__")}


def goldens() -> dict[str, Golden]:
    """Every stack with a golden file, by name: golden.toml, and the table of what runs guard."""
    table = tomllib.loads((_HERE / "golden.toml").read_text())
    return {name: Golden(name, row["package"], frozenset(row.get("also", ()))) for name, row in table.items()}
