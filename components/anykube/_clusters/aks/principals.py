"""People, groups and programs, as a page names them. No SDK is needed to know them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

PrincipalType = Literal["ServicePrincipal", "User", "Group"]

_KINDS: Mapping[str, PrincipalType] = {"group": "Group", "user": "User", "app": "ServicePrincipal"}
_FORM = re.compile(r"(?:(group|user|app):)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)


@dataclass(frozen=True)
class Principal:
    """Someone whom Entra knows."""

    object_id: str
    type: PrincipalType


def parse_principal(text: str) -> Principal:
    """From `group:`, `user:` or `app:` and an object id; alone it is a group's.

    Entra's object ids do not tell of what they are, and a role is assigned to a kind. Raises ValueError.
    https://learn.microsoft.com/azure/role-based-access-control/role-assignments-steps#step-1-determine-who-needs-access
    """
    found = _FORM.fullmatch(text)
    if not found:
        raise ValueError(
            "is not an object id of Entra; give it as group:00000000-0000-0000-0000-000000000000, or user:…, or app:…"
        )
    return Principal(found[2].lower(), _KINDS[(found[1] or "group").lower()])
