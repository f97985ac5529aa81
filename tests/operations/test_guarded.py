"""The table of what is guarded has every type that a stack may have of its cloud."""

import json
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from anykube_cli import guarded as module
from anykube_cli.guarded import free, guarded

_ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("cloud", ["aws", "azure", "gcp"])
def test_every_type_of_a_cloud_is_guarded_or_free(cloud: str) -> None:
    table = json.loads((_ROOT / "rehearsal" / "anykube_rehearsal" / cloud / "plugin" / "table.json").read_text())[
        "types"
    ]
    beginning = {"azure": "azure-native:"}.get(cloud, f"{cloud}:")
    assert {token for token in guarded().keys() | free() if token.startswith(beginning)} == set(table)


def test_no_type_is_there_twice() -> None:
    table = tomllib.loads(Path(module.__file__).with_suffix(".toml").read_text())
    counted = Counter(token for row in table.values() for token in row["types"])
    assert [token for token, count in counted.items() if count > 1] == []
    assert all(token in row["types"] for row in table.values() for token in row.get("with", {}))
