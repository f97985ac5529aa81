from dataclasses import replace

import pytest
from anykube_cli.preflight.gcp.projects import permissions, project, services
from anykube_cli.preflight.gcp.errors import RequestError

from tests.operations.preflight.gcp.project import PLAN, SERVICES, Project, enabled
from tests.operations.preflight.gcp.wire import DENIED, RefusedError
from tests.operations.preflight.problem_text import said

_GET = "cloudresourcemanager.projects.get"


def test_a_project_that_is_there(project_: Project) -> None:
    for check in (project, permissions, services):
        assert not project_.found(check, PLAN)


def test_a_project_that_there_is_not(project_: Project) -> None:
    project_.answer(_GET, RefusedError(404, "notFound"))
    [problem] = project_.found(project, PLAN)
    assert (problem.severity, problem.subject) == ("error", "project acme-shop")
    assert "no such project" in problem.message


def test_a_project_that_is_being_deleted(project_: Project) -> None:
    project_.answer(_GET, {"projectId": "acme-shop", "state": "DELETE_REQUESTED"})
    [problem] = project_.found(project, PLAN)
    assert "it is DELETE_REQUESTED" in problem.message
    assert "gcloud projects undelete acme-shop" in problem.remedy


@pytest.mark.parametrize("status", [403, 404])
def test_a_project_in_which_the_caller_may_do_nothing(project_: Project, status: int) -> None:
    project_.answer(_GET, DENIED)
    project_.answer("cloudresourcemanager.projects.testIamPermissions", RefusedError(status, "IAM_PERMISSION_DENIED"))
    [problem] = project_.found(project, PLAN)
    assert problem.severity == "error"
    assert "is not there, or the caller may do nothing" in problem.message


def test_a_project_that_the_caller_may_use_but_not_look_at(project_: Project) -> None:
    project_.answer(_GET, DENIED)
    with pytest.raises(RequestError):
        project_.found(project, PLAN)


def test_permissions_that_are_missing_are_told_by_role(project_: Project) -> None:
    project_.held = ["container.clusters.create"]
    one, other = project_.found(permissions, PLAN)
    assert (one.severity, one.message) == ("error", "the caller has not container.clusters.delete")
    assert "add-iam-policy-binding acme-shop --role roles/container.admin" in one.remedy
    assert other.message == "the caller has not compute.networks.create"


def test_services_that_are_not_enabled(project_: Project) -> None:
    project_.answer("serviceusage.services.batchGet", enabled(SERVICES[0]))
    [problem] = project_.found(services, PLAN)
    assert problem.severity == "error"
    assert problem.message == "container.googleapis.com is not enabled"
    assert problem.remedy == "gcloud services enable --project acme-shop container.googleapis.com"


def test_services_that_the_stack_enables_are_a_hint(project_: Project) -> None:
    project_.answer("serviceusage.services.batchGet", {})
    [problem] = project_.found(services, replace(PLAN, enables=True))
    assert problem.severity == "warning"
    assert "compute.googleapis.com, container.googleapis.com are not enabled" in said([problem])
