"""Checks the project, the caller's permissions in it, and its APIs."""

from collections.abc import Iterable, Mapping
from typing import Any

from anykube_cli.preflight.gcp.clients import Clients, execute, get_or_none
from anykube_cli.preflight.gcp.errors import RequestError, disabled_api, missing_permission, status
from anykube_cli.preflight.gcp.plan import GcpPlan
from anykube_cli.preflight.problem import Problem


def project(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """The project must exist and be active. Without access, Google Cloud denies every project, existing or not.

    https://cloud.google.com/resource-manager/reference/rest/v3/projects/get
    """
    subject = f"project {plan.project}"
    try:
        existing = get_or_none(clients.projects.projects().get(name=f"projects/{plan.project}"))
    except RequestError as error:
        if missing_permission(error) and not _granted(plan, clients):
            yield Problem(
                subject,
                "the project does not exist, or the caller has none of the required permissions in it",
                "compare its id with `gcloud projects list`, and ask for roles in the project",
            )
            return
        raise
    if existing is None:
        yield Problem(subject, "Google Cloud has no such project", "compare its id with `gcloud projects list`")
    elif existing.get("state") != "ACTIVE":
        yield Problem(
            subject,
            f"the project is {existing.get('state', 'in an unknown state')}, so nothing can be created in it",
            f"restore it: gcloud projects undelete {plan.project}, or use another project",
        )


def permissions(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """Permissions that the caller lacks, by the predefined role that has them.

    https://cloud.google.com/resource-manager/reference/rest/v3/projects/testIamPermissions
    """
    granted = set(_granted(plan, clients))
    for role, required in plan.permissions.items():
        if missing := [permission for permission in required if permission not in granted]:
            yield Problem(
                "permissions",
                f"the caller lacks {', '.join(missing)}",
                f"grant {role}, or a custom role with these permissions: "
                f"gcloud projects add-iam-policy-binding {plan.project} --role {role} --member PRINCIPAL",
            )


def services(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """Required APIs that are not enabled. A warning if the stack enables them.

    https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchGet
    """
    parent = f"projects/{plan.project}"
    names = [f"{parent}/services/{name}" for name in plan.services]
    response = execute(clients.services.services().batchGet(parent=parent, names=names))
    states = {_service(item): item.get("state") for item in response.get("services", ())}
    disabled = [name for name in plan.services if states.get(name) != "ENABLED"]
    if not disabled:
        return
    message = f"{', '.join(disabled)} {'is' if len(disabled) == 1 else 'are'} not enabled"
    enable = f"gcloud services enable --project {plan.project} {' '.join(disabled)}"
    if plan.enables_services:
        yield Problem(
            "APIs",
            f"{message}; deploying the stack enables them, but until then preflight cannot check what depends on them",
            f"to check that now, enable them: {enable}",
            "warning",
        )
    else:
        yield Problem("APIs", message, enable)


def _service(item: Mapping[str, Any]) -> str:
    return str(item.get("name", "")).rpartition("/")[2]


def _granted(plan: GcpPlan, clients: Clients) -> Iterable[str]:
    """The required permissions that the caller has. The API tests at most 100 in a request."""
    required = [permission for permissions in plan.permissions.values() for permission in permissions]
    request = clients.projects.projects().testIamPermissions(
        resource=f"projects/{plan.project}", body={"permissions": required}
    )
    try:
        granted: Iterable[str] = execute(request).get("permissions", ())
    except RequestError as error:
        # A disabled API says nothing about permissions.
        if status(error) not in (403, 404) or disabled_api(error):
            raise
        return ()
    return granted
