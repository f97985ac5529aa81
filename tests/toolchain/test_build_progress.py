"""How far builds are and how long still, by a clock of the test's own."""

from dataclasses import replace

import pytest
from anykube_cli.toolchain.build_progress import WEIGHTS, BuildProgress, BuildQueue
from anykube_cli.toolchain.progress import Status
from anykube_cli.toolchain.tools import TOOLS, Tool

from tests.toolchain.recorded_build import BUILD, packages


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _begin(progress: BuildProgress, count: int) -> None:
    """Has Go begin with that many packages."""
    for line in BUILD.splitlines()[: count + 1]:
        assert progress.parse_line(line)


def test_what_the_build_cache_has_is_done_before_the_build(tool: Tool) -> None:
    progress = BuildProgress(tool)
    progress.plan(packages())
    assert progress.status == Status("4 of 8 packages", 4, 8)


def test_before_the_packages_are_known_it_counts_modules(tool: Tool) -> None:
    progress = BuildProgress(tool)
    assert progress.status.text == "reading packages"
    _begin(progress, 0)
    assert progress.status == Status("downloading Go modules, 1 so far")


def test_only_other_lines_may_explain_an_error(tool: Tool) -> None:
    progress = BuildProgress(tool)
    progress.plan(packages())
    assert progress.parse_line("example.test/tool/b")
    assert not progress.parse_line("# example.test/tool/b")
    assert not progress.parse_line("b/b.go:3:1: syntax error")


def test_the_rate_so_far_gives_the_time_left(tool: Tool) -> None:
    clock = Clock()
    progress = BuildProgress(tool, clock)
    clock.now += 60  # reading the packages is no part of the rate
    progress.plan(packages())
    _begin(progress, 1)
    assert progress.remaining is None
    clock.now += 10
    _begin(progress, 3)  # b and c are compiled, in 5 seconds each; d and the program are left
    assert progress.status == Status("6 of 8 packages", 6, 8)
    assert progress.remaining == 10
    _begin(progress, 4)
    assert progress.status == Status("linking", 8, 8)


def test_the_weights_give_the_time_for_the_programs_not_begun(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = (replace(tool, name=name) for name in ("first", "second", "third"))
    monkeypatch.setattr("anykube_cli.toolchain.build_progress.WEIGHTS", {"first": 1.0, "second": 2.0, "third": 6.0})
    clock = Clock()
    queue = BuildQueue([first, second, third], clock)
    with queue.building(first):
        clock.now += 10
    clock.now += 1000  # between two builds
    with queue.building(second) as progress:
        progress.plan(packages())
        assert queue.status().text == "second 1.2.3 · Go build 2 of 3 · 4 of 8 packages"
        clock.now += 10
        _begin(progress, 3)
        # 10 s each for two of four packages leaves 10 s. So weight 3 takes 30 s, and the weight 6 that is left 60 s.
        assert queue.remaining() == 70
        expected = "second 1.2.3 · Go build 2 of 3 · 6 of 8 packages · about 10 s left · about 1 min left for all"
        assert queue.status() == Status(expected, 6, 8)


def test_the_only_program_has_no_number_and_one_time(tool: Tool) -> None:
    clock = Clock()
    queue = BuildQueue(clock=clock)
    with queue.building(tool) as progress:
        progress.plan(packages())
        clock.now += 10
        _begin(progress, 3)
        assert queue.status().text == "tool 1.2.3 · Go build · 6 of 8 packages · about 10 s left"


def test_a_program_whose_release_was_refused_comes_before_those_that_wait(tool: Tool) -> None:
    later = replace(tool, name="later")
    queue = BuildQueue([later])
    with queue.building(tool):
        assert queue.label(tool).endswith("Go build 1 of 2")
        assert queue.label(later).endswith("Go build 2 of 2")


def test_every_part_has_a_weight() -> None:
    assert {tool.name for tool in TOOLS} == set(WEIGHTS)
