"""A run about a part of a stack: what it does not see stays as it is, whatever the run does, however it ends."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from anykube._partial import apps_in
from anykube_cli.state_service.partial_update import OutdatedPlanError, PartialUpdate, split
from anykube_cli.state_service.store import Engine, Stack, Store, Update

_STACK = "urn:pulumi:many::anykube::"


def _urn(kind: str, name: str) -> str:
    return f"{_STACK}{kind}::{name}"


_ROOT, _PROVIDER = _urn("pulumi:pulumi:Stack", "anykube-many"), _urn("pulumi:providers:kubernetes", "k8s")


def _component(name: str) -> dict[str, Any]:
    return {"urn": _urn("anykube:index:WebService", name), "type": "anykube:index:WebService", "parent": _ROOT}


def _object(name: str, tag: str = "1", provider: str = "first", **more: Any) -> dict[str, Any]:
    return {
        "urn": _urn("anykube:index:WebService$kubernetes:apps/v1:Deployment", name),
        "type": "kubernetes:apps/v1:Deployment",
        "custom": True,
        "id": f"demo/{name}",
        "parent": _urn("anykube:index:WebService", name),
        "provider": f"{_PROVIDER}::{provider}",
        "inputs": {"tag": tag},
        **more,
    }


def _provider(identity: str = "first") -> dict[str, Any]:
    return {"urn": _PROVIDER, "type": "pulumi:providers:kubernetes", "custom": True, "id": identity}


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """Three apps, a, b and c."""
    made = Store(tmp_path).stack("anykube", "many")
    apps = [resource for name in "abc" for resource in (_component(name), _object(name))]
    root = {"urn": _ROOT, "type": "pulumi:pulumi:Stack"}
    state = {"version": 3, "deployment": {"manifest": {}, "resources": [root, _provider(), *apps]}}
    made.create({}, state)
    return made


def _offer(stack: Stack, names: str) -> bool:
    left_out = tuple(_urn("anykube:index:WebService", name) for name in "abc" if name not in names.split(","))
    return stack.plan_partial_update(PartialUpdate(names, stack.metadata()["version"], left_out), stack.deployment())


def _begin(stack: Stack, part: str | None, pid: int | None = None) -> None:
    engine = Engine(pid or os.getpid(), time.time())
    stack.begin_update(Update(id="one", kind="update", engine=engine, pulumi="3.255.0"), {}, part)


def _append(stack: Stack, *entries: dict[str, Any]) -> None:
    numbered = [{"version": 1, "sequenceID": n, "operationID": n, **entry} for n, entry in enumerate(entries, 1)]
    stack.append_journal(json.dumps({"entries": numbered}).encode())


def _there(state: dict[str, Any]) -> list[str]:
    return [resource["urn"].rpartition("::")[2] for resource in state["deployment"]["resources"]]


def _place(stack: Stack, part: str, urn: str) -> int:
    """Of a resource in the state that the run sees: that is how an engine names what it does away with."""
    return [resource["urn"] for resource in stack.partial_state(part)["deployment"]["resources"]].index(urn)


def test_the_run_sees_its_apps_and_what_is_no_apps(stack: Stack) -> None:
    assert _offer(stack, "b")
    assert _there(stack.partial_state("b")) == ["anykube-many", "k8s", "b", "b"]
    assert _there(stack.deployment()) == ["anykube-many", "k8s", "a", "a", "b", "b", "c", "c"]


def test_what_the_run_does_counts_and_the_others_stay(stack: Stack) -> None:
    _offer(stack, "b")
    old = _place(stack, "b", _object("b")["urn"])
    _begin(stack, "b")
    _append(stack, {"kind": 1, "state": _object("b", "2"), "removeOld": old})
    during = stack.deployment()
    stack.complete_update("succeeded")
    for state in (during, stack.deployment()):
        objects = [resource for resource in state["deployment"]["resources"] if "inputs" in resource]
        assert {one["id"]: one["inputs"]["tag"] for one in objects} == {"demo/a": "1", "demo/b": "2", "demo/c": "1"}
        assert sorted(_there(state)) == sorted(["anykube-many", "k8s", *"aabbcc"])


def test_the_engine_sees_only_the_part_also_while_it_is_at_work(stack: Stack) -> None:
    _offer(stack, "b")
    _begin(stack, "b")
    assert _there(stack.partial_state("b")) == ["anykube-many", "k8s", "b", "b"]


def test_a_removed_app_goes_and_only_that(stack: Stack) -> None:
    _offer(stack, "b")
    places = [_place(stack, "b", urn) for urn in (_object("b")["urn"], _component("b")["urn"])]
    _begin(stack, "b")
    _append(stack, *({"kind": 1, "removeOld": place} for place in places))
    stack.complete_update("succeeded")
    assert _there(stack.deployment()) == ["anykube-many", "k8s", "a", "a", "c", "c"]


def test_a_killed_run_is_taken_over_with_what_it_did(stack: Stack) -> None:
    _offer(stack, "b")
    old = _place(stack, "b", _object("b")["urn"])
    _begin(stack, "b", pid=2**22 + 1)
    _append(stack, {"kind": 1, "state": _object("b", "2"), "removeOld": old})
    assert stack.recover()
    state = stack.deployment()
    assert sorted(_there(state)) == sorted(["anykube-many", "k8s", *"aabbcc"])
    [b] = [resource for resource in state["deployment"]["resources"] if resource["urn"] == _object("b")["urn"]]
    assert b["inputs"]["tag"] == "2"


def test_what_others_still_name_waits_for_its_deletion(stack: Stack) -> None:
    """A replaced provider: the state would be one that no engine reads."""
    _offer(stack, "b")
    old = _place(stack, "b", _PROVIDER)
    _begin(stack, "b")
    _append(
        stack,
        {"kind": 1, "state": _provider("second"), "deleteOld": old},
        {"kind": 1, "removeOld": old},
    )
    stack.complete_update("succeeded")
    providers = [r for r in stack.deployment()["deployment"]["resources"] if r["urn"] == _PROVIDER]
    assert [(one["id"], one.get("delete", False)) for one in providers] == [("second", False), ("first", True)]


def test_a_provider_that_the_run_had_no_use_for_is_the_others(stack: Stack) -> None:
    """By itself an engine removes a default provider that no resource of the program asked for."""
    _offer(stack, "b")
    old = _place(stack, "b", _PROVIDER)
    _begin(stack, "b")
    _append(stack, {"kind": 1, "removeOld": old})
    stack.complete_update("succeeded")
    assert [r for r in stack.deployment()["deployment"]["resources"] if r["urn"] == _PROVIDER] == [_provider()]


def test_a_renamed_one_is_still_known_to_the_others(stack: Stack) -> None:
    _offer(stack, "b")
    old, now = _place(stack, "b", _PROVIDER), _urn("pulumi:providers:kubernetes", "renamed")
    _begin(stack, "b")
    _append(stack, {"kind": 1, "state": {**_provider(), "urn": now, "aliases": [_PROVIDER]}, "removeOld": old})
    stack.complete_update("succeeded")
    resources = stack.deployment()["deployment"]["resources"]
    assert {one["provider"] for one in resources if "provider" in one} == {f"{now}::first"}
    assert all(not one.get("delete") for one in resources)


@pytest.mark_as_rehearsal.parametrize("field", ["dependencies", "deletedWith", "propertyDependencies"])
def test_no_part_where_what_is_seen_names_what_is_not(stack: Stack, field: str) -> None:
    urn = _object("a")["urn"]
    value = {"dependencies": [urn], "deletedWith": urn, "propertyDependencies": {"x": [urn]}}[field]
    state = stack.deployment()
    state["deployment"]["resources"][-3] |= {field: value}
    stack.import_state(state)
    assert not _offer(stack, "b")
    assert _offer(stack, "a,b")


def test_a_run_in_between_makes_a_part_void(stack: Stack) -> None:
    _offer(stack, "b")
    stack.import_state(stack.deployment())
    for action in (lambda: stack.partial_state("b"), lambda: _begin(stack, "b")):
        with pytest.raises(OutdatedPlanError, match="many was changed since"):
            action()
    assert stack.current_update() is None


def test_a_part_is_planned_before_it_is_asked_for(stack: Stack) -> None:
    with pytest.raises(OutdatedPlanError, match="nobody planned"):
        stack.partial_state("b")
    _offer(stack, "b")
    with pytest.raises(OutdatedPlanError):
        stack.partial_state("a")


def test_the_next_run_of_the_whole_stack_sees_everything(stack: Stack) -> None:
    _offer(stack, "b")
    _begin(stack, "b")
    stack.complete_update("succeeded")
    _begin(stack, None)
    assert stack.current_update() is not None
    assert len(_there(stack.deployment())) == 8


def test_what_waits_for_its_deletion_goes_with_its_app() -> None:
    waiting = _object("a", delete=True)
    seen, rest = split([_component("a"), _object("a"), waiting, _component("b")], [_component("a")["urn"]])
    assert rest == [_component("a"), _object("a"), waiting]
    assert seen == [_component("b")]


@pytest.mark_as_rehearsal.parametrize(
    ("address", "names"),
    [
        ("http://127.0.0.1:1", None),
        ("http://127.0.0.1:1/part/many/b", {"b"}),
        ("http://127.0.0.1:1/part/many/a,b-c", {"a", "b-c"}),
        ("http://127.0.0.1:1/part/other/b", None),
        ("file:///somewhere", None),
    ],
)
def test_the_address_names_the_apps(address: str, names: set[str] | None) -> None:
    assert apps_in(address, "many") == names
