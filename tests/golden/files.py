"""The golden files: recorded states, and the types of resources that updates must keep."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anykube_cli.guarded import guarded

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Golden:
    """A stack with a golden file."""

    stack: str
    package: str
    """Pulumi package of the cloud. Resources of other packages are not guarded."""
    also: frozenset[str] = frozenset()
    """Types that may be neither replaced nor deleted, in addition to those that runs guard."""

    @property
    def guarded_types(self) -> frozenset[str]:
        """Types that may be neither replaced nor deleted."""
        return frozenset(filter(self.owns, guarded())) | self.also

    @property
    def file(self) -> Path:
        """The normalized output of `pulumi stack export`."""
        return _FOLDER / f"{self.stack}.json"

    def read(self) -> dict[str, Any]:
        """The recorded state."""
        state: dict[str, Any] = json.loads(self.file.read_text())
        return state

    def owns(self, token: str) -> bool:
        """Whether a type belongs to the cloud's package."""
        return token.startswith(f"{self.package}:")

    def resources(self) -> list[dict[str, Any]]:
        """The cloud's resources, with `token`, `id`, `inputs` and `outputs`, as `load_known` expects them."""
        return [
            {
                "token": resource["type"],
                "id": resource["id"],
                "inputs": _without_internal(resource["inputs"]),
                "outputs": _without_internal(resource["outputs"]),
            }
            for resource in self.read()["deployment"]["resources"]
            if self.owns(resource["type"])
        ]

    def write(self, state: dict[str, Any]) -> None:
        """Writes a state to the file."""
        self.file.write_text(json.dumps(state, indent=1, sort_keys=True) + "\n")


def _without_internal(values: Mapping[str, Any]) -> dict[str, Any]:
    """Removes internal properties of the engine, the SDK and the simulation."""
    return {key: value for key, value in values.items() if not key.startswith("__")}


def goldens() -> dict[str, Golden]:
    """All golden files, by stack: see golden.toml."""
    table = tomllib.loads((_FOLDER / "golden.toml").read_text())
    return {name: Golden(name, row["package"], frozenset(row.get("also", ()))) for name, row in table.items()}
