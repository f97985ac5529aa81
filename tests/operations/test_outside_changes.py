"""Objects that were deleted or changed outside Anykube."""

from typing import Any

import pytest
from anykube_cli.engine import SIGNATURE_KEY
from anykube_cli.outside_changes import OutsideChanges, _includes, _may_be_gone, sentences


@pytest.mark.parametrize(
    ("live", "applied", "expected"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, True),
        ({"a": 2}, {"a": 1}, False),
        ({}, {"a": 1}, False),
        (None, {"a": {}}, False),
        ({"env": [{"name": "A", "value": "1"}]}, {"env": [{"name": "A"}]}, True),
        ({"env": [{"name": "A"}, {"name": "B"}]}, {"env": [{"name": "A"}]}, False),
        ({"password": "x"}, {"password": {SIGNATURE_KEY: "s", "ciphertext": "c"}}, True),
    ],
)
def test_compares_what_the_last_run_applied(live: Any, applied: Any, expected: bool) -> None:
    assert _includes(live, applied) is expected


def test_names_what_was_deleted_and_changed() -> None:
    created = ("it is created again", "they are created again")
    single = OutsideChanges({"u": "Service shop/shop"}, {"w": "Deployment shop/web"})
    assert sentences(single, *created) == [
        "Service shop/shop was deleted outside Anykube; it is created again.",
        "Deployment shop/web was changed outside Anykube; the pods return to the settings.",
    ]
    many = OutsideChanges({str(number): f"Service shop/s{number}" for number in range(7)}, {})
    [sentence] = sentences(many, *created)
    assert sentence == (
        "Service shop/s0, Service shop/s1, Service shop/s2, Service shop/s3, Service shop/s4 and 2 more objects were "
        "deleted outside Anykube; they are created again."
    )
    assert sentences(OutsideChanges({}, {}), *created) == []


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ({"inputs": {"spec": {"ttlSecondsAfterFinished": 60}}}, True),
        ({"delete": True}, True),
        ({"inputs": {"spec": {}}}, False),
        ({"inputs": {"data": {"a": "b"}}}, False),
    ],
)
def test_objects_that_leave_by_themselves(resource: Any, expected: bool) -> None:
    assert _may_be_gone(resource) is expected
