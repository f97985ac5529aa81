"""Functions of an SDK: answered by the account where stacks use them, plausibly where nobody does."""

from collections.abc import Mapping
from typing import Any, TypeVar

from anykube_rehearsal.cloud.plugin import generic
from anykube_rehearsal.cloud.plugin.checks import Failure, shape
from anykube_rehearsal.cloud.plugin.cloud import Cloud

A = TypeVar("A")
Values = Mapping[str, Any]


def judge(cloud: Cloud[Any], token: str, arguments: Values) -> list[Failure]:
    """Everything that is wrong with the arguments of a function."""
    try:
        signature = cloud.sdk.function(token)
    except KeyError as error:
        return [Failure("", str(error.args[0]))]
    return shape(signature.inputs, arguments)


def answer(cloud: Cloud[A], account: A, token: str, arguments: Values) -> dict[str, object]:
    """What a function returns: every output that it declares."""
    account = cloud.placed(account, arguments)
    given = {key: value for key, value in arguments.items() if value is not None}
    found = cloud.answers[token](account, given) if token in cloud.answers else {}
    signature = cloud.sdk.function(token)
    made = generic.plausible(cloud, signature, account, token.rpartition(":")[2], {**given, **found})
    return {**made, **given, **found}
