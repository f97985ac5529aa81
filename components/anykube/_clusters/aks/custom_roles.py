"""Azure roles for permissions in clusters that no built-in role has.

The built-in RBAC Reader reads no Secrets, and no built-in role but RBAC Cluster Admin creates namespaces.
`anykube roles` defines these roles once in a subscription. A stack only assigns them: an identity that could change
definitions could change its own.

https://learn.microsoft.com/azure/aks/manage-azure-rbac#create-custom-roles-definitions
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anykube._clusters.access import Role
from anykube._clusters.aks.naming import role_definition_name

_OBJECTS = "Microsoft.ContainerService/managedClusters"


@dataclass(frozen=True)
class CustomRole:
    """The data actions of a role."""

    title: str
    description: str
    data_actions: Sequence[str]
    not_data_actions: Sequence[str] = ()


CUSTOM_ROLES: Mapping[Role, CustomRole] = {
    "reviewer": CustomRole(
        "cluster reviewer",
        "Deploys review stacks; an admission policy in the cluster limits it to namespaces pr-NUMBER",
        (f"{_OBJECTS}/*/read", f"{_OBJECTS}/*/write", f"{_OBJECTS}/*/delete"),
        # Admission policies do not apply to themselves.
        (
            f"{_OBJECTS}/admissionregistration.k8s.io/*/write",
            f"{_OBJECTS}/admissionregistration.k8s.io/*/delete",
        ),
    ),
    "previewer": CustomRole("cluster previewer", "Reads everything in clusters", (f"{_OBJECTS}/*/read",)),
}


def custom_role_guid(subscription: str, role: Role) -> str:
    """The GUID of a custom role in a subscription."""
    return role_definition_name(subscription, CUSTOM_ROLES[role].title)
