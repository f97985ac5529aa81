"""Whom a cluster lets in, and as what.

With Azure RBAC a role assignment says so; a role that reads is Kubernetes' own role `view`, one that may do anything
is its group of masters. https://learn.microsoft.com/en-us/azure/aks/manage-azure-rbac
"""

from collections.abc import Mapping, Sequence

from sandbox.azure import token
from sandbox.azure.account import directory
from sandbox.azure.account.catalogue import roles
from sandbox.azure.account.clusters import kubernetes
from sandbox.azure.account.grants import granted
from sandbox.azure.plugin.facts import CLUSTER
from sandbox.cloud.account.account import Account
from sandbox.cloud.account.model import Record
from sandbox.cloud.kubernetes import ADMINS, VIEWERS

_GROUPS: Mapping[str, str] = {
    roles.CLUSTER_ADMIN: ADMINS,
    roles.ADMIN: "anykube:admin",
    roles.WRITER: "anykube:edit",
    roles.READER: VIEWERS,
}
"""The groups of Kubernetes' that stand for the roles."""


def review(account: Account, cluster: str, given: object) -> tuple[str | None, Sequence[str] | None]:
    """Who shows a token to a cluster, and in which groups that is there. Nobody is somebody without Entra."""
    who = token.SIGNER.principal(account.folder, token.SERVER, given)
    found = next((one for one in account.store.all(CLUSTER) if kubernetes(one.id) == cluster), None)
    if who is None or found is None or directory.find(account, who) is None:
        return None, None
    return who, groups(account, found, who)


def groups(account: Account, cluster: Record, principal: str) -> Sequence[str]:
    """The groups of Kubernetes' that a principal is in; none: it is known, and may do nothing."""
    profile = cluster.inputs.get("aadProfile") or {}
    if not profile.get("managed"):
        return []
    if principal in (profile.get("adminGroupObjectIDs") or []):
        return [ADMINS]
    if not profile.get("enableAzureRBAC"):
        return []
    return sorted({_GROUPS[role] for role in granted(account, {principal}, cluster.id) if role in _GROUPS})
