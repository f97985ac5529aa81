"""Azure roles of a cluster for permissions that no built-in role has.

The built-in RBAC Reader reads no Secrets, and no built-in role but RBAC Cluster Admin creates namespaces.

https://learn.microsoft.com/azure/aks/manage-azure-rbac#create-custom-roles-definitions
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_azure_native.authorization as authorization
import pulumi_azure_native.resources as resources

from anykube._clusters.access import Role
from anykube._clusters.aks.naming import role_definition_name
from anykube._clusters.aks.resource_scope import ResourceScope

_OBJECTS = "Microsoft.ContainerService/managedClusters"


@dataclass(frozen=True)
class CustomRole:
    """The data actions of a role."""

    description: str
    actions: Sequence[str]
    not_actions: Sequence[str] = ()


CUSTOM_ROLES: Mapping[Role, CustomRole] = {
    "reviewer": CustomRole(
        "Deploys review stacks; an admission policy in the cluster limits it to namespaces pr-NUMBER",
        (f"{_OBJECTS}/*/read", f"{_OBJECTS}/*/write", f"{_OBJECTS}/*/delete"),
        # Admission policies do not apply to themselves.
        (
            f"{_OBJECTS}/admissionregistration.k8s.io/*/write",
            f"{_OBJECTS}/admissionregistration.k8s.io/*/delete",
        ),
    ),
    "previewer": CustomRole("Reads everything in the cluster", (f"{_OBJECTS}/*/read",)),
}


def custom_role_guid(subscription: str, cluster: str, role: Role) -> str:
    """The GUID of a cluster's custom role."""
    return role_definition_name(subscription, cluster, role)


def create_custom_role(
    children: ResourceScope, cluster: str, role: Role, group: resources.ResourceGroup
) -> authorization.RoleDefinition:
    """Creates a custom role that can be assigned in the cluster's resource group."""
    custom = CUSTOM_ROLES[role]
    guid = custom_role_guid(children.subscription, cluster, role)
    return authorization.RoleDefinition(
        children.name(f"{role}-role"),
        role_definition_id=guid,
        # Unique in the tenant.
        role_name=f"Anykube {role} of {cluster} ({guid[:8]})",
        role_type="CustomRole",
        description=custom.description,
        scope=group.id,
        assignable_scopes=[group.id],
        permissions=[
            authorization.PermissionArgs(
                actions=[],
                not_actions=[],
                data_actions=list(custom.actions),
                not_data_actions=list(custom.not_actions),
            )
        ],
        opts=children.options(),
    )
