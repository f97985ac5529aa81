"""Authenticates callers of a cluster, and maps their Azure roles to Kubernetes groups.

With Azure RBAC, role assignments grant access: Reader is Kubernetes' role `view`, Cluster Admin its group
`system:masters`. https://learn.microsoft.com/en-us/azure/aks/manage-azure-rbac
"""

from collections.abc import Mapping, Sequence

from anykube_rehearsal.azure import token
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.account.catalogue import roles
from anykube_rehearsal.azure.account.clusters import kubernetes_name
from anykube_rehearsal.azure.account.grants import data_actions, granted_roles
from anykube_rehearsal.azure.plugin.facts import CLUSTER
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Record
from anykube_rehearsal.cloud.kubernetes import ADMINS, AUDITORS, EDITORS, VIEWERS

_GROUPS: Mapping[str, str] = {
    roles.CLUSTER_ADMIN: ADMINS,
    roles.ADMIN: "anykube:admin",
    roles.WRITER: "anykube:edit",
    roles.READER: VIEWERS,
}
"""Kubernetes groups by Azure role."""
_OBJECTS = "Microsoft.ContainerService/managedClusters"
_GROUPS_OF_ACTIONS: Mapping[str, str] = {f"{_OBJECTS}/*/read": AUDITORS, f"{_OBJECTS}/*/write": EDITORS}
"""Kubernetes groups by data action of a custom role.

https://learn.microsoft.com/en-us/azure/aks/manage-azure-rbac#create-custom-roles-definitions
"""


def review(account: Account, cluster: str, bearer_token: object) -> tuple[str | None, Sequence[str] | None]:
    """The principal of a token, and its groups in the cluster. (None, None) if the token is not valid there."""
    principal = token.SIGNER.principal(account.folder, token.SERVER, bearer_token)
    record = next((record for record in account.store.all(CLUSTER) if kubernetes_name(record.id) == cluster), None)
    if principal is None or record is None or directory.find(account, principal) is None:
        return None, None
    return principal, groups(account, record, principal)


def groups(account: Account, cluster: Record, principal: str) -> Sequence[str]:
    """The Kubernetes groups of a principal. Without any it is authenticated, but has no permissions."""
    profile = cluster.inputs.get("aadProfile") or {}
    if not profile.get("managed"):
        return []
    if principal in (profile.get("adminGroupObjectIDs") or []):
        return [ADMINS]
    if not profile.get("enableAzureRBAC"):
        return []
    granted = list(granted_roles(account, {principal, *directory.groups_of(principal)}, cluster.id))
    actions = {action for role in granted for action in data_actions(role)}
    by_action = {group for action, group in _GROUPS_OF_ACTIONS.items() if action in actions}
    return sorted({_GROUPS[role] for role in granted if role in _GROUPS} | by_action)
