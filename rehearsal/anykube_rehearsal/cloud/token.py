"""Tokens that say who calls a cluster, signed with a key that lies in the account's folder.

Whoever may read that is the account's owner anyway. Standard library only: kubectl and every Kubernetes provider start
a process to get one.
"""

import base64
import binascii
import hashlib
import hmac
import json
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path


def key_file(folder: Path) -> Path:
    """The account's key, in hexadecimal digits."""
    return folder / "token.key"


@dataclass(frozen=True)
class Signer:
    """Makes the tokens of one cloud, and reads them again."""

    prefix: str
    """What its tokens begin with."""

    def make(self, folder: Path, cluster: str, principal: str, lifetime_seconds: int = 840) -> str:
        """A token for a principal, good for one cluster (or whatever else names the audience)."""
        expires = int(time.time()) + lifetime_seconds
        content = [cluster, principal, expires, _signature(folder, cluster, principal, expires)]
        return self.prefix + base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    def principal(self, folder: Path, cluster: str, token: object) -> str | None:
        """Whose token this is; None for one that is made up, too old, another cluster's or another account's."""
        if not isinstance(token, str) or not token.startswith(self.prefix):
            return None
        packed = token.removeprefix(self.prefix)
        try:
            content = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
            whose, who, expires, signature = content
            right = _signature(folder, str(whose), str(who), int(expires))
        except (binascii.Error, ValueError, TypeError):
            return None
        good = hmac.compare_digest(right.encode(), str(signature).encode())
        return str(who) if good and whose == cluster and time.time() < int(expires) else None


def print_credential(token: str, lifetime_seconds: int, version: str = "v1") -> None:
    """Prints the ExecCredential that a client of Kubernetes reads from its plugin.

    https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
    """
    expires = datetime.now(UTC) + timedelta(seconds=lifetime_seconds)
    credential = {
        "apiVersion": f"client.authentication.k8s.io/{version}",
        "kind": "ExecCredential",
        "status": {"token": token, "expirationTimestamp": expires.strftime("%Y-%m-%dT%H:%M:%SZ")},
    }
    json.dump(credential, sys.stdout)


def _signature(folder: Path, cluster: str, principal: str, expires: int) -> str:
    key = bytes.fromhex(key_file(folder).read_text("utf-8"))
    return hmac.new(key, f"{cluster}\n{principal}\n{expires}".encode(), hashlib.sha256).hexdigest()
