"""Whether the project is there, lets this caller make what the stack has, and has the APIs for it."""

from collections.abc import Iterable, Mapping
from typing import Any

from anykube_cli.preflight.gcp.clients import Clients, ask, found
from anykube_cli.preflight.gcp.plan import GcpPlan
from anykube_cli.preflight.gcp.refusal import AskedError, denied, status
from anykube_cli.preflight.problem import Problem


def project(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """Whether the project is there and alive. One that the caller may not see looks like one that there is not.

    https://cloud.google.com/resource-manager/reference/rest/v3/projects/get
    """
    subject = f"project {plan.project}"
    try:
        there = found(clients.projects.projects().get(name=f"projects/{plan.project}"))
    except AskedError as error:
        if denied(error) and not _held(plan, clients):
            yield Problem(
                subject,
                "it is not there, or the caller may do nothing of what the stack needs in it",
                "compare its id with `gcloud projects list`, and have the roles of the project granted to the caller",
            )
            return
        raise
    if there is None:
        yield Problem(subject, "Google Cloud has no such project", "compare its id with `gcloud projects list`")
    elif there.get("state") != "ACTIVE":
        yield Problem(
            subject,
            f"it is {there.get('state', 'in no state')}, so that nothing can be made in it",
            f"restore it: gcloud projects undelete {plan.project}, or name another",
        )


def permissions(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """What the caller may not do, by the predefined role that would have it.

    https://cloud.google.com/resource-manager/reference/rest/v3/projects/testIamPermissions
    """
    held = set(_held(plan, clients))
    for role, needed in plan.permissions.items():
        if missing := [permission for permission in needed if permission not in held]:
            yield Problem(
                "permissions",
                f"the caller has not {', '.join(missing)}",
                f"grant {role}, or a role of your own with them: gcloud projects add-iam-policy-binding {plan.project} "
                f"--role {role} --member PRINCIPAL",
            )


def services(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """APIs that are not enabled: a hint where the stack enables them and the caller may.

    https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchGet
    """
    parent = f"projects/{plan.project}"
    names = [f"{parent}/services/{name}" for name in plan.services]
    answer = ask(clients.services.services().batchGet(parent=parent, names=names))
    states = {_service(item): item.get("state") for item in answer.get("services", ())}
    disabled = [name for name in plan.services if states.get(name) != "ENABLED"]
    if not disabled:
        return
    named = f"{', '.join(disabled)} {'is' if len(disabled) == 1 else 'are'} not enabled"
    enable = f"gcloud services enable --project {plan.project} {' '.join(disabled)}"
    if plan.enables:
        yield Problem(
            "APIs",
            f"{named}; the stack enables what it uses, which takes minutes, and until then it is not known what speaks "
            "against the stack there",
            f"to know now: {enable}",
            "warning",
        )
    else:
        yield Problem("APIs", named, enable)


def _service(item: Mapping[str, Any]) -> str:
    return str(item.get("name", "")).rpartition("/")[2]


def _held(plan: GcpPlan, clients: Clients) -> Iterable[str]:
    """Of the permissions that are needed those that the caller has. Google Cloud takes a hundred at a time."""
    wanted = [permission for needed in plan.permissions.values() for permission in needed]
    request = clients.projects.projects().testIamPermissions(
        resource=f"projects/{plan.project}", body={"permissions": wanted}
    )
    try:
        held: Iterable[str] = ask(request).get("permissions", ())
    except AskedError as error:
        if status(error) not in (403, 404):
            raise
        return ()
    return held
