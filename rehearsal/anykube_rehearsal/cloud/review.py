"""Token reviews for the API servers of simulated clusters.

https://kubernetes.io/docs/reference/access-authn-authz/authentication/#webhook-token-authentication
"""

import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from anykube_cli.certificates import write_private

from anykube_rehearsal.cloud.token import key_file

_API = "authentication.k8s.io/v1"


def create_key(folder: Path) -> None:
    """Creates the key that signs tokens, unless it exists."""
    file = key_file(folder)
    if not file.exists():
        write_private(file, secrets.token_hex(32))


def reviewed_token(review: Mapping[str, Any]) -> object:
    """The token to review."""
    spec = review.get("spec")
    return spec.get("token") if isinstance(spec, Mapping) else None


def token_review(caller: str | None, groups: Iterable[str] | None) -> dict[str, Any]:
    """The response for a caller with its groups; unauthenticated without a caller or groups."""
    status: dict[str, Any] = {"authenticated": False}
    if caller is not None and groups is not None:
        status = {"authenticated": True, "user": {"username": caller, "uid": caller, "groups": sorted(groups)}}
    return {"apiVersion": _API, "kind": "TokenReview", "status": status}
