"""Objects that were deleted or changed outside Anykube."""

from typing import Any

import pytest
from anykube_cli.outside_changes import Change, OutsideChanges, _may_be_gone, sentences


def test_names_what_was_deleted_and_changed() -> None:
    created = ("it is created again", "they are created again")
    single = OutsideChanges({"u": "Service shop/shop"}, {"w": Change("Deployment shop/web")})
    assert sentences(single, *created) == [
        "Service shop/shop was deleted outside Anykube; it is created again.",
        "Deployment shop/web was changed outside Anykube; the settings apply again.",
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
        (None, True),
        ({"inputs": {"spec": {}}}, False),
        ({"inputs": {"data": {"a": "b"}}}, False),
    ],
)
def test_objects_that_leave_by_themselves(resource: Any, expected: bool) -> None:
    assert _may_be_gone(resource) is expected
