"""What the caller may do in the subscription, by the roles that are assigned there and above.

https://learn.microsoft.com/azure/role-based-access-control/role-definitions
"""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Any

from anykube_cli.preflight.azure.clients import Clients
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.problem import Problem


def actions(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Actions that no assigned role has. Those of a part of the subscription alone do not count."""
    held = list(_held(plan, clients))
    for role, needed in plan.actions.items():
        if missing := [one for one in needed if not any(_allows(permission, one) for permission in held)]:
            yield Problem(
                "permissions",
                f"the caller has not {', '.join(missing)}",
                f"assign {role}, or a role of your own with them: az role assignment create --assignee PRINCIPAL "
                f'--role "{role}" --scope /subscriptions/{plan.subscription}',
            )


def _held(plan: AzurePlan, clients: Clients) -> Iterable[Any]:
    """The permissions of the caller's roles, those of its groups included.

    https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest
    """
    scope = f"/subscriptions/{plan.subscription}".lower()
    mine = f"atScope() and assignedTo('{clients.principal}')"
    assigned = clients.authorization.role_assignments.list_for_subscription(filter=mine)
    for role in sorted({one.role_definition_id for one in assigned if _reaches(one.scope, scope)}):
        yield from clients.authorization.role_definitions.get_by_id(role).permissions or ()


def _reaches(of: str | None, scope: str) -> bool:
    """Whether an assignment is of the subscription, or of what is above it."""
    return (of or "/").lower() in ("/", scope) or "/managementgroups/" in (of or "").lower()


def _allows(permission: Any, wanted: str) -> bool:
    return _among(permission.actions, wanted) and not _among(permission.not_actions, wanted)


def _among(patterns: Sequence[str] | None, wanted: str) -> bool:
    return any(fnmatchcase(wanted.lower(), pattern.lower()) for pattern in patterns or ())
