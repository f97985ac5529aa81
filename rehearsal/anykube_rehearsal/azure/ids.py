"""Formats and parses Azure resource ids.

https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/resource-name-rules
"""

import re
import uuid
from dataclasses import dataclass

_SCOPE = re.compile(r"/subscriptions/(?P<subscription>[^/]+)(?:/resourceGroups/(?P<group>[^/]+))?", re.IGNORECASE)
_NAMESPACE = uuid.UUID("6f1e0c5a-6b0f-4a55-9a3f-1f5d0b1f6a01")
"""The namespace of GUIDs that Azure would generate randomly. Here they are the same on every run."""


@dataclass(frozen=True)
class ArmId:
    """The components of a resource id."""

    subscription: str
    group: str = ""
    kind: str = ""
    """The resource type, such as Microsoft.Network/virtualNetworks/subnets; empty for a group or subscription."""
    names: tuple[str, ...] = ()
    """The names of the resource and its parents, one for each segment of the type."""

    @property
    def name(self) -> str:
        """The name of the resource, group or subscription."""
        return self.names[-1] if self.names else self.group or self.subscription

    def __str__(self) -> str:
        """The id as Azure writes it."""
        text = f"/subscriptions/{self.subscription}" + (f"/resourceGroups/{self.group}" if self.group else "")
        if not self.kind:
            return text
        provider, *types = self.kind.split("/")
        steps = "".join(f"/{kind}/{name}" for kind, name in zip(types, self.names, strict=True))
        return f"{text}/providers/{provider}{steps}"


def parse(text: object) -> ArmId | None:
    """Parses an id; None if it is not valid. For an extension resource, such as a lock, only the last part counts."""
    match = _SCOPE.match(text) if isinstance(text, str) else None
    if match is None or not isinstance(text, str):
        return None
    rest = text[match.end() :]
    subscription, group = match["subscription"], match["group"] or ""
    if rest in ("", "/"):
        return ArmId(subscription, group)
    parent, separator, path = rest.rpartition("/providers/")
    provider, *segments = path.strip("/").split("/")
    if not separator or not provider or len(segments) < 2 or len(segments) % 2:
        return None
    if parent and not parent.startswith("/providers/"):
        return None
    return ArmId(subscription, group, "/".join([provider, *segments[::2]]), tuple(segments[1::2]))


def same(left: object, right: object) -> bool:
    """Whether two ids are equal. Azure's ids are case-insensitive."""
    return isinstance(left, str) and isinstance(right, str) and key(left) == key(right)


def key(identifier: str) -> str:
    """The canonical form of an id, for comparisons."""
    return identifier.rstrip("/").lower()


def within(identifier: str, scope: str) -> bool:
    """Whether a resource is the scope itself, or in it."""
    return key(identifier) == key(scope) or key(identifier).startswith(f"{key(scope)}/")


def guid(*seeds: str) -> str:
    """A GUID that Azure would generate. The same seeds give the same GUID."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(seeds)))


def is_guid(text: object) -> bool:
    """Whether this is a GUID with hyphens."""
    return (
        isinstance(text, str) and re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text) is not None
    )
