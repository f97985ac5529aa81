"""Replaces Pulumi's placeholders for unknown values."""

from collections.abc import Mapping, Sequence

from pulumi_policy import proxy

from anykube_policies.fields import UNKNOWN

_SENTINELS = frozenset(
    value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_") and name.endswith("_VALUE")
)


def replace_unknowns(value: object) -> object:
    """The value with Pulumi's placeholders for unknown values replaced by UNKNOWN, at every level."""
    if isinstance(value, Mapping):
        return {str(name): replace_unknowns(item) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [replace_unknowns(item) for item in value]
    if isinstance(value, str) and value in _SENTINELS:
        return UNKNOWN
    return value
