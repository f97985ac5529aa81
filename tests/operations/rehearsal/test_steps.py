"""The progress of a rehearsal's steps."""

from anykube_cli.rehearsal.steps import Steps


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_estimates_from_the_last_rehearsal() -> None:
    clock = _Clock()
    steps = Steps(["up", "scale", "destroy"], {"up": 30.0, "scale": 10.0, "destroy": 20.0}, clock)
    assert steps.begin("up") == "up · step 1 of 3 · about 1 min left for all"
    clock.now = 5
    assert steps.time_left(12) == " · about 12 s left · step 1 of 3 · about 42 s left for all"
    assert steps.time_left(None) == " · step 1 of 3 · about 55 s left for all"
    assert steps.end() == 5
    assert steps.begin("scale") == "scale · step 2 of 3 · about 30 s left for all"
    steps.end()
    steps.begin("destroy")
    assert steps.time_left(7) == " · about 7 s left · step 3 of 3"


def test_estimates_from_the_steps_so_far_in_a_first_rehearsal() -> None:
    clock = _Clock()
    steps = Steps(["up", "scale", "destroy"], {}, clock)
    assert steps.begin("up") == "up · step 1 of 3"
    assert steps.time_left(4) == " · about 4 s left · step 1 of 3"
    clock.now = 8
    steps.end()
    assert steps.begin("scale") == "scale · step 2 of 3 · about 16 s left for all"


def test_an_overdue_step_has_no_estimate() -> None:
    clock = _Clock()
    steps = Steps(["destroy"], {"destroy": 10.0}, clock)
    steps.begin("destroy")
    clock.now = 11
    assert steps.time_left(None) == " · step 1 of 1"
