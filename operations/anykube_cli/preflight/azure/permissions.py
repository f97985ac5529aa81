"""Checks the caller's permissions, from the roles assigned in the subscription and above it.

https://learn.microsoft.com/azure/role-based-access-control/role-definitions
"""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from anykube_cli.preflight.azure.clients import Clients, get_or_none
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.problem import Problem


def actions(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Actions that no assigned role allows. Roles assigned only below the subscription do not count."""
    permissions = list(_permissions(plan, clients))
    for role, required in plan.actions.items():
        if missing := [action for action in required if not any(_allows(item, action) for item in permissions)]:
            yield Problem(
                "permissions",
                f"the caller lacks {', '.join(missing)}",
                f"assign {role}, or a custom role with these actions: az role assignment create --assignee PRINCIPAL "
                f'--role "{role}" --scope /subscriptions/{plan.subscription}',
            )


def roles(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Custom roles that the subscription lacks. Azure refuses an assignment of a role that it does not have."""
    read = partial(clients.authorization.role_definitions.get, f"/subscriptions/{plan.subscription}")
    for title, guid in plan.roles.items():
        if get_or_none(partial(read, guid)) is None:
            yield Problem(
                "role definitions",
                f"the subscription has no role Anykube {title}, which `cluster.access` needs",
                f"let an owner of the subscription run `anykube roles --stack {plan.stack}`",
            )


def _permissions(plan: AzurePlan, clients: Clients) -> Iterable[Any]:
    """The permissions of the caller's roles, including roles of its groups.

    https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest
    """
    scope = f"/subscriptions/{plan.subscription}".lower()
    by_caller = f"atScope() and assignedTo('{clients.principal}')"
    assignments = clients.authorization.role_assignments.list_for_subscription(filter=by_caller)
    roles = {assignment.role_definition_id for assignment in assignments if _covers(assignment.scope, scope)}
    for role in sorted(roles):
        yield from clients.authorization.role_definitions.get_by_id(role).permissions or ()


def _covers(assigned: str | None, scope: str) -> bool:
    """Whether the assigned scope is the subscription or above it."""
    return (assigned or "/").lower() in ("/", scope) or "/managementgroups/" in (assigned or "").lower()


def _allows(permission: Any, action: str) -> bool:
    return _matches(permission.actions, action) and not _matches(permission.not_actions, action)


def _matches(patterns: Sequence[str] | None, action: str) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns or ())
