"""What the engine hands over, as values in which UNKNOWN stands for what is not known yet."""

from collections.abc import Mapping, Sequence

from pulumi_policy import proxy

from anykube_policies.fields import UNKNOWN

_SENTINELS = frozenset(
    value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_") and name.endswith("_VALUE")
)


def plain(value: object) -> object:
    """The value, with Pulumi's own words for unknown ones replaced all the way down."""
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [plain(item) for item in value]
    if isinstance(value, str) and value in _SENTINELS:
        return UNKNOWN
    return value
