"""Evaluates IAM policies as documented, strictly: an operator that it does not know is an error.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

Context = Mapping[str, Any]
Call = Mapping[str, Any]
"""An action, and the ARNs of its resources with the condition keys of each, as a simulated account records them."""


def call(action: str, arn: str = "*", **context: Any) -> Call:
    """A call of one resource. Condition keys have `__` in place of a colon."""
    return {"action": action, "resources": [{"arn": arn, "context": context}]}


def allows(policies: Sequence[Mapping[str, Any]], request: Call) -> bool:
    """Whether the policies allow the action on every one of its resources."""
    statements = [statement for policy in policies for statement in policy["Statement"]]
    assert {statement["Effect"] for statement in statements} == {"Allow"}
    return all(any(_applies(statement, request["action"], each) for statement in statements)
               for each in request["resources"])  # fmt: skip


def _applies(statement: Mapping[str, Any], action: str, resource: Mapping[str, Any]) -> bool:
    return (
        any(_like(action.lower(), pattern.lower()) for pattern in _list(statement["Action"]))
        and any(_like(resource["arn"], pattern) for pattern in _list(statement["Resource"]))
        and _meets(statement.get("Condition", {}), resource["context"])
    )


def _meets(condition: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Operators and keys are joined by AND, the values of a key by OR."""
    return all(
        _holds(operator, context.get(key), _list(values))
        for operator, keys in condition.items()
        for key, values in keys.items()
    )


def _holds(operator: str, actual: Any, expected: Sequence[str]) -> bool:
    if operator == "Null":
        return (actual is None) is (expected == ["true"])
    base = operator.removeprefix("ForAnyValue:").removesuffix("IfExists")
    if actual is None:
        return operator.endswith("IfExists")
    # A key with several values needs a set operator.
    assert isinstance(actual, list) is operator.startswith("ForAnyValue:"), operator
    return any(_OPERATORS[base](value, pattern) for value in _list(actual) for pattern in expected)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _like(value: str, pattern: str) -> bool:
    return _regex(pattern).fullmatch(value) is not None


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern))


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "ArnLike": _like,
    "StringEquals": lambda value, expected: value == expected,
    "StringLike": _like,
}
