"""Tokens that say who calls a cluster, and what judges them.

At AWS a token is a presigned request to STS, which the cluster's authenticator sends:
https://docs.aws.amazon.com/eks/latest/userguide/cluster-auth.html. Here it is signed with a key that lies in the
account's folder, for whoever may read that is the account's owner anyway.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from sandbox.aws.account.eks.access_entries import Account, groups_of
from sandbox.aws.account.shapes import Json
from sandbox.certificates import write_private

_PREFIX = "k8s-aws-v1."
_API = "authentication.k8s.io/v1"


class _Token(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    cluster: str
    principal: str
    expires: int
    signature: str

    def judged(self, folder: Path) -> bool:
        """Whether it is this account's, and still good."""
        right = _signature(folder, self.cluster, self.principal, self.expires)
        return hmac.compare_digest(right, self.signature) and time.time() < self.expires


def prepare(folder: Path) -> None:
    """Makes the key, unless there is one."""
    file = _file(folder)
    if not file.exists():
        write_private(file, secrets.token_hex(32))


def make(folder: Path, cluster: str, principal: str, lifetime_seconds: int = 840) -> str:
    """A token for a principal of IAM, good for one cluster."""
    expires = int(time.time()) + lifetime_seconds
    signature = _signature(folder, cluster, principal, expires)
    content = _Token(cluster=cluster, principal=principal, expires=expires, signature=signature)
    return _PREFIX + base64.urlsafe_b64encode(content.model_dump_json().encode()).decode().rstrip("=")


def review(folder: Path, account: Account, cluster: str, asked: Json) -> Json:
    """The answer to a TokenReview of a cluster's API server.

    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#webhook-token-authentication
    """
    spec = asked.get("spec")
    token = _read(spec.get("token") if isinstance(spec, dict) else None)
    groups = None
    if token and token.cluster == cluster and token.judged(folder):
        groups = groups_of(account, cluster, token.principal)
    status: Json = {"authenticated": False}
    if token and groups is not None:
        user = {"username": token.principal, "uid": token.principal, "groups": sorted(groups)}
        status = {"authenticated": True, "user": user}
    return {"apiVersion": _API, "kind": "TokenReview", "status": status}


def _read(text: object) -> _Token | None:
    if not isinstance(text, str) or not text.startswith(_PREFIX):
        return None
    packed = text.removeprefix(_PREFIX)
    try:
        return _Token.model_validate_json(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    except (ValidationError, binascii.Error, ValueError):
        return None


def _signature(folder: Path, cluster: str, principal: str, expires: int) -> str:
    key = bytes.fromhex(_file(folder).read_text("utf-8"))
    return hmac.new(key, f"{cluster}\n{principal}\n{expires}".encode(), hashlib.sha256).hexdigest()


def _file(folder: Path) -> Path:
    return folder / "token.key"
