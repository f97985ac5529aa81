"""Validates requests against the models of azure-mgmt-containerservice and azure-mgmt-network, besides our own table.

Only properties with the same name are validated, because the models are of a newer API version than azure-native's.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from importlib import import_module
from typing import Any

from anykube_rehearsal.azure.account.rules.rule import WRITE, rule
from anykube_rehearsal.azure.plugin.facts import MODELS
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change

_DOCUMENT = "https://learn.microsoft.com/en-us/python/api/azure-mgmt-{0}/azure.mgmt.{0}.models"


def _matches_model(account: Account, change: Change) -> Iterator[str]:
    """No read-only properties, and only valid enumeration values."""
    del account
    service, _, model = MODELS[change.token].partition(".")
    yield from _errors(service, model, change.new, "")


for _service in sorted({model.partition(".")[0] for model in MODELS.values()}):
    _tokens = [token for token, model in MODELS.items() if model.startswith(f"{_service}.")]
    rule(*_tokens, on=WRITE, document=_DOCUMENT.format(_service))(_matches_model)


def _errors(service: str, model: str, values: Mapping[str, Any], path: str) -> Iterator[str]:
    fields = _fields(service, model)
    for wire, value in values.items():
        if wire not in fields or value is None:
            continue
        read_only, inner, choices = fields[wire]
        if read_only:
            yield f"InvalidParameter: {path}{wire}: is read-only"
        elif choices and isinstance(value, str) and value not in choices:
            yield f"InvalidParameter: {path}{wire}: must be one of {', '.join(choices)}, but is {value}"
        elif inner and isinstance(value, Mapping):
            yield from _errors(service, inner, value, f"{path}{wire}.")
        elif inner and isinstance(value, Sequence) and not isinstance(value, str):
            for index, item in enumerate(value):
                if isinstance(item, Mapping):
                    yield from _errors(service, inner, item, f"{path}{wire}[{index}].")


@cache
def _fields(service: str, model: str) -> Mapping[str, tuple[bool, str, Sequence[str]]]:
    """By wire name of each property: whether it is read-only, the name of its model, its valid values.

    azure-native flattens the properties that a model keeps under `properties`.
    """
    models = import_module(f"azure.mgmt.{service}.models")
    instance = getattr(models, model)({})  # a model class collects its fields when it is first instantiated
    annotations = {name: text for base in reversed(type(instance).__mro__) for name, text in _annotations(base).items()}
    fields: dict[str, tuple[bool, str, Sequence[str]]] = {}
    # Private attributes, because azure.core.serialization provides neither wire names nor visibility. How models work:
    # https://github.com/microsoft/typespec/blob/5d883f6253125c8513d7b52c9d574eac899d4169/packages/http-client-python/generator/pygen/codegen/templates/model_base.py.jinja2
    for name, field in type(instance)._attr_to_rest_field.items():
        class_name = next(iter(re.findall(r"_models\.(\w+)", annotations.get(name, ""))), "")
        cls = getattr(models, class_name, None)
        is_enumeration = isinstance(cls, type) and issubclass(cls, Enum)
        choices = [str(member.value) for member in cls] if is_enumeration and cls is not None else []
        read_only = field._visibility == ["read"]
        fields[field._rest_name] = (read_only, "" if is_enumeration else class_name, choices)
    properties = fields.pop("properties", None)
    return {**fields, **(_fields(service, properties[1]) if properties else {})}


def _annotations(cls: type) -> Mapping[str, str]:
    """The annotations of a class, as text."""
    return {name: str(text) for name, text in vars(cls).get("__annotations__", {}).items()}
