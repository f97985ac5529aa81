"""Pulumi's view of a resource, which raises where a value is unknown, as plain values in which UNKNOWN stands there."""

from collections.abc import Mapping, Sequence

from pulumi_policy import proxy

from policies.fields import UNKNOWN

_SENTINELS = frozenset(
    value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_") and name.endswith("_VALUE")
)
_WRAPPED = "__target"
"""The key under which Pulumi's proxies give what they wrap, without looking whether it is known."""


def plain(value: object) -> object:
    """The value, unwrapped all the way down."""
    if isinstance(value, Mapping):
        inside = value if isinstance(value, dict) else value[_WRAPPED]
        return {str(name): plain(item) for name, item in inside.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        inside = value if isinstance(value, list) else value[_WRAPPED]  # type: ignore[call-overload]
        return [plain(item) for item in inside]
    if isinstance(value, str) and value in _SENTINELS:
        return UNKNOWN
    return value
