"""The progress of a run, from event logs that Pulumi 3.255.0 wrote.

The program: "network" (1 s), then "cluster" (3 s), then "web" (2 s) and "api" (1 s) together, below a component. The
program starts at 1000. The logs have only the debug events about registrations, and no properties.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from anykube_cli.durations import Durations
from anykube_cli.event_log import EventLog
from anykube_cli.run_progress import RunProgress, existing, key_of
from anykube_cli.toolchain.progress import Status

LOGS = Path(__file__).parent / "event_logs"
_ALL = frozenset(f"pulumi-python:dynamic:Resource::{name}" for name in ("network", "cluster", "web", "api"))


def _key(name: str) -> str:
    return f"pulumi-python:dynamic:Resource::{name}"


_LAST = Durations(
    {f"create {_key('network')}": 1.0, f"create {_key('cluster')}": 3.0, f"create {_key('web')}": 20.0},
    parallel={"up": 2.0},
    runs={"preview": 12.0},
    steps={"up": 9.0},
)


def _until(log: str, last_name: str, kind: str, progress: RunProgress) -> RunProgress:
    """Applies the log up to that resource's first event of the kind."""
    for event in EventLog(LOGS / log).new():
        progress.apply(event)
        if event.get(kind, {}).get("metadata", {}).get("urn", "").endswith(f"::{last_name}"):
            return progress
    raise AssertionError(f"{log} has no {kind} of {last_name}")


def _applied(log: str, progress: RunProgress) -> RunProgress:
    for event in EventLog(LOGS / log).new():
        progress.apply(event)
    return progress


def test_shows_the_start_of_the_program() -> None:
    assert RunProgress("dev", "up").status(1000).text == "dev · deploying · starting the program"


def test_knows_all_resources_before_their_operations_start() -> None:
    progress = _until("up.jsonl", "cluster", "resourcePreEvent", RunProgress("dev", "up"))
    # cluster has been running for 2 s. network took 1 s, so web and api are estimated at 1 s each, one after the other.
    expected = "dev · deploying · 1 of 4 resources · about 2 s left · waiting for Resource cluster for 2 s"
    assert progress.status(1004) == Status(expected, 1, 4)


def test_reads_a_log_with_colour_marks() -> None:
    """Pulumi writes such a log if its output is coloured."""
    progress = _applied("up-coloured.jsonl", RunProgress("dev", "up"))
    assert progress.status(1004).total == 4


def test_names_the_resource_that_runs_longest() -> None:
    progress = _until("up.jsonl", "web", "resourcePreEvent", RunProgress("dev", "up"))
    assert "2 of 4 resources · about 2 s left · waiting for Resource api for 1 s" in progress.status(1006).text


def test_estimates_from_the_durations_of_the_last_run() -> None:
    progress = _until("up.jsonl", "cluster", "resourcePreEvent", RunProgress("dev", "up", last=_LAST))
    # cluster has 3 - 2 = 1 s, web 20 s, and api, unknown, this run's average of 1 s. 22 s of work, two at once, take
    # 11 s, but web alone takes longer.
    assert progress.remaining(1004) == 20.0


def test_estimates_with_the_parallelism_of_the_last_run() -> None:
    last = Durations({f"delete {key}": 6.0 for key in _ALL}, parallel={"destroy": 2.0})
    progress = RunProgress("dev", "destroy", _ALL, last)
    _until("destroy.jsonl", "web", "resourcePreEvent", progress)
    assert progress.remaining(1001) == 12.0


@pytest.mark.parametrize(("now", "remaining"), [(1004, 1.0), (1006, None)])
def test_has_no_estimate_for_an_overdue_resource(now: float, remaining: float | None) -> None:
    durations = Durations({f"create {_key('cluster')}": 3.0}, parallel={"up": 1.0})
    progress = RunProgress("dev", "up", _ALL, durations)
    _until("up.jsonl", "cluster", "resourcePreEvent", progress)
    assert progress.remaining(now) == remaining


def test_has_no_estimate_without_any_duration() -> None:
    progress = _until("up.jsonl", "network", "resourcePreEvent", RunProgress("dev", "up"))
    assert progress.remaining(1002) is None
    assert progress.status(1002).text == "dev · deploying · 0 of 4 resources · waiting for Resource network for 1 s"


def test_learns_the_durations_at_the_end() -> None:
    progress = _applied("up.jsonl", RunProgress("dev", "up", last=_LAST))
    assert progress.status(1008) == Status("dev · deploying · 4 of 4 resources", 4, 4)
    assert progress.learn(1008) == Durations(
        {
            f"create {_key('network')}": 1.0,
            f"create {_key('cluster')}": 3.0,
            f"create {_key('web')}": 2.0,
            f"create {_key('api')}": 1.0,
        },
        parallel={"up": 1.0},  # 7 s of work in 8 s
        runs={"preview": 12.0, "up": 8.0},
        steps={"up": 9.0},
    )


def test_destroy_takes_its_resources_from_the_state() -> None:
    progress = RunProgress("dev", "destroy", _ALL)
    assert progress.status(999) == Status("dev · destroying · 0 of 4 resources", 0, 4)
    _until("destroy.jsonl", "cluster", "resourcePreEvent", progress)
    assert "2 of 4 resources" in progress.status(1003).text
    _applied("destroy.jsonl", progress)
    assert progress.learn(1005).operations.keys() == {f"delete {key}" for key in _ALL}


def test_a_failed_resource_counts_as_done() -> None:
    progress = _applied("fail.jsonl", RunProgress("dev", "up", _ALL))
    assert progress.status(1007) == Status("dev · deploying · 5 of 5 resources", 5, 5)
    assert progress.learn(1007).operations.keys() <= {f"create {_key('broken')}"}


@pytest.mark.parametrize(("last", "remaining"), [(_LAST, 8.0), (Durations(), 12.0)])
def test_estimates_a_preview_from_the_last_one_or_its_rate(last: Durations, remaining: float) -> None:
    progress = _until("up.jsonl", "network", "resOutputsEvent", RunProgress("dev", "preview", (), last))
    assert progress.remaining(1004) == remaining  # one of four resources took 4 s so far
    assert progress.learn(1004).operations == last.operations


def test_a_replacement_makes_a_resource_pending_again() -> None:
    progress = RunProgress("dev", "up")
    progress.apply(_step("resourcePreEvent", "create-replacement", 10))
    progress.apply(_step("resOutputsEvent", "create-replacement", 12))
    progress.apply(_step("resourcePreEvent", "delete-replaced", 13))
    expected = "dev · deploying · 0 of 1 resources · about 1 s left · waiting for Deployment web for 1 s"
    assert progress.status(14).text == expected


def _step(kind: str, operation: str, timestamp: int) -> Mapping[str, Any]:
    urn = "urn:pulumi:dev::p::anykube:index:WebService$kubernetes:apps/v1:Deployment::web"
    return {"timestamp": timestamp, kind: {"metadata": {"op": operation, "urn": urn, "new": {"custom": True}}}}


def test_the_caller_formats_the_time_left() -> None:
    progress = RunProgress("dev", "up", time_left=lambda seconds: f" · {seconds} · step 2 of 7")
    assert progress.status(1).text == "dev · deploying · starting the program · None · step 2 of 7"


def test_a_key_has_type_and_name() -> None:
    assert key_of("urn:pulumi:dev::p::a:b:C$kubernetes:apps/v1:Deployment::web::x") == (
        "kubernetes:apps/v1:Deployment::web::x"
    )


def test_ignores_components_and_default_providers() -> None:
    def resource(kind: str, name: str, **fields: Any) -> dict[str, Any]:
        return {"urn": f"urn:pulumi:dev::p::{kind}::{name}", **fields}

    resources = [
        resource("pulumi:pulumi:Stack", "p-dev"),
        resource("pulumi:providers:kubernetes", "default_4_25_0", custom=True),
        resource("pulumi:providers:kubernetes", "cluster", custom=True),
        resource("anykube:index:App", "web"),
        resource("kubernetes:core/v1:Service", "web", custom=True),
    ]
    assert existing({"resources": resources}) == {
        "pulumi:providers:kubernetes::cluster",
        "kubernetes:core/v1:Service::web",
    }
    assert existing({}) == frozenset()


def test_reads_a_growing_log_without_incomplete_lines(tmp_path: Path) -> None:
    log, content = tmp_path / "events", (LOGS / "destroy.jsonl").read_bytes()
    events = EventLog(log)
    assert list(events.new()) == []
    half = content.index(b'"resOutputsEvent"') + 5
    log.write_bytes(content[:half])
    assert [next(iter(event.keys() - {"sequence", "timestamp"})) for event in events.new()] == ["resourcePreEvent"] * 2
    log.write_bytes(content)
    complete: Iterator[Mapping[str, Any]] = EventLog(log).new()
    assert [*events.new()] == [*complete][2:]
    assert list(events.new()) == []


def test_durations_are_readable_only_by_their_owner(tmp_path: Path) -> None:
    file = tmp_path / "durations" / "dev.json"
    assert Durations.load(file) == Durations()
    _LAST.save(file)
    assert Durations.load(file) == _LAST
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [path.name for path in file.parent.iterdir()] == ["dev.json"]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"of": {"another": 1}}'])
def test_ignores_durations_in_another_format(tmp_path: Path, content: str) -> None:
    (tmp_path / "dev.json").write_text(content)
    assert Durations.load(tmp_path / "dev.json") == Durations()


def test_ignores_errors_while_writing_durations(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    _LAST.save(tmp_path / "file" / "dev.json")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
