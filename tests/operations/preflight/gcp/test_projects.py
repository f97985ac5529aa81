from dataclasses import replace

import pytest
from anykube_cli.preflight.gcp.errors import RequestError, disabled_api
from anykube_cli.preflight.gcp.projects import permissions, project, services

from tests.operations.preflight.gcp.project import PLAN, SERVICES, Project, enabled
from tests.operations.preflight.gcp.wire import DENIED, RefusedError
from tests.operations.preflight.problem_text import format_problems

_GET = "cloudresourcemanager.projects.get"


def test_valid_project(fake_project: Project) -> None:
    for check in (project, permissions, services):
        assert not fake_project.run(check, PLAN)


def test_unknown_project(fake_project: Project) -> None:
    fake_project.respond(_GET, RefusedError(404, "notFound"))
    [problem] = fake_project.run(project, PLAN)
    assert (problem.severity, problem.subject) == ("error", "project acme-shop")
    assert "no such project" in problem.message


def test_project_being_deleted(fake_project: Project) -> None:
    fake_project.respond(_GET, {"projectId": "acme-shop", "state": "DELETE_REQUESTED"})
    [problem] = fake_project.run(project, PLAN)
    assert "is DELETE_REQUESTED" in problem.message
    assert "gcloud projects undelete acme-shop" in problem.remedy


@pytest.mark.parametrize("status", [403, 404])
def test_project_without_any_permission(fake_project: Project, status: int) -> None:
    fake_project.respond(_GET, DENIED)
    fake_project.respond(
        "cloudresourcemanager.projects.testIamPermissions", RefusedError(status, "IAM_PERMISSION_DENIED")
    )
    [problem] = fake_project.run(project, PLAN)
    assert problem.severity == "error"
    assert "does not exist, or the caller has none" in problem.message


def test_usable_but_unreadable_project(fake_project: Project) -> None:
    fake_project.respond(_GET, DENIED)
    with pytest.raises(RequestError):
        fake_project.run(project, PLAN)


def test_disabled_api_is_not_reported_as_missing_permissions(fake_project: Project) -> None:
    disabled = RefusedError(403, "SERVICE_DISABLED", service="cloudresourcemanager.googleapis.com")
    fake_project.respond(_GET, disabled)
    fake_project.respond("cloudresourcemanager.projects.testIamPermissions", disabled)
    for check in (project, permissions):
        with pytest.raises(RequestError) as error:
            fake_project.run(check, PLAN)
        assert disabled_api(error.value) == "cloudresourcemanager.googleapis.com"


def test_reports_missing_permissions_by_role(fake_project: Project) -> None:
    fake_project.granted = ["container.clusters.create"]
    clusters, networks = fake_project.run(permissions, PLAN)
    assert (clusters.severity, clusters.message) == ("error", "the caller lacks container.clusters.delete")
    assert "add-iam-policy-binding acme-shop --role roles/container.admin" in clusters.remedy
    assert networks.message == "the caller lacks compute.networks.create"


def test_disabled_apis(fake_project: Project) -> None:
    fake_project.respond("serviceusage.services.batchGet", enabled(SERVICES[0]))
    [problem] = fake_project.run(services, PLAN)
    assert problem.severity == "error"
    assert problem.message == "container.googleapis.com is not enabled"
    assert problem.remedy == "gcloud services enable --project acme-shop container.googleapis.com"


def test_apis_that_the_stack_enables_are_a_warning(fake_project: Project) -> None:
    fake_project.respond("serviceusage.services.batchGet", {})
    [problem] = fake_project.run(services, replace(PLAN, enables_services=True))
    assert problem.severity == "warning"
    assert "compute.googleapis.com, container.googleapis.com are not enabled" in format_problems([problem])
