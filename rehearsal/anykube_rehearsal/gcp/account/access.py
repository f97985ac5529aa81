"""Authenticates callers of a cluster. IAM roles of the project map to Kubernetes groups; RBAC in the cluster adds more.

https://cloud.google.com/kubernetes-engine/docs/how-to/role-based-access-control#iam-interaction
"""

from collections.abc import Mapping, Sequence

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.kubernetes import ADMINS, VIEWERS
from anykube_rehearsal.cloud.token import Signer
from anykube_rehearsal.gcp.account.tokens import CLUSTER, PROJECT_MEMBER

SIGNER = Signer("ya29.anykube-")
"""`ya29.` is the prefix of Google's access tokens: https://cloud.google.com/docs/authentication/token-types#access"""
AUDIENCE = "https://www.googleapis.com/auth/cloud-platform"
"""One Google access token is valid for all Google APIs and all clusters."""

_GROUPS: Mapping[str, str] = {
    "roles/owner": ADMINS,
    "roles/container.admin": ADMINS,
    "roles/container.viewer": VIEWERS,
    "roles/viewer": VIEWERS,
}


def deployer(project: str) -> str:
    """The service account that deploys stacks: an owner of the project."""
    return f"anykube-deployer@{project}.iam.gserviceaccount.com"


def review(account: Account, cluster: str, token: object) -> tuple[str | None, Sequence[str] | None]:
    """The principal of a token, and its groups. A principal without roles is authenticated, but in no group."""
    principal = SIGNER.principal(account.folder, AUDIENCE, token)
    if principal is None:
        return None, None
    location, _, name = cluster.partition(".")
    records = [
        record
        for record in account.store.all(CLUSTER)
        if (record.inputs["location"], record.inputs["name"]) == (location, name)
    ]
    project = str(records[0].inputs["project"]) if records else principal.partition("@")[2].partition(".")[0]
    roles = {
        str(binding.inputs["role"])
        for binding in account.store.all(PROJECT_MEMBER)
        if binding.inputs["project"] == project and str(binding.inputs["member"]).partition(":")[2] == principal
    }
    if principal == deployer(project):
        roles.add("roles/owner")
    return principal, sorted({_GROUPS[role] for role in roles if role in _GROUPS})
