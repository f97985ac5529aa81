"""Every property of every type of AWS that stacks use, flipped: see tests/rehearsal/cloud/effects.py."""

import json
from pathlib import Path

import anykube_rehearsal.aws.plugin
import pytest
from anykube_rehearsal.aws.plugin.cloud import AWS
from anykube_rehearsal.aws.plugin.make_table import TYPES

from tests.rehearsal.cloud.effects import Effects, called, recorded

EFFECTS = Effects(
    AWS,
    Path(__file__).with_name("terraform.json"),
    Path(anykube_rehearsal.aws.plugin.__file__).with_name("added.json"),
    {token: f"aws_{name}" for token, name in TYPES.items()},
    # Resources say their region since version 6, and cannot move; the provider decides that while it plans.
    {"region": True},
)
USED = sorted(called(AWS.sdk, "aws") | recorded("aws"))


def test_types_of_the_stacks_are_in_the_table() -> None:
    assert len(called(AWS.sdk, "aws")) > 20, "the search in the sources finds what it should"
    assert set(USED) <= set(AWS.tables.types())


@pytest.mark.parametrize("token", USED)
def test_each_property_changed_and_no_longer_given(token: str) -> None:
    wrong = EFFECTS.wrong(token)
    assert not wrong, "\n".join(wrong)


def test_a_property_that_no_table_knows_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYKUBE_REHEARSAL", str(tmp_path))
    EFFECTS.diff("aws:eks/cluster:Cluster", {"newInLaterVersions": "a"}, {"newInLaterVersions": "b"})
    (said,) = map(json.loads, (tmp_path / "unknown.jsonl").read_text().splitlines())
    assert (said["type"], said["properties"]) == ("aws:eks/cluster:Cluster", ["newInLaterVersions"])


def test_first_values_that_do_not_replace() -> None:
    cluster, role = "aws:eks/cluster:Cluster", {"computeConfig": {"enabled": True, "nodeRoleArn": "one"}}
    assert EFFECTS.effect(cluster, {"computeConfig": {"enabled": True}}, role) == "update"
    assert EFFECTS.effect(cluster, role, {"computeConfig": {"enabled": True}}) == "replacement"
    encrypted = {"encryptionConfig": {"resources": ["secrets"]}}
    assert EFFECTS.effect(cluster, {}, encrypted) == "update"
    assert EFFECTS.effect(cluster, encrypted, {}) == "replacement"
