"""Bearer tokens for clusters, signed with a key in the account's folder.

Only the owner of the account can read that folder. Uses the standard library only: kubectl and every Kubernetes
provider start a process for each token.
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
    """The file with the account's key in hexadecimal."""
    return folder / "token.key"


@dataclass(frozen=True)
class Signer:
    """Creates and verifies the tokens of one cloud."""

    prefix: str
    """Prefix of its tokens."""

    def make(self, folder: Path, cluster: str, principal: str, lifetime_seconds: int = 840) -> str:
        """Creates a token for a principal. `cluster` is the audience, usually a cluster's name."""
        expires = int(time.time()) + lifetime_seconds
        content = [cluster, principal, expires, _signature(folder, cluster, principal, expires)]
        return self.prefix + base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    def principal(self, folder: Path, cluster: str, token: object) -> str | None:
        """The token's principal; None if it is invalid, expired, or for another cluster or account."""
        if not isinstance(token, str) or not token.startswith(self.prefix):
            return None
        packed = token.removeprefix(self.prefix)
        try:
            content = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
            audience, principal, expires, signature = content
            expected = _signature(folder, str(audience), str(principal), int(expires))
        except (binascii.Error, ValueError, TypeError):
            return None
        valid = hmac.compare_digest(expected.encode(), str(signature).encode())
        return str(principal) if valid and audience == cluster and time.time() < int(expires) else None


def print_credential(token: str, lifetime_seconds: int, version: str = "v1") -> None:
    """Prints the ExecCredential that Kubernetes clients read from a credential plugin.

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
