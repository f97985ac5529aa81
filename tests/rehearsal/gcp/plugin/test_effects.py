"""Every property of every type of Google Cloud in the table, flipped: see tests/rehearsal/cloud/effects.py."""

import json
from importlib.resources import files
from pathlib import Path

import anykube_rehearsal.gcp.plugin
import pytest
from anykube_rehearsal.gcp.plugin.cloud import GCP
from anykube_rehearsal.gcp.plugin.make_table import TYPES

from tests.rehearsal.cloud.effects import Effects, called_types, recorded_types

EFFECTS = Effects(
    GCP,
    Path(__file__).with_name("terraform.json"),
    Path(anykube_rehearsal.gcp.plugin.__file__).with_name("added.json"),
    {token: f"google_{name}" for token, name in TYPES.items()},
)
USED = sorted({*TYPES} | called_types(GCP.sdk, "gcp") | recorded_types("gcp"))


def test_types_of_the_stacks_are_in_the_table() -> None:
    assert set(USED) <= set(GCP.tables.types())


@pytest.mark.parametrize("token", USED)
def test_each_property_changed_and_no_longer_given(token: str) -> None:
    problems = EFFECTS.problems(token)
    assert not problems, "\n".join(problems)


def test_what_is_added_is_what_the_api_can_change() -> None:
    """Facts of the provider's sources, held against Google's own description of the API."""
    added = json.loads(EFFECTS.added.read_text())
    document = files("googleapiclient") / "discovery_cache" / "documents" / "container.v1beta1.json"
    schemas = json.loads(document.read_text())["schemas"]
    desired, asked = schemas["ClusterUpdate"]["properties"], schemas["UpdateNodePoolRequest"]["properties"]
    clusters = {path: row for path, row in added["gcp:container/cluster:Cluster"].items() if path[:4] != "node"}
    for path, row in clusters.items():
        top = path.partition(".")[0]
        assert row["replaces"] or f"desired{top[0].upper()}{top[1:]}" in desired, path
    rows = GCP.tables.table("gcp:container/nodePool:NodePool")
    for path, row in added["gcp:container/nodePool:NodePool"].items():
        above = path.rpartition(".")[0]
        # What is in something that makes a new pool comes and goes with it.
        if not (above and rows.row(above)["replaces"]):
            assert row["replaces"] is asked.keys().isdisjoint(path.split(".")), path


def test_every_added_row_says_where_the_fact_is_from() -> None:
    """A file of the provider's version that the table is made from, or what else there is for something newer."""
    sources = [row["source"] for rows in json.loads(EFFECTS.added.read_text()).values() for row in rows.values()]
    provider = "hashicorp/terraform-provider-google-beta 7.45"
    newer = ("container v1beta1's discovery document: ", "pulumi-gcp 10.2, ", f"newer than {provider}, ")
    assert [one for one in sources if not one.startswith((f"{provider}, ", *newer))] == []
    assert all(".go: " in one for one in sources if one.startswith(f"{provider}, "))
