"""Changes every property of every Google Cloud type in the table: see tests/rehearsal/cloud/effects.py."""

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


def test_table_has_all_types_of_the_stacks() -> None:
    assert set(USED) <= set(GCP.tables.types())


@pytest.mark.parametrize("token", USED)
def test_changing_or_removing_each_property_has_the_documented_effect(token: str) -> None:
    problems = EFFECTS.problems(token)
    assert not problems, "\n".join(problems)


def test_added_rows_agree_with_the_discovery_document() -> None:
    """Compares facts from the provider's sources with Google's own description of the API."""
    added = json.loads(EFFECTS.added.read_text())
    document = files("googleapiclient") / "discovery_cache" / "documents" / "container.v1beta1.json"
    schemas = json.loads(document.read_text())["schemas"]
    desired, updatable = schemas["ClusterUpdate"]["properties"], schemas["UpdateNodePoolRequest"]["properties"]
    clusters = {path: row for path, row in added["gcp:container/cluster:Cluster"].items() if path[:4] != "node"}
    for path, row in clusters.items():
        top = path.partition(".")[0]
        assert row["replaces"] or f"desired{top[0].upper()}{top[1:]}" in desired, path
    rows = GCP.tables.table("gcp:container/nodePool:NodePool")
    for path, row in added["gcp:container/nodePool:NodePool"].items():
        parent = path.rpartition(".")[0]
        # If the parent property replaces the pool, its child properties do too.
        if not (parent and rows.row(parent)["replaces"]):
            assert row["replaces"] is updatable.keys().isdisjoint(path.split(".")), path


def test_every_added_row_cites_a_source() -> None:
    """The source is a file of the provider's version in the table, or another document for newer properties."""
    sources = [row["source"] for rows in json.loads(EFFECTS.added.read_text()).values() for row in rows.values()]
    provider = "hashicorp/terraform-provider-google-beta 7.45"
    newer = ("container v1beta1's discovery document: ", "pulumi-gcp 10.2, ", f"newer than {provider}, ")
    assert [source for source in sources if not source.startswith((f"{provider}, ", *newer))] == []
    assert all(".go: " in source for source in sources if source.startswith(f"{provider}, "))
