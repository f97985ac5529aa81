"""What Azure's role-based access control refuses."""

from collections.abc import Iterator

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.account.catalogue import roles
from anykube_rehearsal.azure.account.lookup import last, name
from anykube_rehearsal.azure.account.rules.rule import rule
from anykube_rehearsal.azure.plugin.facts import ASSIGNMENT
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change

_STEPS = "https://learn.microsoft.com/en-us/azure/role-based-access-control/role-assignments-steps"
_TROUBLE = "https://learn.microsoft.com/en-us/azure/role-based-access-control/troubleshooting"
_TEMPLATE = "https://learn.microsoft.com/en-us/azure/role-based-access-control/role-assignments-template"


@rule(ASSIGNMENT, on=("create",), document=_TEMPLATE)
def assignment_name(account: Account, change: Change) -> Iterator[str]:
    """An assignment's name is a GUID."""
    del account
    given = last(change.id)
    if not ids.is_guid(given):
        yield f"InvalidRoleAssignmentId: roleAssignmentName: a GUID, and it is {given}"


@rule(ASSIGNMENT, on=("create",), document=_STEPS)
def definition(account: Account, change: Change) -> Iterator[str]:
    """The role is there."""
    del account
    given = str(change.new.get("roleDefinitionId"))
    if "/providers/microsoft.authorization/roledefinitions/" not in given.lower():
        yield f"InvalidRoleDefinitionId: roleDefinitionId: the id of a role definition, and it is {given}"
    elif roles.guid_of(given) not in roles.ROLES:
        yield f"RoleDefinitionDoesNotExist: roleDefinitionId: there is no role {roles.guid_of(given)}"


@rule(ASSIGNMENT, on=("create",), document=_TROUBLE)
def principal(account: Account, change: Change) -> Iterator[str]:
    """The principal is in Entra. One that was made just now is not seen yet, unless its type is given."""
    given, kind = str(change.new.get("principalId")), change.new.get("principalType")
    who = directory.find(account, given)
    if who is None or (not who.seen and kind is None):
        yield (
            f"PrincipalNotFound: principalId: Principal {given} does not exist in the directory. Give principalType "
            "for one that was made just now: then it is not looked up"
        )
    elif kind is not None and kind != who.kind:
        yield f"UnmatchedPrincipalType: principalType: {given} is a {who.kind}, not a {kind}"


@rule(ASSIGNMENT, on=("create",), document=_TROUBLE)
def twice(account: Account, change: Change) -> Iterator[str]:
    """The same principal has the same role at the same scope once, whatever the name."""
    for other in account.store.all(ASSIGNMENT):
        same = (
            ids.same(other.inputs.get("scope"), change.new.get("scope"))
            and str(other.inputs.get("principalId")).lower() == str(change.new.get("principalId")).lower()
            and roles.guid_of(str(other.inputs.get("roleDefinitionId")))
            == roles.guid_of(str(change.new.get("roleDefinitionId")))
        )
        if same and not ids.same(other.id, change.id):
            yield f"RoleAssignmentExists: The role assignment already exists: its name is {name(other)}"
