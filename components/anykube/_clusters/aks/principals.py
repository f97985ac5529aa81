"""Principals in settings: users, groups and applications. Imports no SDK."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

PrincipalType = Literal["ServicePrincipal", "User", "Group"]

_TYPES: Mapping[str, PrincipalType] = {"group": "Group", "user": "User", "app": "ServicePrincipal"}
_PATTERN = re.compile(r"(?:(group|user|app):)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)


@dataclass(frozen=True)
class Principal:
    """A principal in Entra."""

    object_id: str
    type: PrincipalType


def parse_principal(text: str) -> Principal:
    """Parses `group:`, `user:` or `app:` with an object ID. Without a prefix it is a group. Raises ValueError.

    The prefix is needed since role assignments require a principal type, which an object ID does not contain.
    https://learn.microsoft.com/azure/role-based-access-control/role-assignments-steps#step-1-determine-who-needs-access
    """
    match = _PATTERN.fullmatch(text)
    if not match:
        raise ValueError(f"{text} is not an Entra object ID; use group:, user: or app: with an object ID")
    return Principal(match[2].lower(), _TYPES[(match[1] or "group").lower()])
