"""Who may do what: role assignments, which hold for all that is in their scope.

https://learn.microsoft.com/en-us/azure/role-based-access-control/scope-overview
"""

from collections.abc import Collection, Iterator

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.catalogue import roles
from anykube_rehearsal.azure.plugin.facts import ASSIGNMENT
from anykube_rehearsal.cloud.account.account import Account


def granted(account: Account, principals: Collection[str], identifier: str) -> Iterator[str]:
    """GUIDs of the roles that principals have on something, by an assignment on it or above it."""
    who = {principal.lower() for principal in principals}
    for one in account.store.all(ASSIGNMENT):
        if str(one.inputs.get("principalId")).lower() in who and ids.within(identifier, str(one.inputs.get("scope"))):
            yield roles.guid_of(str(one.inputs.get("roleDefinitionId")))


def has_role(account: Account, principal: str, identifier: str, wanted: Collection[str]) -> bool:
    """Whether a principal has one of these roles on something."""
    return any(role in wanted for role in granted(account, {principal}, identifier))
