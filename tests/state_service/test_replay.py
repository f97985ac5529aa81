"""What each entry of the journal does to the state, as `pkg/backend/journal.go` has it."""

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
    """Entries, numbered as the engine numbers them."""

    def __init__(self) -> None:
        self.entries: list[Json] = []

    def add(self, kind: Kind, number: int = 0, /, **fields: object) -> "_Journal":
        entry = {"version": 1, "kind": int(kind), "sequenceID": len(self.entries) + 1, "operationID": number}
        self.entries.append({**entry, "removeOld": None, "removeNew": None, **fields})
        return self

    def after(self, *base: Json, **deployment: object) -> Json:
        return replay({"resources": list(base), **deployment}, self.entries, "3.255.0")


def _names(state: Json) -> list[str]:
    return [resource["urn"].rpartition("::")[2] for resource in state["deployment"].get("resources", [])]


def _creating(name: str) -> Json:
    return {"type": "creating", "resource": _resource(name)}


def test_nothing_leaves_the_state_as_it_is() -> None:
    assert _names(_Journal().after(_resource("a"), _resource("b"))) == ["a", "b"]


def test_what_was_made_comes_before_what_was_there() -> None:
    journal = _Journal().add(Kind.BEGIN, 1, operation=_creating("new")).add(Kind.SUCCESS, 1, state=_resource("new"))
    state = journal.after(_resource("old"))
    assert _names(state) == ["new", "old"]
    assert "pending_operations" not in state["deployment"]


def test_what_began_and_did_not_end_is_pending() -> None:
    state = _Journal().add(Kind.BEGIN, 1, operation=_creating("new")).after()
    assert state["deployment"]["pending_operations"] == [_creating("new")]


def test_what_failed_is_not_pending() -> None:
    journal = _Journal().add(Kind.BEGIN, 1, operation=_creating("new")).add(Kind.FAILURE, 1)
    assert journal.after()["deployment"].keys() == {"manifest", "metadata"}


def test_only_creations_of_an_earlier_run_stay_pending() -> None:
    deleting = {**_creating("b"), "type": "deleting"}
    state = _Journal().after(pending_operations=[_creating("a"), deleting])
    assert state["deployment"]["pending_operations"] == [_creating("a")]


def test_an_update_takes_the_place_of_what_it_changed() -> None:
    state = _Journal().add(Kind.SUCCESS, 1, state=_resource("a", id="2"), removeOld=0).after(_resource("a", id="1"))
    assert [resource["id"] for resource in state["deployment"]["resources"]] == ["2"]


def test_a_deletion_takes_it_away() -> None:
    assert _names(_Journal().add(Kind.SUCCESS, 1, removeOld=1).after(_resource("a"), _resource("b"))) == ["a"]


def test_what_this_run_made_it_may_take_away_again() -> None:
    journal = _Journal().add(Kind.SUCCESS, 1, state=_resource("a")).add(Kind.SUCCESS, 2, state=_resource("b"))
    assert _names(journal.add(Kind.SUCCESS, 3, removeNew=1).after()) == ["b"]


@pytest.mark.parametrize(("field", "mark"), [("deleteOld", "delete"), ("pendingReplacementOld", "pendingReplacement")])
def test_old_resources_are_marked_for_their_replacement(field: str, mark: str) -> None:
    state = _Journal().add(Kind.SUCCESS, 1, **{field: 0}).after(_resource("a"), _resource("b"))
    assert [resource.get(mark) for resource in state["deployment"]["resources"]] == [True, None]


@pytest.mark.parametrize(("field", "mark"), [("deleteNew", "delete"), ("pendingReplacementNew", "pendingReplacement")])
def test_new_ones_too(field: str, mark: str) -> None:
    journal = _Journal().add(Kind.SUCCESS, 7, state=_resource("a")).add(Kind.SUCCESS, 8, **{field: 7})
    assert journal.after()["deployment"]["resources"][0][mark] is True


def test_a_refresh_exchanges_and_takes_away_and_lets_go_of_what_is_gone() -> None:
    child = _resource(
        "child",
        parent=_urn("gone"),
        dependencies=[_urn("gone"), _urn("kept")],
        propertyDependencies={"x": [_urn("gone")], "y": None},
        deletedWith=_urn("gone"),
    )
    journal = _Journal().add(Kind.REFRESH_SUCCESS, 1, removeOld=0)
    journal.add(Kind.REFRESH_SUCCESS, 2, removeOld=1, state=_resource("kept", id="seen"))
    state = journal.after(_resource("gone", parent=_urn("kept")), _resource("kept", id="before"), child)
    kept, left = state["deployment"]["resources"]
    assert kept["id"] == "seen"
    assert left["dependencies"] == [_urn("kept")]
    assert left["propertyDependencies"] == {"x": [], "y": []}
    assert left["parent"] == ""
    assert "deletedWith" not in left


def test_a_refresh_of_what_this_run_made() -> None:
    journal = _Journal().add(Kind.SUCCESS, 1, state=_resource("a")).add(Kind.SUCCESS, 2, state=_resource("b", id="1"))
    journal.add(Kind.REFRESH_SUCCESS, 3, removeNew=1).add(Kind.REFRESH_SUCCESS, 4, removeNew=2, state=_resource("b"))
    state = journal.after()
    assert _names(state) == ["b"]
    assert "id" not in state["deployment"]["resources"][0]


def test_outputs_exchange_the_state_in_its_place() -> None:
    journal = _Journal().add(Kind.SUCCESS, 1, state=_resource("new"))
    journal.add(Kind.OUTPUTS, 2, removeNew=1, state=_resource("new", outputs={"x": 1}))
    journal.add(Kind.OUTPUTS, 3, removeOld=0, state=_resource("old", outputs={"x": 2}))
    outputs = [resource["outputs"] for resource in journal.after(_resource("old"))["deployment"]["resources"]]
    assert outputs == [{"x": 1}, {"x": 2}]


def test_a_rebuilt_state_is_what_later_entries_count_from() -> None:
    journal = _Journal().add(Kind.REFRESH_SUCCESS, 1, removeOld=0).add(Kind.REBUILT_BASE_STATE)
    assert _names(journal.add(Kind.SUCCESS, 2, removeOld=0).after(*map(_resource, "abc"))) == ["c"]


def test_a_written_state_takes_the_place_of_the_base() -> None:
    journal = _Journal().add(Kind.WRITE, newSnapshot={"resources": [_resource("written")]})
    assert _names(journal.after(_resource("old"))) == ["written"]


def test_secrets_manager_snippets_and_extensions_are_kept() -> None:
    manager = {"type": "passphrase", "state": {"salt": "v1:x"}}
    journal = _Journal().add(Kind.SECRETS_MANAGER, secretsProvider=manager)
    journal.add(Kind.SNIPPETS, snippets=[{"uuid": "1"}])
    journal.add(Kind.EXTENSION_PARAMETERIZE, extensionRef="ref", extension={"name": "x"})
    state = journal.after(extensions={"old": {"name": "y"}})
    assert state["deployment"]["secrets_providers"] == manager
    assert state["deployment"]["snippets"] == [{"uuid": "1"}]
    assert state["deployment"]["extensions"] == {"ref": {"name": "x"}, "old": {"name": "y"}}
    assert state["features"] == ["snippets-prototype"]


def test_a_batch_that_came_twice_counts_once() -> None:
    journal = _Journal().add(Kind.SUCCESS, 1, state=_resource("a"))
    journal.entries *= 2
    assert _names(journal.after()) == ["a"]


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
def test_an_engine_must_know_what_it_reads(fields: Json, feature: str) -> None:
    state = _Journal().after(_resource("a", **fields))
    assert (state["version"], state["features"]) == (4, [feature])
    assert _Journal().after(_resource("a"))["version"] == 3


def test_byte_strings_need_a_feature_too() -> None:
    journal = _Journal().add(Kind.SUCCESS, 1, state=_resource("a"), requiresByteString=True)
    assert journal.after()["features"] == ["byteString"]


def test_names_follow_an_alias() -> None:
    old, new = _urn("old", "a:b:P"), _urn("new", "a:b:P")
    journal = _Journal().add(Kind.SUCCESS, 1, state=_resource("new", "a:b:P", aliases=[old]), removeOld=0)
    child = _resource("child", "a:b:P$a:b:C", parent=old, provider=f"{old}::id", dependencies=[old])
    parent, child = journal.after(_resource("old", "a:b:P"), child)["deployment"]["resources"]
    assert "aliases" not in parent
    assert (child["parent"], child["provider"], child["dependencies"]) == (new, f"{new}::id", [new])


def test_a_rename_that_was_cut_short_leaves_nothing_named_before_it_is_there() -> None:
    """A config map of a renamed component was replaced before, and its former self waits; one is not reached."""
    kind = "a:b:P$a:b:C"
    old, new, config = _urn("old", "a:b:P"), _urn("new", "a:b:P"), _urn("old-config", kind)
    journal = _Journal().add(Kind.SUCCESS, 1, state=_resource("new", "a:b:P", aliases=[old]), removeOld=0)
    journal.add(Kind.SUCCESS, 2, state=_resource("new-config", kind, parent=new, aliases=[config]), removeOld=1)
    found = journal.after(
        _resource("old", "a:b:P"),
        _resource("old-config", kind, parent=old),
        _resource("old-deployment", kind, parent=old, dependencies=[config]),
        _resource("old-config", kind, parent=old, delete=True),
    )["deployment"]["resources"]
    there = set[str]()
    for resource in found:
        assert {resource.get("parent", ""), *resource.get("dependencies", [])} - {""} <= there
        there.add(resource["urn"])


def test_the_manifest_has_the_magic_that_the_engine_looks_for() -> None:
    manifest = _Journal().after()["deployment"]["manifest"]
    assert manifest["version"] == "3.255.0"
    # The SHA-256 of the version, by which the engine tells a state that somebody has edited.
    assert manifest["magic"] == hashlib.sha256(b"3.255.0").hexdigest()
