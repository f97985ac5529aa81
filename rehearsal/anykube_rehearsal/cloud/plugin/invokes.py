"""Calls functions of the SDK: those that stacks use run in the account, others return plausible values."""

from collections.abc import Mapping
from typing import Any, TypeVar

from anykube_rehearsal.cloud.plugin import generic
from anykube_rehearsal.cloud.plugin.checks import Failure, check_types
from anykube_rehearsal.cloud.plugin.cloud import Cloud

A = TypeVar("A")
Values = Mapping[str, Any]


def validate(cloud: Cloud[Any], token: str, arguments: Values) -> list[Failure]:
    """Everything that is invalid in the arguments of a function."""
    try:
        signature = cloud.sdk.function(token)
    except KeyError as error:
        return [Failure("", str(error.args[0]))]
    return check_types(signature.inputs, arguments)


def invoke(cloud: Cloud[A], account: A, token: str, arguments: Values) -> dict[str, object]:
    """Calls a function and returns every output that it declares."""
    account = cloud.locate(account, arguments)
    values = {key: value for key, value in arguments.items() if value is not None}
    result = cloud.functions[token](account, values) if token in cloud.functions else {}
    signature = cloud.sdk.function(token)
    defaults = generic.default_outputs(cloud, signature, account, token.rpartition(":")[2], {**values, **result})
    return {**defaults, **values, **result}
