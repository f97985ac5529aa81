"""Partial updates: components that the run does not see stay unchanged, whatever the run does and however it ends."""

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


def _object(name: str, tag: str = "1", provider: str = "first", **fields: Any) -> dict[str, Any]:
    return {
        "urn": _urn("anykube:index:WebService$kubernetes:apps/v1:Deployment", name),
        "type": "kubernetes:apps/v1:Deployment",
        "custom": True,
        "id": f"demo/{name}",
        "parent": _urn("anykube:index:WebService", name),
        "provider": f"{_PROVIDER}::{provider}",
        "inputs": {"tag": tag},
        **fields,
    }


def _provider(provider_id: str = "first") -> dict[str, Any]:
    return {"urn": _PROVIDER, "type": "pulumi:providers:kubernetes", "custom": True, "id": provider_id}


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """A stack with three apps: a, b and c."""
    stack = Store(tmp_path).stack("anykube", "many")
    apps = [resource for name in "abc" for resource in (_component(name), _object(name))]
    root = {"urn": _ROOT, "type": "pulumi:pulumi:Stack"}
    state = {"version": 3, "deployment": {"manifest": {}, "resources": [root, _provider(), *apps]}}
    stack.create({}, state)
    return stack


def _plan(stack: Stack, names: str) -> bool:
    left_out = tuple(_urn("anykube:index:WebService", name) for name in "abc" if name not in names.split(","))
    return stack.plan_partial_update(PartialUpdate(names, stack.metadata()["version"], left_out), stack.deployment())


def _begin(stack: Stack, names: str | None, pid: int | None = None) -> None:
    engine = Engine(pid or os.getpid(), time.time())
    stack.begin_update(Update(id="one", kind="update", engine=engine, pulumi="3.255.0"), {}, names)


def _append(stack: Stack, *entries: dict[str, Any]) -> None:
    numbered = [{"version": 1, "sequenceID": n, "operationID": n, **entry} for n, entry in enumerate(entries, 1)]
    stack.append_journal(json.dumps({"entries": numbered}).encode())


def _names(state: dict[str, Any]) -> list[str]:
    return [resource["urn"].rpartition("::")[2] for resource in state["deployment"]["resources"]]


def _index(stack: Stack, names: str, urn: str) -> int:
    """The index of a resource in the state that the run sees. Journal entries refer to old resources by index."""
    return [resource["urn"] for resource in stack.partial_state(names)["deployment"]["resources"]].index(urn)


def test_run_sees_its_apps_and_shared_resources(stack: Stack) -> None:
    assert _plan(stack, "b")
    assert _names(stack.partial_state("b")) == ["anykube-many", "k8s", "b", "b"]
    assert _names(stack.deployment()) == ["anykube-many", "k8s", "a", "a", "b", "b", "c", "c"]


def test_changes_own_apps_and_keeps_others(stack: Stack) -> None:
    _plan(stack, "b")
    old = _index(stack, "b", _object("b")["urn"])
    _begin(stack, "b")
    _append(stack, {"kind": 1, "state": _object("b", "2"), "removeOld": old})
    during = stack.deployment()
    stack.complete_update("succeeded")
    for state in (during, stack.deployment()):
        objects = [resource for resource in state["deployment"]["resources"] if "inputs" in resource]
        tags = {resource["id"]: resource["inputs"]["tag"] for resource in objects}
        assert tags == {"demo/a": "1", "demo/b": "2", "demo/c": "1"}
        assert sorted(_names(state)) == sorted(["anykube-many", "k8s", *"aabbcc"])


def test_running_engine_still_sees_only_its_apps(stack: Stack) -> None:
    _plan(stack, "b")
    _begin(stack, "b")
    assert _names(stack.partial_state("b")) == ["anykube-many", "k8s", "b", "b"]


def test_removes_only_its_app(stack: Stack) -> None:
    _plan(stack, "b")
    indices = [_index(stack, "b", urn) for urn in (_object("b")["urn"], _component("b")["urn"])]
    _begin(stack, "b")
    _append(stack, *({"kind": 1, "removeOld": index} for index in indices))
    stack.complete_update("succeeded")
    assert _names(stack.deployment()) == ["anykube-many", "k8s", "a", "a", "c", "c"]


def test_recovers_changes_of_killed_run(stack: Stack) -> None:
    _plan(stack, "b")
    old = _index(stack, "b", _object("b")["urn"])
    _begin(stack, "b", pid=2**22 + 1)
    _append(stack, {"kind": 1, "state": _object("b", "2"), "removeOld": old})
    assert stack.recover()
    state = stack.deployment()
    assert sorted(_names(state)) == sorted(["anykube-many", "k8s", *"aabbcc"])
    [app_b] = [resource for resource in state["deployment"]["resources"] if resource["urn"] == _object("b")["urn"]]
    assert app_b["inputs"]["tag"] == "2"


def test_replaced_provider_stays_pending_deletion_while_referenced(stack: Stack) -> None:
    """Without the old provider, no engine could read the state."""
    _plan(stack, "b")
    old = _index(stack, "b", _PROVIDER)
    _begin(stack, "b")
    _append(
        stack,
        {"kind": 1, "state": _provider("second"), "deleteOld": old},
        {"kind": 1, "removeOld": old},
    )
    stack.complete_update("succeeded")
    providers = [r for r in stack.deployment()["deployment"]["resources"] if r["urn"] == _PROVIDER]
    states = [(provider["id"], provider.get("delete", False)) for provider in providers]
    assert states == [("second", False), ("first", True)]


def test_keeps_provider_that_only_hidden_apps_use(stack: Stack) -> None:
    """An engine removes a default provider that no resource of the program uses."""
    _plan(stack, "b")
    old = _index(stack, "b", _PROVIDER)
    _begin(stack, "b")
    _append(stack, {"kind": 1, "removeOld": old})
    stack.complete_update("succeeded")
    assert [r for r in stack.deployment()["deployment"]["resources"] if r["urn"] == _PROVIDER] == [_provider()]


def test_hidden_apps_follow_renamed_provider(stack: Stack) -> None:
    _plan(stack, "b")
    old, new_urn = _index(stack, "b", _PROVIDER), _urn("pulumi:providers:kubernetes", "renamed")
    _begin(stack, "b")
    _append(stack, {"kind": 1, "state": {**_provider(), "urn": new_urn, "aliases": [_PROVIDER]}, "removeOld": old})
    stack.complete_update("succeeded")
    resources = stack.deployment()["deployment"]["resources"]
    assert {resource["provider"] for resource in resources if "provider" in resource} == {f"{new_urn}::first"}
    assert all(not resource.get("delete") for resource in resources)


@pytest.mark.parametrize("field", ["dependencies", "deletedWith", "propertyDependencies"])
def test_rejects_plan_if_visible_resource_references_hidden_one(stack: Stack, field: str) -> None:
    urn = _object("a")["urn"]
    value = {"dependencies": [urn], "deletedWith": urn, "propertyDependencies": {"x": [urn]}}[field]
    state = stack.deployment()
    state["deployment"]["resources"][-3] |= {field: value}
    stack.import_state(state)
    assert not _plan(stack, "b")
    assert _plan(stack, "a,b")


def test_run_in_between_makes_plan_outdated(stack: Stack) -> None:
    _plan(stack, "b")
    stack.import_state(stack.deployment())
    for action in (lambda: stack.partial_state("b"), lambda: _begin(stack, "b")):
        with pytest.raises(OutdatedPlanError, match="many has changed since the partial update of b was planned"):
            action()
    assert stack.current_update() is None


def test_partial_state_requires_plan(stack: Stack) -> None:
    with pytest.raises(OutdatedPlanError, match="no partial update of b is planned"):
        stack.partial_state("b")
    _plan(stack, "b")
    with pytest.raises(OutdatedPlanError):
        stack.partial_state("a")


def test_next_full_run_sees_everything(stack: Stack) -> None:
    _plan(stack, "b")
    _begin(stack, "b")
    stack.complete_update("succeeded")
    _begin(stack, None)
    assert stack.current_update() is not None
    assert len(_names(stack.deployment())) == 8


def test_split_hides_pending_deletions_with_their_app() -> None:
    pending = _object("a", delete=True)
    visible, hidden = split([_component("a"), _object("a"), pending, _component("b")], [_component("a")["urn"]])
    assert hidden == [_component("a"), _object("a"), pending]
    assert visible == [_component("b")]


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("http://127.0.0.1:1", None),
        ("http://127.0.0.1:1/part/many/b", {"b"}),
        ("http://127.0.0.1:1/part/many/a,b-c", {"a", "b-c"}),
        ("http://127.0.0.1:1/part/other/b", None),
        ("file:///somewhere", None),
    ],
)
def test_reads_apps_from_backend_url(address: str, names: set[str] | None) -> None:
    assert apps_in(address, "many") == names
