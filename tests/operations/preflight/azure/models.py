"""Validates JSON against a model of Azure's SDK: field names and types."""

import inspect
import sys
import types
import typing
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin

_SCALARS: Mapping[Any, Any] = {str: str, int: int, float: (int, float), bool: bool}


def validate(model: type, value: Any, path: str = "") -> None:
    """Fails if the value is not valid JSON for the model."""
    path = path or model.__name__
    assert isinstance(value, dict), f"{path} is {value!r}, not an object"
    fields = _attributes(model) if hasattr(model, "_attribute_map") else _fields(model)
    for name, item in value.items():
        assert name in fields, f"{path} has no {name}; it has {', '.join(sorted(fields))}"
        _validate(fields[name], item, f"{path}.{name}")


def _validate(kind: Any, value: Any, path: str) -> None:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any or kind is None:
        return
    if isinstance(kind, Nested):
        assert isinstance(value, dict), f"{path} is {value!r}, not an object"
        for name, item in value.items():
            assert name in kind.fields, f"{path} has no {name}"
            _validate(kind.fields[name], item, f"{path}.{name}")
    elif origin in (Union, types.UnionType):
        _validate(_preferred(arguments), value, path)
    elif origin is list:
        assert isinstance(value, list), f"{path} is {value!r}, not a list"
        for item in value:
            _validate(arguments[0], item, f"{path}[]")
    elif origin is dict:
        assert isinstance(value, dict), f"{path} is {value!r}, not an object"
        for name, item in value.items():
            _validate(arguments[1], item, f"{path}.{name}")
    elif kind in _SCALARS:
        assert isinstance(value, _SCALARS[kind]), f"{path} is {value!r}, not {kind.__name__}"
    elif isinstance(kind, type) and issubclass(kind, Enum):
        allowed = [member.value for member in kind]
        assert value in allowed, f"{path} is {value!r}, not one of {allowed}"
    elif isinstance(kind, type) and kind.__module__.startswith("azure."):
        validate(kind, value, path)


def _preferred(types: Sequence[Any]) -> Any:
    """An enumeration before a plain string, and any type before None."""
    others = [item for item in types if item is not type(None)]
    return next((item for item in others if isinstance(item, type) and issubclass(item, Enum)), others[0])


class Nested:
    """Fields of a nested object, such as `properties`, that the SDK's model flattens."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}


@cache
def _fields(model: Any) -> Mapping[str, Any]:
    """Types by JSON name, for a model whose attributes are fields."""
    model()  # the class collects its fields when it is first instantiated
    module = sys.modules[model.__module__]
    package = sys.modules[model.__module__.rpartition("._models")[0]]
    hints: dict[str, Any] = {}
    for ancestor in reversed(model.__mro__):
        if ancestor.__module__.startswith("azure.mgmt"):
            scope = {**vars(module), "_models": package, "Any": Any}
            hints.update({name: _resolved(hint, scope) for name, hint in inspect.get_annotations(ancestor).items()})
    return {field._rest_name: hints.get(name, Any) for name, field in model._attr_to_rest_field.items()}


def _resolved(hint: Any, scope: dict[str, Any]) -> Any:
    holder = type("_Holder", (), {"__annotations__": {"it": hint}})
    return typing.get_type_hints(holder, globalns=scope)["it"]


@cache
def _attributes(model: Any) -> Mapping[str, Any]:
    """Types by JSON name, for a model with an attribute map. Includes nested objects."""
    module, root = sys.modules[model.__module__], Nested()
    for attribute in model._attribute_map.values():
        *parents, name = attribute["key"].split(".")
        node = root
        for parent in parents:
            node = node.fields.setdefault(parent, Nested())
        node.fields[name] = _parse_type(attribute["type"], module)
    return root.fields


def _parse_type(kind: str, module: Any) -> Any:
    if kind.startswith("["):
        return list[_parse_type(kind[1:-1], module)]  # type: ignore[misc]
    scalars: Mapping[str, Any] = {"str": str, "int": int, "bool": bool}
    return scalars.get(kind) or getattr(module, kind, Any)
