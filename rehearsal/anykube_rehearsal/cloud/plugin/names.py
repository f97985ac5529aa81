"""Names that the provider chooses where the program gives none: the resource's name and some hex digits."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from anykube_rehearsal.cloud.plugin.sdk import Signature


@dataclass(frozen=True)
class Naming:
    """How a provider names."""

    inputs: Mapping[str, str] = field(default_factory=dict)
    """The input that names a type, by token, where it is not `name`."""
    prefixes: Mapping[str, str] = field(default_factory=dict)
    """What the cloud asks the names of a type to begin with, by token."""
    never: Collection[str] = ()
    """Types that are not named by the provider."""
    before_digits: str = "-"
    digits: int = 7

    def input(self, signature: Signature) -> str | None:
        """The input that names a type, where the provider may choose it."""
        wire = self.inputs.get(signature.token, "name")
        prop = signature.inputs.get(wire)
        free = prop is not None and not prop.required and prop.type.kind == "string"
        return wire if free and signature.token not in self.never else None

    def autoname(
        self, signature: Signature, resource: str, seed: bytes, old: Mapping[str, object], new: Mapping[str, object]
    ) -> dict[str, str]:
        """The name to add to the inputs: the one chosen before, else a new one; none where the program names it."""
        wire = self.input(signature)
        if wire is None or new.get(wire) is not None or new.get(f"{wire}Prefix") is not None:
            return {}
        kept, defaults = old.get(wire), old.get("__defaults")
        if isinstance(kept, str) and isinstance(defaults, list) and wire in defaults:
            return {wire: kept}
        digits = hashlib.sha256(seed + resource.encode()).hexdigest() if seed else secrets.token_hex(16)
        prefix = self.prefixes.get(signature.token, "")
        return {wire: f"{prefix}{resource}{self.before_digits}{digits[: self.digits]}"}


def from_prefix(prefix: str, token: str) -> str:
    """A prefix and 26 digits, as Terraform ends it; the same for the same making, so that it can be repeated."""
    return prefix + str(int(token, 16))[:26].rjust(26, "0")
