"""Names that the provider chooses where the program gives none: `<resource's name>-<7 hex digits>`."""

import hashlib
import secrets
from collections.abc import Mapping

from sandbox.aws.plugin.sdk import Signature

_NAMED = {"aws:eks/nodeGroup:NodeGroup": "nodeGroupName"}
_PREFIXES = {"aws:kms/alias:Alias": "alias/"}
"""What AWS asks a name to begin with."""
_NEVER = {"aws:eks/addon:Addon"}


def naming(signature: Signature) -> str | None:
    """The input that names a type, where the provider may choose it."""
    wire = _NAMED.get(signature.token, "name")
    prop = signature.inputs.get(wire)
    chosen = prop is not None and not prop.required and prop.type.kind == "string" and signature.token not in _NEVER
    return wire if chosen else None


def autoname(
    signature: Signature, resource: str, seed: bytes, old: Mapping[str, object], new: Mapping[str, object]
) -> dict[str, str]:
    """The name to add to the inputs: the one chosen before, else a new one; none where the program names it."""
    wire = naming(signature)
    if wire is None or new.get(wire) is not None or new.get(f"{wire}Prefix") is not None:
        return {}
    kept, defaults = old.get(wire), old.get("__defaults")
    if isinstance(kept, str) and isinstance(defaults, list) and wire in defaults:
        return {wire: kept}
    digits = hashlib.sha256(seed + resource.encode()).hexdigest() if seed else secrets.token_hex(16)
    return {wire: f"{_PREFIXES.get(signature.token, '')}{resource}-{digits[:7]}"}


def from_prefix(prefix: str, token: str) -> str:
    """A prefix and 26 digits, as Terraform ends it; the same for the same making, so that it can be repeated."""
    return prefix + str(int(token, 16))[:26].rjust(26, "0")
