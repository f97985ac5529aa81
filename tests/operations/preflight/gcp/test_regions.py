from dataclasses import replace
from typing import Any

import pytest
from anykube_cli.preflight.gcp.plan import GcpPool
from anykube_cli.preflight.gcp.regions import region, zones

from tests.operations.preflight.gcp.project import PLAN, ZONES, Project, zone


def test_existing_region_and_zones(fake_project: Project) -> None:
    assert not fake_project.run(region, PLAN)
    assert not fake_project.run(zones, PLAN)


def test_unknown_region(fake_project: Project) -> None:
    [problem] = fake_project.run(region, replace(PLAN, region="europe-west99"))
    assert (problem.severity, problem.subject) == ("error", "region europe-west99")
    assert problem.remedy == "use one of europe-west1, europe-west9"


@pytest.mark.parametrize(
    ("changed", "text"), [({"status": "DOWN"}, "DOWN"), ({"deprecated": {"state": "OBSOLETE"}}, "OBSOLETE")]
)
def test_region_in_a_bad_state(fake_project: Project, changed: dict[str, Any], text: str) -> None:
    fake_project.respond("compute.regions.list", {"items": [{"name": PLAN.region, "status": "UP", **changed}]})
    [problem] = fake_project.run(region, PLAN)
    assert f"reports the state {text}" in problem.message


@pytest.mark.parametrize("name", ["europe-west1-z", "us-east1-b"])
def test_zone_of_another_region(fake_project: Project, name: str) -> None:
    pool = GcpPool("far", ["n2-standard-4"], 1, zones=[name])
    [problem] = fake_project.run(zones, replace(PLAN, pools=[pool]))
    assert problem.subject == f"zone {name}"
    assert problem.remedy == "choose from europe-west1-b, europe-west1-c, europe-west1-d"


def test_zone_in_a_bad_state(fake_project: Project) -> None:
    existing = [zone(ZONES[0], status="DOWN"), *(zone(name) for name in ZONES[1:])]
    fake_project.respond("compute.zones.list", {"items": existing})
    [problem] = fake_project.run(zones, PLAN)
    assert (problem.severity, problem.subject) == ("error", f"zone {ZONES[0]}")
    assert "choose from europe-west1-c, europe-west1-d, or wait" in problem.remedy


def test_lists_all_pages_of_zones(fake_project: Project) -> None:
    def page(parameters: Any, _: Any) -> Any:
        index = int(parameters.get("pageToken", 0))
        next_page = {"nextPageToken": str(index + 1)} if index < 2 else {}
        return {"items": [zone(ZONES[index])], **next_page}

    fake_project.respond("compute.zones.list", page)
    assert not fake_project.run(zones, PLAN)
