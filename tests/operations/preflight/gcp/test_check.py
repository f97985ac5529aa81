import sys
from dataclasses import replace

import pytest
from anykube_cli.preflight.gcp.check import CHECKS, PREREQUISITES, check
from anykube_cli.preflight.gcp.plan import GcpPool, SubnetworkPlan
from anykube_cli.preflight.gcp.errors import PERMISSIONS
from google.auth.exceptions import RefreshError
from httplib2 import ServerNotFoundError

from tests.operations.preflight.gcp.project import (
    FOREIGN,
    PLAN,
    REGION,
    ZONES,
    Project,
    channels,
    enabled,
    network,
    spread,
)
from tests.operations.preflight.gcp.wire import DENIED, RefusedError
from tests.operations.preflight.problem_text import said


def test_nothing_wrong(project_: Project) -> None:
    found = check(PLAN, project_.session)
    assert not said(found.problems)
    assert not found.errors
    assert not found.skipped
    assert set(found.completed) == {*PREREQUISITES, *CHECKS}
    assert found.facts["project"] == "acme-shop"
    assert found.facts["region"] == "europe-west1"
    assert found.facts["who"] == "a user, by a sign-in or a token"


_WRONG = replace(
    PLAN,
    version="1.20",
    zones=[*ZONES[:2], "europe-west1-z"],
    pools=[
        GcpPool("servers", ["n2-standard-4"], 400, zones=ZONES[:2]),
        GcpPool("bought", ["n9-standard-4"], 1, zones=ZONES[:2]),
        GcpPool("gpu", ["e2-standard-2"], 1, gpu=True, zones=ZONES[:1]),
        GcpPool("cards", ["g2-standard-4"], 1, gpu=True, accelerator="nvidia-l4", zones=ZONES[:1]),
    ],
    subnetwork=SubnetworkPlan("host", REGION, "apps", ["pods"]),
)


def _wrong(project_: Project) -> None:
    full = dict.fromkeys(("NETWORKS", "SUBNETWORKS", "ROUTERS", "STATIC_ADDRESSES", "IN_USE_ADDRESSES"), 0.0)
    project_.limits = {"N2_CPUS": 8, **full}
    project_.held = ["compute.networks.create"]
    project_.answer("serviceusage.services.batchGet", enabled("compute.googleapis.com"))
    there = {"name": "shop", "status": "RUNNING", "resourceLabels": FOREIGN}
    project_.answer("container.projects.locations.clusters.get", there)
    project_.answer("iam.projects.serviceAccounts.get", {"displayName": "somebody's"})
    office = {"network": network("office"), "ipCidrRange": "10.20.0.0/24"}
    project_.answer("compute.subnetworks.aggregatedList", spread("subnetworks", {"office": ([REGION], office)}))


def test_all_that_is_wrong_comes_at_once(project_: Project) -> None:
    _wrong(project_)
    found = check(_WRONG, project_.session)
    assert sorted({problem.subject for problem in found.errors}) == sorted(
        [
            "permissions",
            "APIs",
            "zone europe-west1-z",
            "version 1.20",
            "pool bought",
            "pool gpu",
            "pool cards",
            "quota N2_CPUS of europe-west1",
            "quota CPUS_ALL_REGIONS of the project",
            "quota STATIC_ADDRESSES of europe-west1",
            "quota IN_USE_ADDRESSES of europe-west1",
            "quota NETWORKS of the project",
            "quota SUBNETWORKS of the project",
            "quota ROUTERS of the project",
            "cluster shop",
            "service account shop-nodes",
            "subnetwork apps",
        ]
    )
    assert {problem.subject for problem in found.warnings} == {
        "pool cards",
        "range of nodes 10.20.0.0/16",
    }
    assert [problem.severity for problem in found.problems] == sorted(problem.severity for problem in found.problems)
    assert all(problem.message and problem.remedy for problem in found.problems)
    assert found.errors
    assert not found.skipped


def test_every_call_has_its_permission(project_: Project) -> None:
    _wrong(project_)
    check(_WRONG, project_.session)
    assert project_.calls == {*PERMISSIONS, "cloudresourcemanager.projects.testIamPermissions"}  # needs none


def test_nothing_is_changed(project_: Project) -> None:
    check(_WRONG, project_.session)
    reading = ("get", "list", "batchGet", "aggregatedList", "testIamPermissions", "getServerConfig")
    assert {name.rpartition(".")[2] for name in project_.calls} <= set(reading)


def test_a_missing_permission_stops_nothing_else(project_: Project) -> None:
    project_.answer("container.projects.locations.getServerConfig", DENIED)
    project_.answer("compute.projects.get", RefusedError(403, "IAM_PERMISSION_DENIED", permission="compute.x.get"))
    project_.answer("serviceusage.services.batchGet", {})
    found = check(PLAN, project_.session)
    assert [problem.subject for problem in found.errors] == ["APIs"]
    assert [problem.message for problem in found.warnings] == [
        "container.clusters.list is refused, so this is not known: version",
        "compute.x.get is refused, so this is not known: quotas of machines, quota of networks",
    ]
    assert found.skipped == ["version", "quotas of machines", "quota of networks"]
    assert "secret" not in said(found.problems)


def test_an_api_that_is_not_enabled_is_named_once(project_: Project) -> None:
    off = RefusedError(403, "SERVICE_DISABLED", service="container.googleapis.com")
    project_.answer("container.projects.locations.getServerConfig", off)
    project_.answer("container.projects.locations.clusters.get", off)
    found = check(PLAN, project_.session)
    [problem] = found.problems
    assert problem.severity == "warning"
    assert "container.googleapis.com is not enabled, so this is not known: version, cluster" in problem.message


def test_a_project_that_there_is_not_is_all_that_is_told(project_: Project) -> None:
    project_.answer("cloudresourcemanager.projects.get", RefusedError(404, "notFound"))
    found = check(PLAN, project_.session)
    assert [problem.subject for problem in found.problems] == ["project acme-shop"]
    assert found.completed == ["project"]
    assert set(found.skipped) == {"region", *CHECKS}


def test_a_project_that_may_not_be_looked_at_stops_nothing(project_: Project) -> None:
    project_.answer("cloudresourcemanager.projects.get", DENIED)
    found = check(PLAN, project_.session)
    assert not found.errors
    assert found.skipped == ["project"]


def test_a_region_that_there_is_not_is_all_that_is_told(project_: Project) -> None:
    found = check(replace(PLAN, region="europe-west99"), project_.session)
    assert [problem.subject for problem in found.problems] == ["region europe-west99"]
    assert set(found.skipped) == set(CHECKS)


def test_a_question_that_breaks_is_an_error(project_: Project) -> None:
    project_.answer("container.projects.locations.clusters.get", RefusedError(400, "secret"))
    project_.answer("compute.acceleratorTypes.aggregatedList", KeyError("secret-looking text"))
    plan = replace(PLAN, pools=[GcpPool("p", ["g2-standard-4"], 1, gpu=True, accelerator="nvidia-l4")])
    found = check(plan, project_.session)
    assert [problem.message for problem in found.errors] == [
        "the question about where GPUs are offered broke, so it is not known: "
        "KeyError at compute.acceleratorTypes.aggregatedList",
        "the question about cluster of the same name broke, so it is not known: "
        "400 secret at container.projects.locations.clusters.get",
    ]
    assert "secret-looking" not in said(found.errors)


def test_without_credentials_only_that_is_told() -> None:
    found = check(PLAN)
    assert [problem.message for problem in found.problems] == ["there are no credentials"]
    assert "gcloud auth application-default login" in found.problems[0].remedy
    assert set(found.skipped) == {*PREREQUISITES, *CHECKS}
    assert found.facts == {"project": "acme-shop", "region": "europe-west1"}
    assert found.errors


@pytest.mark.parametrize(
    ("refusal", "what"),
    [
        (RefusedError(401, "ACCESS_TOKEN_EXPIRED"), "could not be renewed"),
        (RefreshError("secret"), "could not be renewed"),
        (ServerNotFoundError("secret"), "cannot be reached"),
    ],
)
def test_what_keeps_everything_from_being_known(
    project_: Project, monkeypatch: pytest.MonkeyPatch, refusal: Exception, what: str
) -> None:
    monkeypatch.setattr("anykube_cli.preflight.gcp.clients._RETRIES", 0)
    project_.answer("cloudresourcemanager.projects.get", refusal)
    found = check(PLAN, project_.session)
    assert len(found.problems) == 1
    assert what in said(found.problems)
    assert "secret" not in said(found.problems)
    assert not found.completed


def test_credentials_that_expire_on_the_way_are_told_once(project_: Project) -> None:
    for method in ("compute.subnetworks.aggregatedList", "container.projects.locations.getServerConfig"):
        project_.answer(method, RefusedError(401, "ACCESS_TOKEN_EXPIRED"))
    found = check(PLAN, project_.session)
    assert len(found.problems) == 1
    assert set(found.skipped) == {"version", "overlapping ranges"}


def test_what_is_throttled_is_asked_again(project_: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    answers = iter([RefusedError(429, "RATE_LIMIT_EXCEEDED"), RefusedError(503), None])

    def answer(*_: object) -> object:
        return next(answers) or {"channels": channels()}

    project_.answer("container.projects.locations.getServerConfig", answer)
    assert not check(PLAN, project_.session).errors


def test_without_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.auth", None)
    assert "uv sync --extra gcp" in said(check(PLAN).problems)


def test_answers_are_judged_by_discovery(project_: Project) -> None:
    project_.answer("compute.regions.list", {"items": [{"name": REGION, "colour": "green"}]})
    assert "AssertionError at compute.regions.list" in said(check(PLAN, project_.session).errors)


def test_the_token_travels_and_is_not_shown(project_: Project) -> None:
    found = check(_WRONG, project_.session)
    assert all(headers["authorization"] == "Bearer secret-token" for headers in project_.wire.headers)
    assert "secret" not in said(found.problems) + str(found.facts)


def test_a_person_without_a_project_to_count_in_lacks_a_permission(project_: Project) -> None:
    project_.answer("serviceusage.services.batchGet", RefusedError(403, "USER_PROJECT_DENIED"))
    assert "serviceusage.services.use is refused" in said(check(PLAN, project_.session).warnings)
