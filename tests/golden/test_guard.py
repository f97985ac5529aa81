"""Which previews lose resources."""

from typing import Any

import pytest

from tests.golden.files import Golden
from tests.golden.guard import advice, losses

_GOLDEN = Golden("prod", "aws", frozenset({"aws:eks/cluster:Cluster"}))
_CLUSTER = "urn:pulumi:prod::anykube::anykube:index:EksCluster$aws:eks/cluster:Cluster::c"
_ROLE = "urn:pulumi:prod::anykube::anykube:index:EksCluster$aws:iam/role:Role::r"


def _step(op: str, urn: str = _CLUSTER, **fields: Any) -> dict[str, Any]:
    return {"op": op, "urn": urn, **fields}


@pytest.mark.parametrize("op", ["same", "update", "create", "read", "refresh"])
def test_updates_lose_nothing(op: str) -> None:
    assert losses(_GOLDEN, {"steps": [_step(op)]}, []) == []


@pytest.mark.parametrize("op", ["delete", "replace", "create-replacement", "delete-replaced", "discard"])
def test_deletions_and_replacements_lose_guarded_resources(op: str) -> None:
    (loss,) = losses(_GOLDEN, {"steps": [_step(op)]}, [])
    assert loss.urn == _CLUSTER
    assert losses(_GOLDEN, {"steps": [_step(op, _ROLE)]}, []) == []


def test_reports_a_replacement_once_with_its_cause() -> None:
    details = {"roleArn": {"kind": "update-replace"}, "version": {"kind": "update"}}
    steps = [
        _step("delete-replaced"),
        _step("replace", detailedDiff=details),
        _step("create-replacement", replaceReasons=["roleArn"]),
    ]
    (loss,) = losses(_GOLDEN, {"steps": steps}, [])
    assert (loss.outcome, loss.properties) == ("replaced", ("roleArn",))
    message = advice(_GOLDEN, [loss])
    for text in (_CLUSTER, "replaced by roleArn", "aliases", "ignore_changes", "tests.golden record prod"):
        assert text in message


def test_reports_changes_that_the_cloud_rejects() -> None:
    (loss,) = losses(_GOLDEN, {"steps": [_step("update", _ROLE)]}, [], {_ROLE: "TooLate: it is too late"})
    assert "would be changed, but the cloud rejects the change: TooLate: it is too late" in advice(_GOLDEN, [loss])


def test_reports_changes_with_an_unknown_effect() -> None:
    change = {"urn": _ROLE, "type": "aws:iam/role:Role", "properties": ["new"]}
    (loss,) = losses(_GOLDEN, {"steps": [_step("update", _ROLE)]}, [change, change])
    assert (loss.urn, loss.properties) == (_ROLE, ("new",))
    assert "unknown effect" in loss.outcome
