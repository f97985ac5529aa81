"""Build progress and estimates of the time left, with a fake clock."""

from dataclasses import replace

import pytest
from anykube_cli.toolchain.build_progress import WEIGHTS, BuildProgress, BuildQueue
from anykube_cli.toolchain.progress import Status
from anykube_cli.toolchain.tools import TOOLS, Tool

from tests.toolchain.recorded_build import BUILD, packages


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _start_packages(progress: BuildProgress, count: int) -> None:
    """Makes Go start on this many packages."""
    for line in BUILD.splitlines()[: count + 1]:
        assert progress.parse_line(line)


def test_cached_packages_count_as_compiled(tool: Tool) -> None:
    progress = BuildProgress(tool)
    progress.plan(packages())
    assert progress.status == Status("4 of 8 packages", 4, 8)


def test_counts_modules_before_packages_are_known(tool: Tool) -> None:
    progress = BuildProgress(tool)
    assert progress.status.text == "reading packages"
    _start_packages(progress, 0)
    assert progress.status == Status("downloading Go modules, 1 so far")


def test_error_lines_report_no_progress(tool: Tool) -> None:
    progress = BuildProgress(tool)
    progress.plan(packages())
    assert progress.parse_line("example.test/tool/b")
    assert not progress.parse_line("# example.test/tool/b")
    assert not progress.parse_line("b/b.go:3:1: syntax error")


def test_estimates_time_left_from_rate(tool: Tool) -> None:
    clock = Clock()
    progress = BuildProgress(tool, clock)
    clock.now += 60  # reading the packages does not count towards the rate
    progress.plan(packages())
    _start_packages(progress, 1)
    assert progress.remaining is None
    clock.now += 10
    _start_packages(progress, 3)  # b and c took 5 seconds each; d and the program remain
    assert progress.status == Status("6 of 8 packages", 6, 8)
    assert progress.remaining == 10
    _start_packages(progress, 4)
    assert progress.status == Status("linking", 8, 8)


def test_estimates_later_builds_from_weights(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
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
        _start_packages(progress, 3)
        # Two of four packages took 10 s, so 10 s remain. Weight 3 takes 30 s in all, so weight 6 takes 60 s.
        assert queue.remaining() == 70
        expected = "second 1.2.3 · Go build 2 of 3 · 6 of 8 packages · about 10 s left · about 1 min left for all"
        assert queue.status() == Status(expected, 6, 8)


def test_single_tool_has_no_position_and_one_estimate(tool: Tool) -> None:
    clock = Clock()
    queue = BuildQueue(clock=clock)
    with queue.building(tool) as progress:
        progress.plan(packages())
        clock.now += 10
        _start_packages(progress, 3)
        assert queue.status().text == "tool 1.2.3 · Go build · 6 of 8 packages · about 10 s left"


def test_tool_with_failed_download_is_built_before_waiting_tools(tool: Tool) -> None:
    later = replace(tool, name="later")
    queue = BuildQueue([later])
    with queue.building(tool):
        assert queue.label(tool).endswith("Go build 1 of 2")
        assert queue.label(later).endswith("Go build 2 of 2")


def test_every_tool_has_a_weight() -> None:
    assert {tool.name for tool in TOOLS} == set(WEIGHTS)
