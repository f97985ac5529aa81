"""Rules for role assignments."""

from collections.abc import Iterator

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.account.catalogue import roles
from anykube_rehearsal.azure.account.lookup import last_segment, name
from anykube_rehearsal.azure.account.rules.rule import rule
from anykube_rehearsal.azure.plugin.facts import ASSIGNMENT
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change

_STEPS = "https://learn.microsoft.com/en-us/azure/role-based-access-control/role-assignments-steps"
_TROUBLE = "https://learn.microsoft.com/en-us/azure/role-based-access-control/troubleshooting"
_TEMPLATE = "https://learn.microsoft.com/en-us/azure/role-based-access-control/role-assignments-template"


@rule(ASSIGNMENT, on=("create",), document=_TEMPLATE)
def assignment_name(account: Account, change: Change) -> Iterator[str]:
    """The name must be a GUID."""
    del account
    assignment = last_segment(change.id)
    if not ids.is_guid(assignment):
        yield f"InvalidRoleAssignmentId: roleAssignmentName: must be a GUID, but is {assignment}"


@rule(ASSIGNMENT, on=("create",), document=_STEPS)
def definition(account: Account, change: Change) -> Iterator[str]:
    """The role must exist, built-in or in the subscription."""
    del account
    role = str(change.new.get("roleDefinitionId"))
    if "/providers/microsoft.authorization/roledefinitions/" not in role.lower():
        yield f"InvalidRoleDefinitionId: roleDefinitionId: must be the id of a role definition, but is {role}"
    elif roles.guid_of(role) not in {*roles.ROLES, *directory.DIRECTORY.roles}:
        yield f"RoleDefinitionDoesNotExist: roleDefinitionId: there is no role {roles.guid_of(role)}"


@rule(ASSIGNMENT, on=("create",), document=_TROUBLE)
def principal(account: Account, change: Change) -> Iterator[str]:
    """The principal must exist. A new one is only found if `principalType` is set, until Entra has replicated it."""
    principal_id, kind = str(change.new.get("principalId")), change.new.get("principalType")
    principal = directory.find(account, principal_id)
    if principal is None or (not principal.replicated and kind is None):
        yield (
            f"PrincipalNotFound: principalId: Principal {principal_id} does not exist in the directory. If it is new, "
            "set principalType to skip the lookup"
        )
    elif kind is not None and kind != principal.kind:
        yield f"UnmatchedPrincipalType: principalType: {principal_id} is a {principal.kind}, not a {kind}"


@rule(ASSIGNMENT, on=("create",), document=_TROUBLE)
def duplicate(account: Account, change: Change) -> Iterator[str]:
    """A principal can have a role at a scope only once, whatever the assignment's name."""
    for other in account.store.all(ASSIGNMENT):
        same = (
            ids.same(other.inputs.get("scope"), change.new.get("scope"))
            and str(other.inputs.get("principalId")).lower() == str(change.new.get("principalId")).lower()
            and roles.guid_of(str(other.inputs.get("roleDefinitionId")))
            == roles.guid_of(str(change.new.get("roleDefinitionId")))
        )
        if same and not ids.same(other.id, change.id):
            yield f"RoleAssignmentExists: The role assignment already exists. Its name is {name(other)}"
