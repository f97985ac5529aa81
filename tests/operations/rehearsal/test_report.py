"""The end of a rehearsal, as a person reads it."""

import io

from rich.console import Console

from operations.rehearsal.report import Step, draw


def _drawn(left: list[str] | None, strange: list[str]) -> str:
    out = io.StringIO()
    steps = [Step("up", 12.34, True, {"create": 3, "same": 1}), Step("destroy", 1.0, False)]
    draw("aws-dev", steps, left, strange, "simulated: the cloud", Console(file=out, width=200))
    return out.getvalue()


def test_steps_and_what_is_left() -> None:
    said = _drawn(["VPC vpc-1"], [])
    assert "✓ up" in said
    assert "+3  1 unchanged" in said
    assert "✗ destroy" in said
    assert "left in the account: VPC vpc-1" in said
    assert "simulated: the cloud" in said
    assert "not known" not in said


def test_nothing_is_left() -> None:
    assert "left in the account: nothing" in _drawn([], [])


def test_what_was_kept_is_not_called_left() -> None:
    assert "left in the account" not in _drawn(None, [])


def test_changes_of_unknown_effect() -> None:
    assert "not known whether this replaces: aws:a/b:C: name" in _drawn([], ["aws:a/b:C: name"])
