"""Whom a cluster lets in, and as what.

With Azure RBAC a role assignment says so; a role that reads is Kubernetes' own role `view`, one that may do anything
is its group of masters. https://learn.microsoft.com/en-us/azure/aks/manage-azure-rbac
"""

from collections.abc import Mapping, Sequence

from anykube_rehearsal.azure import token
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.account.catalogue import roles
from anykube_rehearsal.azure.account.clusters import kubernetes
from anykube_rehearsal.azure.account.grants import granted
from anykube_rehearsal.azure.plugin.facts import CLUSTER
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Record
from anykube_rehearsal.cloud.kubernetes import ADMINS, VIEWERS

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
