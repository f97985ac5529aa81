"""Tokens that say who calls a cluster.

At AWS a token is a presigned request to STS, which the cluster's authenticator sends:
https://docs.aws.amazon.com/eks/latest/userguide/cluster-auth.html. Here it is signed with a key that lies in the
account's folder, for whoever may read that is the account's owner anyway.

Standard library only: kubectl and every Kubernetes provider start a process to get one.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from pathlib import Path

_PREFIX = "k8s-aws-v1."


def key_file(folder: Path) -> Path:
    """The account's key, in hexadecimal digits."""
    return folder / "token.key"


def make(folder: Path, cluster: str, principal: str, lifetime_seconds: int = 840) -> str:
    """A token for a principal of IAM, good for one cluster."""
    expires = int(time.time()) + lifetime_seconds
    content = [cluster, principal, expires, _signature(folder, cluster, principal, expires)]
    return _PREFIX + base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def principal(folder: Path, cluster: str, token: object) -> str | None:
    """Whose token this is; None for one that is made up, too old, another cluster's or another account's."""
    if not isinstance(token, str) or not token.startswith(_PREFIX):
        return None
    packed = token.removeprefix(_PREFIX)
    try:
        content = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        whose, who, expires, signature = content
        right = _signature(folder, str(whose), str(who), int(expires))
    except (binascii.Error, ValueError, TypeError):
        return None
    good = hmac.compare_digest(right.encode(), str(signature).encode())
    return str(who) if good and whose == cluster and time.time() < int(expires) else None


def _signature(folder: Path, cluster: str, principal: str, expires: int) -> str:
    key = bytes.fromhex(key_file(folder).read_text("utf-8"))
    return hmac.new(key, f"{cluster}\n{principal}\n{expires}".encode(), hashlib.sha256).hexdigest()
