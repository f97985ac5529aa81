"""The effect of each journal entry on the state, as in `pkg/backend/journal.go`."""

import hashlib
from typing import Any

import pytest
from anykube_cli.state_service.replay import Kind, replay

Json = dict[str, Any]
_URN = "urn:pulumi:local::anykube::{}::{}"


def _resource(name: str, kind: str = "a:b:C", **fields: object) -> Json:
    return {"urn": _URN.format(kind, name), "type": kind.rpartition("$")[2], "custom": True, **fields}


def _urn(name: str, kind: str = "a:b:C") -> str:
    return str(_resource(name, kind)["urn"])


class _Journal:
    """Journal entries, numbered as by the engine."""

    def __init__(self) -> None:
        self.entries: list[Json] = []

    def add(self, kind: Kind, number: int = 0, /, **fields: object) -> "_Journal":
        entry = {"version": 1, "kind": int(kind), "sequenceID": len(self.entries) + 1, "operationID": number}
        self.entries.append({**entry, "removeOld": None, "removeNew": None, **fields})
        return self

    def replay_onto(self, *base: Json, **deployment: object) -> Json:
        return replay({"resources": list(base), **deployment}, self.entries, "3.255.0")


def _names(state: Json) -> list[str]:
    return [resource["urn"].rpartition("::")[2] for resource in state["deployment"].get("resources", [])]


def _creating(name: str) -> Json:
    return {"type": "creating", "resource": _resource(name)}


def test_empty_journal_keeps_state() -> None:
    assert _names(_Journal().replay_onto(_resource("a"), _resource("b"))) == ["a", "b"]


def test_new_resources_come_before_old_ones() -> None:
    journal = _Journal().add(Kind.BEGIN, 1, operation=_creating("new")).add(Kind.SUCCESS, 1, state=_resource("new"))
    state = journal.replay_onto(_resource("old"))
    assert _names(state) == ["new", "old"]
    assert "pending_operations" not in state["deployment"]


def test_unfinished_operation_is_pending() -> None:
    state = _Journal().add(Kind.BEGIN, 1, operation=_creating("new")).replay_onto()
    assert state["deployment"]["pending_operations"] == [_creating("new")]


def test_failed_operation_is_not_pending() -> None:
    journal = _Journal().add(Kind.BEGIN, 1, operation=_creating("new")).add(Kind.FAILURE, 1)
    assert journal.replay_onto()["deployment"].keys() == {"manifest", "metadata"}


def test_only_creations_of_earlier_run_stay_pending() -> None:
    deleting = {**_creating("b"), "type": "deleting"}
    state = _Journal().replay_onto(pending_operations=[_creating("a"), deleting])
    assert state["deployment"]["pending_operations"] == [_creating("a")]


def test_update_replaces_old_state() -> None:
    state = (
        _Journal().add(Kind.SUCCESS, 1, state=_resource("a", id="2"), removeOld=0).replay_onto(_resource("a", id="1"))
    )
    assert [resource["id"] for resource in state["deployment"]["resources"]] == ["2"]


def test_deletion_removes_resource() -> None:
    assert _names(_Journal().add(Kind.SUCCESS, 1, removeOld=1).replay_onto(_resource("a"), _resource("b"))) == ["a"]


def test_run_can_delete_its_new_resource() -> None:
    journal = _Journal().add(Kind.SUCCESS, 1, state=_resource("a")).add(Kind.SUCCESS, 2, state=_resource("b"))
    assert _names(journal.add(Kind.SUCCESS, 3, removeNew=1).replay_onto()) == ["b"]


@pytest.mark.parametrize(("field", "mark"), [("deleteOld", "delete"), ("pendingReplacementOld", "pendingReplacement")])
def test_marks_old_resources_for_replacement(field: str, mark: str) -> None:
    state = _Journal().add(Kind.SUCCESS, 1, **{field: 0}).replay_onto(_resource("a"), _resource("b"))
    assert [resource.get(mark) for resource in state["deployment"]["resources"]] == [True, None]


@pytest.mark.parametrize(("field", "mark"), [("deleteNew", "delete"), ("pendingReplacementNew", "pendingReplacement")])
def test_marks_new_resources_for_replacement(field: str, mark: str) -> None:
    journal = _Journal().add(Kind.SUCCESS, 7, state=_resource("a")).add(Kind.SUCCESS, 8, **{field: 7})
    assert journal.replay_onto()["deployment"]["resources"][0][mark] is True


def test_refresh_updates_and_removes_resources_and_references() -> None:
    child = _resource(
        "child",
        parent=_urn("gone"),
        dependencies=[_urn("gone"), _urn("kept")],
        propertyDependencies={"x": [_urn("gone")], "y": None},
        deletedWith=_urn("gone"),
    )
    journal = _Journal().add(Kind.REFRESH_SUCCESS, 1, removeOld=0)
    journal.add(Kind.REFRESH_SUCCESS, 2, removeOld=1, state=_resource("kept", id="after"))
    state = journal.replay_onto(_resource("gone", parent=_urn("kept")), _resource("kept", id="before"), child)
    kept, child = state["deployment"]["resources"]
    assert kept["id"] == "after"
    assert child["dependencies"] == [_urn("kept")]
    assert child["propertyDependencies"] == {"x": [], "y": []}
    assert child["parent"] == ""
    assert "deletedWith" not in child


def test_refresh_updates_and_removes_new_resources() -> None:
    journal = _Journal().add(Kind.SUCCESS, 1, state=_resource("a")).add(Kind.SUCCESS, 2, state=_resource("b", id="1"))
    journal.add(Kind.REFRESH_SUCCESS, 3, removeNew=1).add(Kind.REFRESH_SUCCESS, 4, removeNew=2, state=_resource("b"))
    state = journal.replay_onto()
    assert _names(state) == ["b"]
    assert "id" not in state["deployment"]["resources"][0]


def test_outputs_replace_state_in_place() -> None:
    journal = _Journal().add(Kind.SUCCESS, 1, state=_resource("new"))
    journal.add(Kind.OUTPUTS, 2, removeNew=1, state=_resource("new", outputs={"x": 1}))
    journal.add(Kind.OUTPUTS, 3, removeOld=0, state=_resource("old", outputs={"x": 2}))
    outputs = [resource["outputs"] for resource in journal.replay_onto(_resource("old"))["deployment"]["resources"]]
    assert outputs == [{"x": 1}, {"x": 2}]


def test_indices_refer_to_rebuilt_state() -> None:
    journal = _Journal().add(Kind.REFRESH_SUCCESS, 1, removeOld=0).add(Kind.REBUILT_BASE_STATE)
    assert _names(journal.add(Kind.SUCCESS, 2, removeOld=0).replay_onto(*map(_resource, "abc"))) == ["c"]


def test_written_state_replaces_base() -> None:
    journal = _Journal().add(Kind.WRITE, newSnapshot={"resources": [_resource("written")]})
    assert _names(journal.replay_onto(_resource("old"))) == ["written"]


def test_keeps_secrets_manager_snippets_and_extensions() -> None:
    manager = {"type": "passphrase", "state": {"salt": "v1:x"}}
    journal = _Journal().add(Kind.SECRETS_MANAGER, secretsProvider=manager)
    journal.add(Kind.SNIPPETS, snippets=[{"uuid": "1"}])
    journal.add(Kind.EXTENSION_PARAMETERIZE, extensionRef="ref", extension={"name": "x"})
    state = journal.replay_onto(extensions={"old": {"name": "y"}})
    assert state["deployment"]["secrets_providers"] == manager
    assert state["deployment"]["snippets"] == [{"uuid": "1"}]
    assert state["deployment"]["extensions"] == {"ref": {"name": "x"}, "old": {"name": "y"}}
    assert state["features"] == ["snippets-prototype"]


def test_repeated_batch_is_applied_once() -> None:
    journal = _Journal().add(Kind.SUCCESS, 1, state=_resource("a"))
    journal.entries *= 2
    assert _names(journal.replay_onto()) == ["a"]


@pytest.mark.parametrize(
    ("fields", "feature"),
    [
        ({"refreshBeforeUpdate": True}, "refreshBeforeUpdate"),
        ({"viewOf": "urn"}, "views"),
        ({"resourceHooks": {"before": ["x"]}}, "hooks"),
        ({"taint": True}, "taint"),
        ({"replaceWith": ["urn"]}, "replaceWith"),
    ],
)
def test_records_features_that_engine_must_support(fields: Json, feature: str) -> None:
    state = _Journal().replay_onto(_resource("a", **fields))
    assert (state["version"], state["features"]) == (4, [feature])
    assert _Journal().replay_onto(_resource("a"))["version"] == 3


def test_byte_strings_are_recorded_as_feature() -> None:
    journal = _Journal().add(Kind.SUCCESS, 1, state=_resource("a"), requiresByteString=True)
    assert journal.replay_onto()["features"] == ["byteString"]


def test_references_follow_alias() -> None:
    old, new = _urn("old", "a:b:P"), _urn("new", "a:b:P")
    journal = _Journal().add(Kind.SUCCESS, 1, state=_resource("new", "a:b:P", aliases=[old]), removeOld=0)
    child = _resource("child", "a:b:P$a:b:C", parent=old, provider=f"{old}::id", dependencies=[old])
    parent, child = journal.replay_onto(_resource("old", "a:b:P"), child)["deployment"]["resources"]
    assert "aliases" not in parent
    assert (child["parent"], child["provider"], child["dependencies"]) == (new, f"{new}::id", [new])


def test_interrupted_rename_keeps_references_in_order() -> None:
    """The config map of a renamed component was replaced earlier and is pending deletion. The run ends before that."""
    kind = "a:b:P$a:b:C"
    old, new, config = _urn("old", "a:b:P"), _urn("new", "a:b:P"), _urn("old-config", kind)
    journal = _Journal().add(Kind.SUCCESS, 1, state=_resource("new", "a:b:P", aliases=[old]), removeOld=0)
    journal.add(Kind.SUCCESS, 2, state=_resource("new-config", kind, parent=new, aliases=[config]), removeOld=1)
    resources = journal.replay_onto(
        _resource("old", "a:b:P"),
        _resource("old-config", kind, parent=old),
        _resource("old-deployment", kind, parent=old, dependencies=[config]),
        _resource("old-config", kind, parent=old, delete=True),
    )["deployment"]["resources"]
    preceding = set[str]()
    for resource in resources:
        assert {resource.get("parent", ""), *resource.get("dependencies", [])} - {""} <= preceding
        preceding.add(resource["urn"])


def test_manifest_has_magic_that_engine_verifies() -> None:
    manifest = _Journal().replay_onto()["deployment"]["manifest"]
    assert manifest["version"] == "3.255.0"
    # The SHA-256 of the version. The engine uses it to detect edited states.
    assert manifest["magic"] == hashlib.sha256(b"3.255.0").hexdigest()
