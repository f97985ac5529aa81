"""Stacks as files: whatever is killed, at any time, state and journal together describe what exists."""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from anykube_cli.state_service import store as store_module
from anykube_cli.state_service.store import BusyError, Engine, ResourcesLeftError, Stack, Store, Update
from anykube_cli.toolchain import simulation
from anykube_cli.toolchain.simulation import ForeignStateError


def _entry(number: int, name: str) -> dict[str, Any]:
    state = {"urn": f"urn:pulumi:local::anykube::a:b:C::{name}", "type": "a:b:C", "custom": True}
    return {"version": 1, "kind": 1, "sequenceID": number, "operationID": number, "state": state}


def _batch(*names: str, first: int = 1) -> bytes:
    return json.dumps({"entries": [_entry(first + index, name) for index, name in enumerate(names)]}).encode()


def _names(stack: Stack) -> list[str]:
    resources = stack.deployment()["deployment"].get("resources", [])
    return [resource["urn"].rpartition("::")[2] for resource in resources]


def _unused_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def _update(pid: int | None = None, **fields: Any) -> Update:
    engine = fields.pop("engine", Engine(pid or os.getpid(), time.time()))
    return Update(id=fields.pop("id", "one"), kind="update", engine=engine, pulumi="3.255.0", **fields)


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    stack = Store(tmp_path).stack("anykube", "local")
    stack.create({"pulumi:project": "anykube"})
    return stack


def test_new_stack_is_empty(stack: Stack, tmp_path: Path) -> None:
    assert _names(stack) == []
    assert stack.metadata() == {"tags": {"pulumi:project": "anykube"}, "version": 0}
    assert [(listed.project, listed.name) for listed in Store(tmp_path).stacks()] == [("anykube", "local")]


def test_state_includes_current_and_completed_run(stack: Stack) -> None:
    assert stack.begin_update(_update(), {}) == 1
    stack.append_journal(_batch("a", "b"))
    assert _names(stack) == ["a", "b"]
    stack.append_journal(_batch("c", first=3))
    stack.record_changes({"create": 3})
    stack.complete_update("succeeded")
    assert _names(stack) == ["a", "b", "c"]
    assert stack.current_update() is None
    [entry] = stack.history()
    assert (entry["result"], entry["version"], entry["resourceChanges"]) == ("succeeded", 1, {"create": 3})


def test_second_run_is_rejected(stack: Stack) -> None:
    stack.begin_update(_update(), {})
    for action in (
        lambda: stack.begin_update(_update(id="two"), {}),
        lambda: stack.import_state({}),
        stack.recover,
        stack.remove,
    ):
        with pytest.raises(
            BusyError, match=rf"another run is updating this stack: .* \(process {os.getpid()}, since 20"
        ):
            action()


@pytest.mark.parametrize(
    "engine",
    [
        Engine(os.getpid(), time.time() + 400 * 86400, host="other-host"),
        Engine(1, time.time(), host="other-host"),
    ],
)
def test_engine_on_another_host_counts_as_running(stack: Stack, engine: Engine) -> None:
    stack.begin_update(_update(engine=engine), {})
    with pytest.raises(BusyError, match="other-host"):
        stack.recover()


def test_reused_pid_does_not_count_as_running() -> None:
    assert Engine(os.getpid(), time.time() - 400 * 86400, host=platform.node()).is_gone
    assert not Engine(os.getpid(), time.time(), host=platform.node()).is_gone


def test_recovers_changes_of_killed_run(stack: Stack) -> None:
    stack.begin_update(_update(pid=_unused_pid()), {})
    stack.append_journal(_batch("a"))
    assert _names(stack) == ["a"]
    killed = stack.recover()
    assert killed
    assert killed.id == "one"
    assert stack.recover() is None
    assert _names(stack) == ["a"]
    assert stack.history()[0]["result"] == "failed"


def test_next_run_recovers_killed_one(stack: Stack) -> None:
    stack.begin_update(_update(pid=_unused_pid()), {})
    stack.append_journal(_batch("a"))
    assert stack.begin_update(_update(id="two"), {}) == 2
    stack.append_journal(_batch("b"))
    assert _names(stack) == ["b", "a"]


def test_ignores_incomplete_batch(stack: Stack, tmp_path: Path) -> None:
    stack.begin_update(_update(), {})
    stack.append_journal(_batch("a"))
    with (tmp_path / "anykube" / "local" / "journal.jsonl").open("ab") as file:
        file.write(_batch("b", first=2)[:-10])
    assert _names(stack) == ["a"]


@pytest.mark.parametrize("moment", range(1, 8))
def test_interrupted_completion_loses_and_repeats_nothing(
    stack: Stack, moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupts the process just before each change of a file."""
    stack.begin_update(_update(pid=_unused_pid()), {})
    stack.append_journal(_batch("a", "b"))
    moments = iter(range(1, 100))

    def interruptible(action: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **keywords: Any) -> Any:
            if next(moments) == moment:
                raise KeyboardInterrupt
            return action(*arguments, **keywords)

        return call

    with monkeypatch.context() as patch:
        for name in ("write_bytes", "replace", "unlink"):
            patch.setattr(Path, name, interruptible(getattr(Path, name)))
        try:
            stack.complete_update("succeeded")
        except KeyboardInterrupt:
            pass
        else:
            assert next(moments) <= moment, "completion changes more files than the test interrupts"
    assert _names(stack) == ["a", "b"]
    stack.recover()
    assert _names(stack) == ["a", "b"]
    assert stack.current_update() is None
    stack.begin_update(_update(id="two"), {})
    stack.append_journal(_batch("c"))
    assert _names(stack) == ["c", "a", "b"]


def test_import_replaces_state(stack: Stack) -> None:
    stack.import_state({"version": 3, "deployment": {"resources": [_entry(1, "x")["state"]]}})
    assert _names(stack) == ["x"]


def test_stack_with_resources_is_removed_only_by_force(stack: Stack) -> None:
    stack.import_state({"version": 3, "deployment": {"resources": [_entry(1, "x")["state"]]}})
    with pytest.raises(ResourcesLeftError):
        stack.remove()
    stack.remove(force=True)
    assert not stack.exists


def test_root_resource_does_not_prevent_removal(stack: Stack) -> None:
    root = {"urn": "urn:pulumi:local::anykube::pulumi:pulumi:Stack::x", "type": "pulumi:pulumi:Stack"}
    stack.import_state({"version": 3, "deployment": {"resources": [root]}})
    stack.remove()
    assert not stack.exists


def test_history_is_latest_first(stack: Stack) -> None:
    for number in range(3):
        stack.begin_update(_update(id=str(number)), {})
        stack.complete_update("succeeded")
    assert [entry["version"] for entry in stack.history()] == [3, 2, 1]


def test_files_are_replaced_atomically(stack: Stack, tmp_path: Path) -> None:
    stack.import_state({"version": 3, "deployment": {}})
    file = tmp_path / "anykube" / "local" / "deployment.json"
    with file.open() as before:
        stack.import_state({"version": 3, "deployment": {"resources": [_entry(1, "x")["state"]]}})
        assert json.load(before)["deployment"] == {}
    assert store_module._read(file)["deployment"]["resources"]


def _cloud_state(*, simulated: bool) -> dict[str, Any]:
    outputs = {"id": "vpc-1", **({simulation.MARK: {}} if simulated else {})}
    vpc = {"urn": "urn:pulumi:prod::anykube::aws:ec2/vpc:Vpc::net", "type": "aws:ec2/vpc:Vpc", "custom": True}
    return {"version": 3, "deployment": {"resources": [{**vpc, "outputs": outputs}]}}


@pytest.mark.parametrize("simulated", [True, False])
def test_rehearsal_and_real_cloud_reject_each_others_state(tmp_path: Path, simulated: bool) -> None:
    store = Store(tmp_path)
    if simulated:
        Store.mark_as_rehearsal(tmp_path)
    stack = store.stack("anykube", "prod")
    with pytest.raises(ForeignStateError, match="aws:ec2/vpc:Vpc::net"):
        stack.create({}, _cloud_state(simulated=not simulated))
    assert not stack.exists
    stack.create({}, _cloud_state(simulated=simulated))
    with pytest.raises(ForeignStateError, match="rehearsal"):
        stack.import_state(_cloud_state(simulated=not simulated))
    assert stack.deployment() == _cloud_state(simulated=simulated)
