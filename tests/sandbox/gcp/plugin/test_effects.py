"""Every property of every type of Google Cloud in the table, flipped: see tests/sandbox/cloud/effects.py."""

from pathlib import Path

import pytest

import sandbox.gcp.plugin
from sandbox.gcp.plugin.cloud import GCP
from sandbox.gcp.plugin.make_table import TYPES
from tests.sandbox.cloud.effects import Effects, called, recorded

EFFECTS = Effects(
    GCP,
    Path(__file__).with_name("terraform.json"),
    Path(sandbox.gcp.plugin.__file__).with_name("added.json"),
    {token: f"google_{name}" for token, name in TYPES.items()},
)
USED = sorted({*TYPES} | called(GCP.sdk, "gcp") | recorded("gcp"))


def test_types_of_the_stacks_are_in_the_table() -> None:
    assert set(USED) <= set(GCP.tables.types())


@pytest.mark.parametrize("token", USED)
def test_each_property_changed_and_no_longer_given(token: str) -> None:
    wrong = EFFECTS.wrong(token)
    assert not wrong, "\n".join(wrong)
