"""The index that lets stack rules find related objects without comparing every pair."""

from collections.abc import Callable

import pytest
from anykube_policies.fields import UNKNOWN, Fields, UnknownError
from anykube_policies.resource import Resource, Stack
from anykube_policies.stack_graph import Index, graph_of


def _key(value: object) -> str:
    return Fields(value).text or ""


def _unknown() -> str:
    raise UnknownError(("name",))


@pytest.mark.parametrize(
    ("key", "candidates"),
    [
        (lambda: "a", ["a", UNKNOWN]),
        (lambda: "b", ["b", UNKNOWN]),
        (lambda: "c", [UNKNOWN]),
        (_unknown, ["a", UNKNOWN, "b"]),
    ],
)
def test_unknown_keys_may_match_anything(key: Callable[[], str], candidates: list[object]) -> None:
    assert list(Index(["a", UNKNOWN, "b"], _key).candidates(key)) == candidates


def test_rules_share_the_graph_of_a_stack() -> None:
    resource = Resource("kubernetes:core/v1:Service", "web", "urn", Fields({"metadata": {"name": "web"}}))
    stack = Stack([resource])
    assert graph_of(stack) is graph_of(stack)
    assert graph_of(Stack([resource])) is not graph_of(stack)
