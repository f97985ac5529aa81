"""Changes every property of the AWS types that stacks use: see tests/rehearsal/cloud/effects.py."""

import json
from pathlib import Path

import anykube_rehearsal.aws.plugin
import pytest
from anykube_rehearsal.aws.plugin.cloud import AWS
from anykube_rehearsal.aws.plugin.make_table import TYPES

from tests.rehearsal.cloud.effects import Effects, called_types, recorded_types

EFFECTS = Effects(
    AWS,
    Path(__file__).with_name("terraform.json"),
    Path(anykube_rehearsal.aws.plugin.__file__).with_name("added.json"),
    {token: f"aws_{name}" for token, name in TYPES.items()},
    # Since version 6 resources have a region and cannot move; the provider decides that while it plans.
    {"region": True},
)
USED = sorted(called_types(AWS.sdk, "aws") | recorded_types("aws"))


def test_table_has_the_types_that_stacks_use() -> None:
    assert len(called_types(AWS.sdk, "aws")) > 20, "the search in the sources must find the components' types"
    assert set(USED) <= set(AWS.tables.types())


@pytest.mark.parametrize("token", USED)
def test_effects_match_the_documents(token: str) -> None:
    problems = EFFECTS.problems(token)
    assert not problems, "\n".join(problems)


def test_reports_changes_of_unknown_properties(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYKUBE_REHEARSAL", str(tmp_path))
    EFFECTS.diff("aws:eks/cluster:Cluster", {"newInLaterVersions": "a"}, {"newInLaterVersions": "b"})
    (entry,) = map(json.loads, (tmp_path / "unknown.jsonl").read_text().splitlines())
    assert (entry["type"], entry["properties"]) == ("aws:eks/cluster:Cluster", ["newInLaterVersions"])


def test_setting_a_value_for_the_first_time_may_not_replace() -> None:
    cluster, role = "aws:eks/cluster:Cluster", {"computeConfig": {"enabled": True, "nodeRoleArn": "one"}}
    assert EFFECTS.effect(cluster, {"computeConfig": {"enabled": True}}, role) == "update"
    assert EFFECTS.effect(cluster, role, {"computeConfig": {"enabled": True}}) == "replacement"
    encrypted = {"encryptionConfig": {"resources": ["secrets"]}}
    assert EFFECTS.effect(cluster, {}, encrypted) == "update"
    assert EFFECTS.effect(cluster, encrypted, {}) == "replacement"
