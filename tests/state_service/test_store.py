"""Stacks as files: whatever is killed, and whenever, state and journal tell together what exists."""

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
    found = stack.deployment()["deployment"].get("resources", [])
    return [resource["urn"].rpartition("::")[2] for resource in found]


def _gone() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def _update(pid: int | None = None, **fields: Any) -> Update:
    engine = fields.pop("engine", Engine(pid or os.getpid(), time.time()))
    return Update(id=fields.pop("id", "one"), kind="update", engine=engine, pulumi="3.255.0", **fields)


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    made = Store(tmp_path).stack("anykube", "local")
    made.create({"pulumi:project": "anykube"})
    return made


def test_a_stack_begins_empty(stack: Stack, tmp_path: Path) -> None:
    assert _names(stack) == []
    assert stack.metadata() == {"tags": {"pulumi:project": "anykube"}, "version": 0}
    assert [(found.project, found.name) for found in Store(tmp_path).stacks()] == [("anykube", "local")]


def test_a_run_is_seen_while_it_is_at_work_and_after(stack: Stack) -> None:
    assert stack.begin_update(_update(), {}) == 1
    stack.append_journal(_batch("a", "b"))
    assert _names(stack) == ["a", "b"]
    stack.append_journal(_batch("c", first=3))
    stack.record_changes({"create": 3})
    stack.complete_update("succeeded")
    assert _names(stack) == ["a", "b", "c"]
    assert stack.current_update() is None
    [told] = stack.history()
    assert (told["result"], told["version"], told["resourceChanges"]) == ("succeeded", 1, {"create": 3})


def test_a_second_run_waits_for_the_first(stack: Stack) -> None:
    stack.begin_update(_update(), {})
    for action in (
        lambda: stack.begin_update(_update(id="two"), {}),
        lambda: stack.import_state({}),
        stack.recover,
        stack.remove,
    ):
        with pytest.raises(BusyError, match=rf"at work on this stack \(process {os.getpid()}, since 20"):
            action()


@pytest.mark_as_rehearsal.parametrize(
    "engine",
    [
        Engine(os.getpid(), time.time() + 400 * 86400, host="elsewhere"),
        Engine(1, time.time(), host="elsewhere"),
    ],
)
def test_who_works_on_another_host_is_never_known_to_be_gone(stack: Stack, engine: Engine) -> None:
    stack.begin_update(_update(engine=engine), {})
    with pytest.raises(BusyError, match="elsewhere"):
        stack.recover()


def test_the_pid_may_be_somebody_elses_by_now() -> None:
    assert Engine(os.getpid(), time.time() - 400 * 86400, host=platform.node()).is_gone
    assert not Engine(os.getpid(), time.time(), host=platform.node()).is_gone


def test_what_a_killed_run_did_is_known(stack: Stack) -> None:
    stack.begin_update(_update(pid=_gone()), {})
    stack.append_journal(_batch("a"))
    assert _names(stack) == ["a"]
    killed = stack.recover()
    assert killed
    assert killed.id == "one"
    assert stack.recover() is None
    assert _names(stack) == ["a"]
    assert stack.history()[0]["result"] == "failed"


def test_the_next_run_takes_over_by_itself(stack: Stack) -> None:
    stack.begin_update(_update(pid=_gone()), {})
    stack.append_journal(_batch("a"))
    assert stack.begin_update(_update(id="two"), {}) == 2
    stack.append_journal(_batch("b"))
    assert _names(stack) == ["b", "a"]


def test_a_batch_that_was_not_written_to_its_end_was_never_acknowledged(stack: Stack, tmp_path: Path) -> None:
    stack.begin_update(_update(), {})
    stack.append_journal(_batch("a"))
    with (tmp_path / "anykube" / "local" / "journal.jsonl").open("ab") as file:
        file.write(_batch("b", first=2)[:-10])
    assert _names(stack) == ["a"]


@pytest.mark_as_rehearsal.parametrize("moment", range(1, 8))
def test_a_kill_at_any_moment_of_the_end_loses_and_doubles_nothing(
    stack: Stack, moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every change of a file counts as a moment, and the process is gone just before it."""
    stack.begin_update(_update(pid=_gone()), {})
    stack.append_journal(_batch("a", "b"))
    moments = iter(range(1, 100))

    def cut(action: Callable[..., Any]) -> Callable[..., Any]:
        def maybe(*arguments: Any, **named: Any) -> Any:
            if next(moments) == moment:
                raise KeyboardInterrupt
            return action(*arguments, **named)

        return maybe

    with monkeypatch.context() as patch:
        for name in ("write_bytes", "replace", "unlink"):
            patch.setattr(Path, name, cut(getattr(Path, name)))
        try:
            stack.complete_update("succeeded")
        except KeyboardInterrupt:
            pass
        else:
            assert next(moments) <= moment, "there are more moments than are tried"
    assert _names(stack) == ["a", "b"]
    stack.recover()
    assert _names(stack) == ["a", "b"]
    assert stack.current_update() is None
    stack.begin_update(_update(id="two"), {})
    stack.append_journal(_batch("c"))
    assert _names(stack) == ["c", "a", "b"]


def test_an_imported_state_is_the_state(stack: Stack) -> None:
    stack.import_state({"version": 3, "deployment": {"resources": [_entry(1, "x")["state"]]}})
    assert _names(stack) == ["x"]


def test_a_stack_with_resources_is_removed_only_by_force(stack: Stack) -> None:
    stack.import_state({"version": 3, "deployment": {"resources": [_entry(1, "x")["state"]]}})
    with pytest.raises(ResourcesLeftError):
        stack.remove()
    stack.remove(force=True)
    assert not stack.exists


def test_the_stack_itself_is_no_resource(stack: Stack) -> None:
    root = {"urn": "urn:pulumi:local::anykube::pulumi:pulumi:Stack::x", "type": "pulumi:pulumi:Stack"}
    stack.import_state({"version": 3, "deployment": {"resources": [root]}})
    stack.remove()
    assert not stack.exists


def test_history_begins_with_the_last(stack: Stack) -> None:
    for number in range(3):
        stack.begin_update(_update(id=str(number)), {})
        stack.complete_update("succeeded")
    assert [told["version"] for told in stack.history()] == [3, 2, 1]


def test_nothing_is_written_in_place(stack: Stack, tmp_path: Path) -> None:
    stack.import_state({"version": 3, "deployment": {}})
    file = tmp_path / "anykube" / "local" / "deployment.json"
    with file.open() as before:
        stack.import_state({"version": 3, "deployment": {"resources": [_entry(1, "x")["state"]]}})
        assert json.load(before)["deployment"] == {}
    assert store_module._read(file)["deployment"]["resources"]


def _cloud(*, simulated: bool) -> dict[str, Any]:
    outputs = {"id": "vpc-1", **({simulation.MARK: {}} if simulated else {})}
    vpc = {"urn": "urn:pulumi:prod::anykube::aws:ec2/vpc:Vpc::net", "type": "aws:ec2/vpc:Vpc", "custom": True}
    return {"version": 3, "deployment": {"resources": [{**vpc, "outputs": outputs}]}}


@pytest.mark_as_rehearsal.parametrize("simulated", [True, False])
def test_a_rehearsals_state_and_a_real_one_are_kept_apart(tmp_path: Path, simulated: bool) -> None:
    store = Store(tmp_path)
    if simulated:
        Store.mark_as_rehearsal(tmp_path)
    stack = store.stack("anykube", "prod")
    with pytest.raises(ForeignStateError, match="aws:ec2/vpc:Vpc::net"):
        stack.create({}, _cloud(simulated=not simulated))
    assert not stack.exists
    stack.create({}, _cloud(simulated=simulated))
    with pytest.raises(ForeignStateError, match="rehearsal"):
        stack.import_state(_cloud(simulated=not simulated))
    assert stack.deployment() == _cloud(simulated=simulated)
