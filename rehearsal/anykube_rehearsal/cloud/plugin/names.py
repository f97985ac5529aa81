"""Autonaming: without a name from the program, the provider uses the resource's name and some hex digits."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from anykube_rehearsal.cloud.plugin.sdk import Signature


@dataclass(frozen=True)
class Naming:
    """How a provider names resources."""

    inputs: Mapping[str, str] = field(default_factory=dict)
    """The input with the name, by type token, if it is not `name`."""
    prefixes: Mapping[str, str] = field(default_factory=dict)
    """Required prefix of names, by type token."""
    unnamed_types: Collection[str] = ()
    """Types without autonaming."""
    before_digits: str = "-"
    digits: int = 7

    def name_input(self, signature: Signature) -> str | None:
        """The input with the name; None if the type has no autonaming."""
        wire = self.inputs.get(signature.token, "name")
        prop = signature.inputs.get(wire)
        is_optional = prop is not None and not prop.required and prop.type.kind == "string"
        return wire if is_optional and signature.token not in self.unnamed_types else None

    def autoname(
        self, signature: Signature, resource: str, seed: bytes, old: Mapping[str, object], new: Mapping[str, object]
    ) -> dict[str, str]:
        """The name to add to the inputs: the previous generated name, else a new one; empty if the program sets it."""
        wire = self.name_input(signature)
        if wire is None or new.get(wire) is not None or new.get(f"{wire}Prefix") is not None:
            return {}
        name, defaults = old.get(wire), old.get("__defaults")
        if isinstance(name, str) and isinstance(defaults, list) and wire in defaults:
            return {wire: name}
        digits = hashlib.sha256(seed + resource.encode()).hexdigest() if seed else secrets.token_hex(16)
        prefix = self.prefixes.get(signature.token, "")
        return {wire: f"{prefix}{resource}{self.before_digits}{digits[: self.digits]}"}


def from_prefix(prefix: str, token: str) -> str:
    """A prefix with 26 digits, as Terraform generates it. The same token gives the same name, so that retries match."""
    return prefix + str(int(token, 16))[:26].rjust(26, "0")
