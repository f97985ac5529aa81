"""Permissions by role assignments. An assignment applies to everything in its scope.

https://learn.microsoft.com/en-us/azure/role-based-access-control/scope-overview
"""

from collections.abc import Collection, Iterator

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.catalogue import roles as catalogue
from anykube_rehearsal.azure.account.directory import DIRECTORY
from anykube_rehearsal.azure.plugin.facts import ASSIGNMENT
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.propagation import is_pending


def granted_roles(account: Account, principals: Collection[str], identifier: str) -> Iterator[str]:
    """GUIDs of the roles that principals have on a resource, assigned there or on a parent scope."""
    lowercase = {principal.lower() for principal in principals}
    for assignment in account.store.all(ASSIGNMENT):
        inputs = assignment.inputs
        in_scope = ids.within(identifier, str(inputs.get("scope")))
        if in_scope and str(inputs.get("principalId")).lower() in lowercase:
            yield catalogue.guid_of(str(inputs.get("roleDefinitionId")))


def data_actions(guid: str) -> frozenset[str]:
    """The data actions of a custom role; none for a built-in one."""
    return frozenset(DIRECTORY.roles.get(guid, ()))


def has_role(account: Account, principal: str, identifier: str, role_guids: Collection[str]) -> bool:
    """Whether a principal has one of these roles on a resource."""
    roles = granted_roles(account, {principal}, identifier)
    # https://learn.microsoft.com/en-us/azure/role-based-access-control/troubleshooting
    return any(role in role_guids for role in roles) and not is_pending(account, f"{principal} {identifier}")
