import sys
from dataclasses import replace

import pytest
from anykube_cli.preflight.gcp.check import CHECKS, PREREQUISITES, check
from anykube_cli.preflight.gcp.errors import PERMISSIONS
from anykube_cli.preflight.gcp.plan import GcpPool, SubnetworkPlan
from google.auth.exceptions import RefreshError
from httplib2 import ServerNotFoundError

from tests.operations.preflight.gcp.project import (
    FOREIGN_LABELS,
    PLAN,
    REGION,
    ZONES,
    Project,
    aggregated_list,
    channels,
    enabled,
    network,
)
from tests.operations.preflight.gcp.wire import DENIED, RefusedError
from tests.operations.preflight.problem_text import format_problems


def test_reports_no_problems_for_a_good_account(fake_project: Project) -> None:
    result = check(PLAN, fake_project.session)
    assert not format_problems(result.problems)
    assert not result.errors
    assert not result.skipped
    assert set(result.completed) == {*PREREQUISITES, *CHECKS}
    assert result.facts["project"] == "acme-shop"
    assert result.facts["region"] == "europe-west1"
    assert result.facts["who"] == "a user, name unknown"


_BAD_PLAN = replace(
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


def _break_everything(fake_project: Project) -> None:
    full = dict.fromkeys(("NETWORKS", "SUBNETWORKS", "ROUTERS", "STATIC_ADDRESSES", "IN_USE_ADDRESSES"), 0.0)
    fake_project.limits = {"N2_CPUS": 8, **full}
    fake_project.granted = ["compute.networks.create"]
    fake_project.respond("serviceusage.services.batchGet", enabled("compute.googleapis.com"))
    existing = {"name": "shop", "status": "RUNNING", "resourceLabels": FOREIGN_LABELS}
    fake_project.respond("container.projects.locations.clusters.get", existing)
    fake_project.respond("iam.projects.serviceAccounts.get", {"displayName": "somebody's"})
    office = {"network": network("office"), "ipCidrRange": "10.20.0.0/24"}
    fake_project.respond(
        "compute.subnetworks.aggregatedList", aggregated_list("subnetworks", {"office": ([REGION], office)})
    )


def test_reports_all_problems_at_once(fake_project: Project) -> None:
    _break_everything(fake_project)
    result = check(_BAD_PLAN, fake_project.session)
    assert sorted({problem.subject for problem in result.errors}) == sorted(
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
    assert {problem.subject for problem in result.warnings} == {
        "pool cards",
        "range 10.20.0.0/16 (nodes)",
    }
    assert [problem.severity for problem in result.problems] == sorted(problem.severity for problem in result.problems)
    assert all(problem.message and problem.remedy for problem in result.problems)
    assert result.errors
    assert not result.skipped


def test_every_api_call_has_a_permission_in_the_table(fake_project: Project) -> None:
    _break_everything(fake_project)
    check(_BAD_PLAN, fake_project.session)
    assert fake_project.calls == {*PERMISSIONS, "cloudresourcemanager.projects.testIamPermissions"}  # needs none


def test_sends_only_read_requests(fake_project: Project) -> None:
    check(_BAD_PLAN, fake_project.session)
    reading = ("get", "list", "batchGet", "aggregatedList", "testIamPermissions", "getServerConfig")
    assert {name.rpartition(".")[2] for name in fake_project.calls} <= set(reading)


def test_missing_permission_skips_only_its_check(fake_project: Project) -> None:
    fake_project.respond("container.projects.locations.getServerConfig", DENIED)
    fake_project.respond("compute.projects.get", RefusedError(403, "IAM_PERMISSION_DENIED", permission="compute.x.get"))
    fake_project.respond("serviceusage.services.batchGet", {})
    result = check(PLAN, fake_project.session)
    assert [problem.subject for problem in result.errors] == ["APIs"]
    assert [problem.message for problem in result.warnings] == [
        "the caller lacks the permission container.clusters.list, so these checks did not run: version",
        "the caller lacks the permission compute.x.get, so these checks did not run: machine quotas, network quotas",
    ]
    assert result.skipped == ["version", "machine quotas", "network quotas"]
    assert "secret" not in format_problems(result.problems)


def test_disabled_api_is_reported_once(fake_project: Project) -> None:
    off = RefusedError(403, "SERVICE_DISABLED", service="container.googleapis.com")
    fake_project.respond("container.projects.locations.getServerConfig", off)
    fake_project.respond("container.projects.locations.clusters.get", off)
    result = check(PLAN, fake_project.session)
    [problem] = result.problems
    assert problem.severity == "warning"
    assert "container.googleapis.com is not enabled, so these checks did not run: version, cluster" in problem.message


def test_unknown_project_skips_all_checks(fake_project: Project) -> None:
    fake_project.respond("cloudresourcemanager.projects.get", RefusedError(404, "notFound"))
    result = check(PLAN, fake_project.session)
    assert [problem.subject for problem in result.problems] == ["project acme-shop"]
    assert result.completed == ["project"]
    assert set(result.skipped) == {"region", *CHECKS}


def test_unreadable_project_does_not_stop_the_checks(fake_project: Project) -> None:
    fake_project.respond("cloudresourcemanager.projects.get", DENIED)
    result = check(PLAN, fake_project.session)
    assert not result.errors
    assert result.skipped == ["project"]


def test_unknown_region_skips_all_checks(fake_project: Project) -> None:
    result = check(replace(PLAN, region="europe-west99"), fake_project.session)
    assert [problem.subject for problem in result.problems] == ["region europe-west99"]
    assert set(result.skipped) == set(CHECKS)


def test_failed_check_is_an_error(fake_project: Project) -> None:
    fake_project.respond("container.projects.locations.clusters.get", RefusedError(400, "secret"))
    fake_project.respond("compute.acceleratorTypes.aggregatedList", KeyError("secret-looking text"))
    plan = replace(PLAN, pools=[GcpPool("p", ["g2-standard-4"], 1, gpu=True, accelerator="nvidia-l4")])
    result = check(plan, fake_project.session)
    assert [problem.message for problem in result.errors] == [
        "the check GPU availability failed: KeyError at compute.acceleratorTypes.aggregatedList",
        "the check cluster name failed: 400 secret at container.projects.locations.clusters.get",
    ]
    assert "secret-looking" not in format_problems(result.errors)


def test_missing_credentials_are_the_only_problem() -> None:
    result = check(PLAN)
    assert [problem.message for problem in result.problems] == ["no credentials found"]
    assert "gcloud auth application-default login" in result.problems[0].remedy
    assert set(result.skipped) == {*PREREQUISITES, *CHECKS}
    assert result.facts == {"project": "acme-shop", "region": "europe-west1"}
    assert result.errors


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (RefusedError(401, "ACCESS_TOKEN_EXPIRED"), "refreshing the credentials failed"),
        (RefreshError("secret"), "refreshing the credentials failed"),
        (ServerNotFoundError("secret"), "cannot be reached"),
    ],
)
def test_failed_login_is_the_only_problem(
    fake_project: Project, monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    monkeypatch.setattr("anykube_cli.preflight.gcp.clients._RETRIES", 0)
    fake_project.respond("cloudresourcemanager.projects.get", error)
    result = check(PLAN, fake_project.session)
    assert len(result.problems) == 1
    assert message in format_problems(result.problems)
    assert "secret" not in format_problems(result.problems)
    assert not result.completed


def test_credentials_expiring_during_the_run_are_reported_once(fake_project: Project) -> None:
    for method in ("compute.subnetworks.aggregatedList", "container.projects.locations.getServerConfig"):
        fake_project.respond(method, RefusedError(401, "ACCESS_TOKEN_EXPIRED"))
    result = check(PLAN, fake_project.session)
    assert len(result.problems) == 1
    assert set(result.skipped) == {"version", "overlapping ranges"}


def test_retries_throttled_requests(fake_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    responses = iter([RefusedError(429, "RATE_LIMIT_EXCEEDED"), RefusedError(503), None])

    def respond(*_: object) -> object:
        return next(responses) or {"channels": channels()}

    fake_project.respond("container.projects.locations.getServerConfig", respond)
    assert not check(PLAN, fake_project.session).errors


def test_missing_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.auth", None)
    assert "uv sync --extra gcp" in format_problems(check(PLAN).problems)


def test_fake_responses_are_validated_by_discovery_documents(fake_project: Project) -> None:
    fake_project.respond("compute.regions.list", {"items": [{"name": REGION, "colour": "green"}]})
    assert "AssertionError at compute.regions.list" in format_problems(check(PLAN, fake_project.session).errors)


def test_token_is_sent_but_not_shown(fake_project: Project) -> None:
    result = check(_BAD_PLAN, fake_project.session)
    assert all(headers["authorization"] == "Bearer secret-token" for headers in fake_project.wire.headers)
    assert "secret" not in format_problems(result.problems) + str(result.facts)


def test_missing_quota_project_is_a_missing_permission(fake_project: Project) -> None:
    fake_project.respond("serviceusage.services.batchGet", RefusedError(403, "USER_PROJECT_DENIED"))
    assert "lacks the permission serviceusage.services.use" in format_problems(
        check(PLAN, fake_project.session).warnings
    )
