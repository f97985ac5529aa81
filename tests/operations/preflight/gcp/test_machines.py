from dataclasses import replace
from typing import Any

import pytest
from anykube_cli.preflight.gcp.machines import accelerators, features, offerings
from anykube_cli.preflight.gcp.plan import GcpPool

from tests.operations.preflight.gcp.project import MACHINES, PLAN, ZONES, Project, aggregated_list
from tests.operations.preflight.problem_text import format_problems


def _pool(kind: str, **fields: Any) -> list[GcpPool]:
    return [GcpPool("p", [kind], 1, **fields)]


def test_type_offered_in_all_zones(fake_project: Project) -> None:
    for check in (offerings, features, accelerators):
        assert not fake_project.run(check, PLAN)


def test_without_pools_no_request_is_sent(fake_project: Project) -> None:
    for check in (offerings, features, accelerators):
        assert not fake_project.run(check, replace(PLAN, pools=()))
    assert not fake_project.calls


def test_type_not_offered_in_the_region(fake_project: Project) -> None:
    [problem] = fake_project.run(offerings, replace(PLAN, pools=_pool("n9-standard-4")))
    assert problem.message == "n9-standard-4 is not offered in europe-west1"
    assert "gcloud compute machine-types list --filter zone~europe-west1" in problem.remedy


def test_type_offered_only_in_another_region(fake_project: Project) -> None:
    fake_project.machines = {"n2-standard-4": ["us-east1-b"]}
    assert "not offered in europe-west1" in format_problems(fake_project.run(offerings, PLAN))


def test_type_offered_in_some_zones(fake_project: Project) -> None:
    fake_project.machines = {"n2-standard-4": ZONES[:2]}
    [problem] = fake_project.run(offerings, PLAN)
    assert problem.severity == "error"
    assert "not offered in europe-west1-d, and GKE requires it in all zones" in problem.message
    assert "limit the pool to europe-west1-b, europe-west1-c" in problem.remedy
    assert not fake_project.run(offerings, replace(PLAN, pools=[replace(PLAN.pools[0], zones=ZONES[:2])]))


def test_gpus_offered_in_some_zones(fake_project: Project) -> None:
    offered = {"nvidia-l4": (ZONES[:1], {"maximumCardsPerInstance": 8})}
    fake_project.respond("compute.acceleratorTypes.aggregatedList", aggregated_list("acceleratorTypes", offered))
    plan = replace(PLAN, pools=_pool("g2-standard-4", gpu=True, accelerator="nvidia-l4"))
    [problem] = fake_project.run(accelerators, plan)
    assert "nvidia-l4 is not offered in europe-west1-c, europe-west1-d" in problem.message
    assert "limit the pool to europe-west1-b, or choose another GPU" in problem.remedy


def test_gpus_not_offered_in_the_region(fake_project: Project) -> None:
    plan = replace(PLAN, pools=_pool("g2-standard-4", gpu=True, accelerator="nvidia-l9"))
    assert "nvidia-l9 is not offered in europe-west1" in format_problems(fake_project.run(accelerators, plan))


@pytest.mark.parametrize(
    ("pool", "severity", "text"),
    [
        (_pool("n2-standard-4", gpu=True), "error", "n2-standard-4 has none"),
        (_pool("g2-standard-4"), "warning", "g2-standard-4 has GPUs but the pool does not request any"),
    ],
)
def test_unsuitable_machine_types(fake_project: Project, pool: list[GcpPool], severity: str, text: str) -> None:
    [problem] = fake_project.run(features, replace(PLAN, pools=pool))
    assert problem.severity == severity
    assert text in problem.message


@pytest.mark.parametrize(
    "pool", [_pool("g2-standard-4", gpu=True), _pool("n2-standard-4", gpu=True, accelerator="nvidia-tesla-t4")]
)
def test_suitable_machine_types(fake_project: Project, pool: list[GcpPool]) -> None:
    assert not fake_project.run(features, replace(PLAN, pools=pool))


@pytest.mark.parametrize(("state", "severity"), [("DEPRECATED", "warning"), ("OBSOLETE", "error")])
def test_deprecated_type(fake_project: Project, state: str, severity: str) -> None:
    old = {**MACHINES["n2-standard-4"], "deprecated": {"state": state}}
    fake_project.respond(
        "compute.machineTypes.aggregatedList", aggregated_list("machineTypes", {"n2-standard-4": (ZONES, old)})
    )
    [problem] = fake_project.run(features, PLAN)
    assert (problem.severity, problem.message) == (severity, f"n2-standard-4 is {state}")
