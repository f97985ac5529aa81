"""What azure-mgmt-containerservice's and azure-mgmt-network's models say of a request: the judge beside our own table.

Judged is what has the same name there: the models are of a newer version of the API than azure-native speaks.
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


def _judged(account: Account, change: Change) -> Iterator[str]:
    """Nothing that only Azure says, and no value that an enumeration does not have."""
    del account
    service, _, model = MODELS[change.token].partition(".")
    yield from _judge(service, model, change.new, "")


for _service in sorted({model.partition(".")[0] for model in MODELS.values()}):
    _tokens = [token for token, model in MODELS.items() if model.startswith(f"{_service}.")]
    rule(*_tokens, on=WRITE, document=_DOCUMENT.format(_service))(_judged)


def _judge(service: str, model: str, values: Mapping[str, Any], path: str) -> Iterator[str]:
    fields = _fields(service, model)
    for wire, value in values.items():
        if wire not in fields or value is None:
            continue
        read_only, inner, choices = fields[wire]
        if read_only:
            yield f"InvalidParameter: {path}{wire}: only Azure says it"
        elif choices and isinstance(value, str) and value not in choices:
            yield f"InvalidParameter: {path}{wire}: one of {', '.join(choices)}, and it is {value}"
        elif inner and isinstance(value, Mapping):
            yield from _judge(service, inner, value, f"{path}{wire}.")
        elif inner and isinstance(value, Sequence) and not isinstance(value, str):
            for index, item in enumerate(value):
                if isinstance(item, Mapping):
                    yield from _judge(service, inner, item, f"{path}{wire}[{index}].")


@cache
def _fields(service: str, model: str) -> Mapping[str, tuple[bool, str, Sequence[str]]]:
    """Of each property by its name on the wire: whether it is read only, its own model, the values that it can have.

    Those that a model keeps under `properties` are azure-native's own.
    """
    models = import_module(f"azure.mgmt.{service}.models")
    made = getattr(models, model)({})  # a model reads its own fields when it is first made
    annotations = {name: text for one in reversed(type(made).__mro__) for name, text in _annotated(one).items()}
    found: dict[str, tuple[bool, str, Sequence[str]]] = {}
    # Private: azure.core.serialization tells neither names on the wire nor what is read only. How models are made:
    # https://github.com/microsoft/typespec/blob/5d883f6253125c8513d7b52c9d574eac899d4169/packages/http-client-python/generator/pygen/codegen/templates/model_base.py.jinja2
    for name, field in type(made)._attr_to_rest_field.items():
        kind = next((found for found in re.findall(r"_models\.(\w+)", annotations.get(name, ""))), "")
        of = getattr(models, kind, None)
        is_enumeration = isinstance(of, type) and issubclass(of, Enum)
        choices = [str(one.value) for one in of] if is_enumeration and of is not None else []
        read_only = field._visibility == ["read"]
        found[field._rest_name] = (read_only, "" if is_enumeration else kind, choices)
    inside = found.pop("properties", None)
    return {**found, **(_fields(service, inside[1]) if inside else {})}


def _annotated(kind: type) -> Mapping[str, str]:
    """The annotations of a class, as text."""
    return {name: str(text) for name, text in vars(kind).get("__annotations__", {}).items()}
