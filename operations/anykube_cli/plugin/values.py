"""Converts between Pulumi's property values and Python values."""

from collections.abc import Collection, Mapping, Sequence

from pulumi.provider.experimental.property_value import Computed, PropertyValue
from pulumi.runtime import rpc

Properties = Mapping[str, object]


class Unknown:
    """A value that is not known during a preview."""


UNKNOWN = Unknown()


def python_value(value: PropertyValue) -> object:
    """Returns the Python value. Integral numbers become int, secrets are unwrapped, and unknown values are UNKNOWN."""
    inner = value.value
    if isinstance(inner, Computed) or inner == rpc.UNKNOWN:
        return UNKNOWN
    if isinstance(inner, Mapping):
        return {key: python_value(item) for key, item in inner.items()}
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        return [python_value(item) for item in inner]
    if isinstance(inner, float) and inner.is_integer():
        return int(inner)
    return inner


def python_values(values: Mapping[str, PropertyValue]) -> dict[str, object]:
    """Converts a resource's properties, without the engine's internal ones."""
    return {key: python_value(value) for key, value in values.items() if not key.startswith("__")}


def is_known(value: object) -> bool:
    """Whether a value and everything in it is known."""
    if isinstance(value, Mapping):
        return all(map(is_known, value.values()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return all(map(is_known, value))
    return not isinstance(value, Unknown)


def _property(value: object, secret: bool) -> PropertyValue:
    if isinstance(value, Unknown):
        # The Python SDK (3.255) reads PropertyValue.computed() but cannot write it. The engine accepts this marker.
        return PropertyValue(rpc.UNKNOWN, is_secret=secret)
    if isinstance(value, Mapping):
        return PropertyValue({str(key): _property(item, False) for key, item in value.items()}, is_secret=secret)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return PropertyValue([_property(item, False) for item in value], is_secret=secret)
    if isinstance(value, int) and not isinstance(value, bool):
        return PropertyValue(float(value), is_secret=secret)
    if value is None or isinstance(value, bool | float | str):
        return PropertyValue(value, is_secret=secret)
    raise TypeError(f"cannot convert {type(value).__name__} to a property value")


def property_values(values: Properties, secrets: Collection[str] = ()) -> dict[str, PropertyValue]:
    """Converts Python values to property values. The properties named in `secrets` become secret."""
    return {key: _property(value, key in secrets) for key, value in values.items()}
