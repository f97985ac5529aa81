"""What a cluster's API server is told about the tokens of its callers.

https://kubernetes.io/docs/reference/access-authn-authz/authentication/#webhook-token-authentication
"""

import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from anykube_cli.certificates import write_private

from anykube_rehearsal.cloud.token import key_file

_API = "authentication.k8s.io/v1"


def prepare(folder: Path) -> None:
    """Makes the key that tokens are signed with, unless there is one."""
    file = key_file(folder)
    if not file.exists():
        write_private(file, secrets.token_hex(32))


def asked(review: Mapping[str, Any]) -> object:
    """The token that a TokenReview asks about."""
    spec = review.get("spec")
    return spec.get("token") if isinstance(spec, Mapping) else None


def answer(caller: str | None, groups: Iterable[str] | None) -> dict[str, Any]:
    """A TokenReview that says who the caller is; groups None: nobody that the cluster knows."""
    status: dict[str, Any] = {"authenticated": False}
    if caller is not None and groups is not None:
        status = {"authenticated": True, "user": {"username": caller, "uid": caller, "groups": sorted(groups)}}
    return {"apiVersion": _API, "kind": "TokenReview", "status": status}
