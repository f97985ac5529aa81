from dataclasses import replace
from typing import Any

import pytest
from anykube_cli.preflight.gcp.machines import accelerators, kinds, offerings
from anykube_cli.preflight.gcp.plan import GcpPool

from tests.operations.preflight.gcp.project import MACHINES, PLAN, ZONES, Project, spread
from tests.operations.preflight.problem_text import said


def _pool(kind: str, **asked: Any) -> list[GcpPool]:
    return [GcpPool("p", [kind], 1, **asked)]


def test_a_type_that_is_offered_everywhere(project_: Project) -> None:
    for check in (offerings, kinds, accelerators):
        assert not project_.found(check, PLAN)


def test_without_pools_nothing_is_asked(project_: Project) -> None:
    for check in (offerings, kinds, accelerators):
        assert not project_.found(check, replace(PLAN, pools=()))
    assert not project_.calls


def test_a_type_that_is_offered_nowhere(project_: Project) -> None:
    [problem] = project_.found(offerings, replace(PLAN, pools=_pool("n9-standard-4")))
    assert problem.message == "n9-standard-4 is not offered in europe-west1"
    assert "gcloud compute machine-types list --filter zone~europe-west1" in problem.remedy


def test_a_type_of_another_region_is_not_offered(project_: Project) -> None:
    project_.machines = {"n2-standard-4": ["us-east1-b"]}
    assert "not offered in europe-west1" in said(project_.found(offerings, PLAN))


def test_a_type_that_is_offered_in_some_zones(project_: Project) -> None:
    project_.machines = {"n2-standard-4": ZONES[:2]}
    [problem] = project_.found(offerings, PLAN)
    assert problem.severity == "error"
    assert "not offered in europe-west1-d, and GKE makes no pool" in problem.message
    assert "zones of europe-west1-b, europe-west1-c" in problem.remedy
    assert not project_.found(offerings, replace(PLAN, pools=[replace(PLAN.pools[0], zones=ZONES[:2])]))


def test_gpus_that_are_offered_in_some_zones(project_: Project) -> None:
    there = {"nvidia-l4": (ZONES[:1], {"maximumCardsPerInstance": 8})}
    project_.answer("compute.acceleratorTypes.aggregatedList", spread("acceleratorTypes", there))
    plan = replace(PLAN, pools=_pool("g2-standard-4", gpu=True, accelerator="nvidia-l4"))
    [problem] = project_.found(accelerators, plan)
    assert "nvidia-l4 is not offered in europe-west1-c, europe-west1-d" in problem.message
    assert "zones of europe-west1-b, or choose another GPU" in problem.remedy


def test_gpus_that_are_offered_nowhere(project_: Project) -> None:
    plan = replace(PLAN, pools=_pool("g2-standard-4", gpu=True, accelerator="nvidia-l9"))
    assert "nvidia-l9 is not offered in europe-west1" in said(project_.found(accelerators, plan))


@pytest.mark.parametrize(
    ("pool", "severity", "words"),
    [
        (_pool("n2-standard-4", gpu=True), "error", "n2-standard-4 has none"),
        (_pool("g2-standard-4"), "warning", "g2-standard-4 has GPUs which the pool does not ask for"),
    ],
)
def test_kinds_that_do_not_do(project_: Project, pool: list[GcpPool], severity: str, words: str) -> None:
    [problem] = project_.found(kinds, replace(PLAN, pools=pool))
    assert problem.severity == severity
    assert words in problem.message


@pytest.mark.parametrize(
    "pool", [_pool("g2-standard-4", gpu=True), _pool("n2-standard-4", gpu=True, accelerator="nvidia-tesla-t4")]
)
def test_kinds_that_do(project_: Project, pool: list[GcpPool]) -> None:
    assert not project_.found(kinds, replace(PLAN, pools=pool))


@pytest.mark.parametrize(("state", "severity"), [("DEPRECATED", "warning"), ("OBSOLETE", "error")])
def test_a_type_on_its_way_out(project_: Project, state: str, severity: str) -> None:
    old = {**MACHINES["n2-standard-4"], "deprecated": {"state": state}}
    project_.answer("compute.machineTypes.aggregatedList", spread("machineTypes", {"n2-standard-4": (ZONES, old)}))
    [problem] = project_.found(kinds, PLAN)
    assert (problem.severity, problem.message) == (severity, f"n2-standard-4 is {state}")
