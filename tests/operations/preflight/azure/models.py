"""Whether JSON is what a model of Azure's SDK describes: no field that it lacks, no type that it has not."""

import inspect
import sys
import types
import typing
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin

_SCALARS: Mapping[Any, Any] = {str: str, int: int, float: (int, float), bool: bool}


def validate(model: type, value: Any, where: str = "") -> None:
    """Fails where the value could not be the model's JSON."""
    where = where or model.__name__
    assert isinstance(value, dict), f"{where} is {value!r}, not an object"
    known = _attributes(model) if hasattr(model, "_attribute_map") else _fields(model)
    for name, item in value.items():
        assert name in known, f"{where} has no {name}; it has {', '.join(sorted(known))}"
        _validate(known[name], item, f"{where}.{name}")


def _validate(kind: Any, value: Any, where: str) -> None:
    origin, of = get_origin(kind), get_args(kind)
    if kind is Any or kind is None:
        return
    if isinstance(kind, Nested):
        assert isinstance(value, dict), f"{where} is {value!r}, not an object"
        for name, item in value.items():
            assert name in kind.fields, f"{where} has no {name}"
            _validate(kind.fields[name], item, f"{where}.{name}")
    elif origin in (Union, types.UnionType):
        _validate(_preferred(of), value, where)
    elif origin is list:
        assert isinstance(value, list), f"{where} is {value!r}, not a list"
        for item in value:
            _validate(of[0], item, f"{where}[]")
    elif origin is dict:
        assert isinstance(value, dict), f"{where} is {value!r}, not an object"
        for name, item in value.items():
            _validate(of[1], item, f"{where}.{name}")
    elif kind in _SCALARS:
        assert isinstance(value, _SCALARS[kind]), f"{where} is {value!r}, not {kind.__name__}"
    elif isinstance(kind, type) and issubclass(kind, Enum):
        assert value in [one.value for one in kind], f"{where} is {value!r}, not one of {[one.value for one in kind]}"
    elif isinstance(kind, type) and kind.__module__.startswith("azure."):
        validate(kind, value, where)


def _preferred(of: Sequence[Any]) -> Any:
    """An enumeration before the text that it also is; what is there before None."""
    some = [one for one in of if one is not type(None)]
    return next((one for one in some if isinstance(one, type) and issubclass(one, Enum)), some[0])


class Nested:
    """Fields that the SDK's model has lifted out of an object, such as `properties`."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}


@cache
def _fields(model: Any) -> Mapping[str, Any]:
    """Of a model whose attributes are fields: their types by their name in JSON."""
    model()  # a class knows its fields once there was one of it
    home = sys.modules[model.__module__]
    package = sys.modules[model.__module__.rpartition("._models")[0]]
    hints: dict[str, Any] = {}
    for one in reversed(model.__mro__):
        if one.__module__.startswith("azure.mgmt"):
            scope = {**vars(home), "_models": package, "Any": Any}
            hints.update({name: _resolved(hint, scope) for name, hint in inspect.get_annotations(one).items()})
    return {field._rest_name: hints.get(name, Any) for name, field in model._attr_to_rest_field.items()}


def _resolved(hint: Any, scope: dict[str, Any]) -> Any:
    holder = type("_Holder", (), {"__annotations__": {"it": hint}})
    return typing.get_type_hints(holder, globalns=scope)["it"]


@cache
def _attributes(model: Any) -> Mapping[str, Any]:
    """Of a model with a map of its attributes: their types by their name in JSON, objects inside objects too."""
    home, found = sys.modules[model.__module__], Nested()
    for of in model._attribute_map.values():
        *outer, name = of["key"].split(".")
        at = found
        for part in outer:
            at = at.fields.setdefault(part, Nested())
        at.fields[name] = _named(of["type"], home)
    return found.fields


def _named(kind: str, home: Any) -> Any:
    if kind.startswith("["):
        return list[_named(kind[1:-1], home)]  # type: ignore[misc]
    scalars: Mapping[str, Any] = {"str": str, "int": int, "bool": bool}
    return scalars.get(kind) or getattr(home, kind, Any)
