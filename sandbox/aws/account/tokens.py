"""What a cluster's API server is told about the tokens of its callers."""

import secrets
from pathlib import Path

from sandbox.aws import token
from sandbox.aws.account.eks.access_entries import Account, groups_of
from sandbox.aws.account.shapes import Json
from sandbox.certificates import write_private

_API = "authentication.k8s.io/v1"


def prepare(folder: Path) -> None:
    """Makes the key that tokens are signed with, unless there is one."""
    file = token.key_file(folder)
    if not file.exists():
        write_private(file, secrets.token_hex(32))


def review(folder: Path, account: Account, cluster: str, asked: Json) -> Json:
    """The answer to a TokenReview of a cluster's API server.

    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#webhook-token-authentication
    """
    spec = asked.get("spec")
    caller = token.principal(folder, cluster, spec.get("token") if isinstance(spec, dict) else None)
    groups = groups_of(account, cluster, caller) if caller else None
    status: Json = {"authenticated": False}
    if groups is not None:
        user = {"username": caller, "uid": caller, "groups": sorted(groups)}
        status = {"authenticated": True, "user": user}
    return {"apiVersion": _API, "kind": "TokenReview", "status": status}
