"""Who a caller is to a cluster: IAM of the project gives roles in Kubernetes, and RBAC in it adds to that.

https://cloud.google.com/kubernetes-engine/docs/how-to/role-based-access-control#iam-interaction
"""

from collections.abc import Mapping, Sequence

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.kubernetes import ADMINS, VIEWERS
from anykube_rehearsal.cloud.token import Signer
from anykube_rehearsal.gcp.account.tokens import CLUSTER, PROJECT_MEMBER

SIGNER = Signer("ya29.anykube-")
"""The beginning of Google's access tokens: https://cloud.google.com/docs/authentication/token-types#access"""
AUDIENCE = "https://www.googleapis.com/auth/cloud-platform"
"""A token of Google's is for all of its APIs, and for any cluster."""

_GROUPS: Mapping[str, str] = {
    "roles/owner": ADMINS,
    "roles/container.admin": ADMINS,
    "roles/container.viewer": VIEWERS,
    "roles/viewer": VIEWERS,
}


def deployer(project: str) -> str:
    """Who brings stacks up: an owner of the project."""
    return f"anykube-deployer@{project}.iam.gserviceaccount.com"


def review(account: Account, cluster: str, token: object) -> tuple[str | None, Sequence[str] | None]:
    """Whose a token is, and in which groups. Google knows a caller even where he may do nothing."""
    who = SIGNER.principal(account.folder, AUDIENCE, token)
    if who is None:
        return None, None
    location, _, name = cluster.partition(".")
    found = [
        one for one in account.store.all(CLUSTER) if (one.inputs["location"], one.inputs["name"]) == (location, name)
    ]
    project = str(found[0].inputs["project"]) if found else who.partition("@")[2].partition(".")[0]
    roles = {
        str(one.inputs["role"])
        for one in account.store.all(PROJECT_MEMBER)
        if one.inputs["project"] == project and str(one.inputs["member"]).partition(":")[2] == who
    }
    if who == deployer(project):
        roles.add("roles/owner")
    return who, sorted({_GROUPS[role] for role in roles if role in _GROUPS})
