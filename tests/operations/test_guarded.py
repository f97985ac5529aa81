"""The table of guarded types covers every type of each cloud."""

import json
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from anykube_cli import guarded as module
from anykube_cli.guarded import free, guarded

_ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("cloud", ["aws", "azure", "gcp"])
def test_every_type_is_guarded_or_free(cloud: str) -> None:
    table = json.loads((_ROOT / "rehearsal" / "anykube_rehearsal" / cloud / "plugin" / "table.json").read_text())[
        "types"
    ]
    prefix = {"azure": "azure-native:"}.get(cloud, f"{cloud}:")
    assert {token for token in guarded().keys() | free() if token.startswith(prefix)} == set(table)


def test_no_type_is_listed_twice() -> None:
    table = tomllib.loads(Path(module.__file__).with_suffix(".toml").read_text())
    counts = Counter(token for row in table.values() for token in row["types"])
    assert [token for token, count in counts.items() if count > 1] == []
    assert all(token in row["types"] for row in table.values() for token in row.get("with", {}))
