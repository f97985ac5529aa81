"""Identifiers of Azure Resource Manager: written, and read again.

https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/resource-name-rules
"""

import re
import uuid
from dataclasses import dataclass

_SCOPE = re.compile(r"/subscriptions/(?P<subscription>[^/]+)(?:/resourceGroups/(?P<group>[^/]+))?", re.IGNORECASE)
_NAMESPACE = uuid.UUID("6f1e0c5a-6b0f-4a55-9a3f-1f5d0b1f6a01")
"""Of identifiers that Azure would draw: the same for the same thing, so that a rehearsal can be repeated."""


@dataclass(frozen=True)
class ArmId:
    """What an identifier says."""

    subscription: str
    group: str = ""
    kind: str = ""
    """Provider and types, such as Microsoft.Network/virtualNetworks/subnets; empty for a group or subscription."""
    names: tuple[str, ...] = ()
    """One for each type."""

    @property
    def name(self) -> str:
        """Its own name."""
        return self.names[-1] if self.names else self.group or self.subscription

    def __str__(self) -> str:
        """As Azure writes it."""
        text = f"/subscriptions/{self.subscription}" + (f"/resourceGroups/{self.group}" if self.group else "")
        if not self.kind:
            return text
        provider, *types = self.kind.split("/")
        steps = "".join(f"/{kind}/{name}" for kind, name in zip(types, self.names, strict=True))
        return f"{text}/providers/{provider}{steps}"


def parse(text: object) -> ArmId | None:
    """Reads an identifier; None for what is none. Of one that extends another, such as a lock's, the end counts."""
    found = _SCOPE.match(text) if isinstance(text, str) else None
    if found is None or not isinstance(text, str):
        return None
    rest = text[found.end() :]
    subscription, group = found["subscription"], found["group"] or ""
    if rest in ("", "/"):
        return ArmId(subscription, group)
    head, mark, tail = rest.rpartition("/providers/")
    provider, *steps = tail.strip("/").split("/")
    if not mark or not provider or len(steps) < 2 or len(steps) % 2 or (head and not head.startswith("/providers/")):
        return None
    return ArmId(subscription, group, "/".join([provider, *steps[::2]]), tuple(steps[1::2]))


def same(one: object, other: object) -> bool:
    """Whether two identifiers are of one thing: Azure does not look at the case of letters."""
    return isinstance(one, str) and isinstance(other, str) and key(one) == key(other)


def key(identifier: str) -> str:
    """What an identifier is compared by."""
    return identifier.rstrip("/").lower()


def within(identifier: str, scope: str) -> bool:
    """Whether something is a scope, or in it."""
    return key(identifier) == key(scope) or key(identifier).startswith(f"{key(scope)}/")


def guid(*made_from: str) -> str:
    """A GUID that Azure would draw."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(made_from)))


def is_guid(text: object) -> bool:
    """Whether this is one, with its dashes."""
    return (
        isinstance(text, str) and re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text) is not None
    )
