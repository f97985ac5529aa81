"""What of a preview is a loss."""

from typing import Any

import pytest

from tests.golden.guard import advice, losses
from tests.golden.kept import Golden

_GOLDEN = Golden("prod", "aws", frozenset({"aws:eks/cluster:Cluster"}))
_CLUSTER = "urn:pulumi:prod::anykube::anykube:index:EksCluster$aws:eks/cluster:Cluster::c"
_ROLE = "urn:pulumi:prod::anykube::anykube:index:EksCluster$aws:iam/role:Role::r"


def _step(op: str, urn: str = _CLUSTER, **more: Any) -> dict[str, Any]:
    return {"op": op, "urn": urn, **more}


@pytest.mark.parametrize("op", ["same", "update", "create", "read", "refresh"])
def test_what_loses_nothing(op: str) -> None:
    assert losses(_GOLDEN, {"steps": [_step(op)]}, []) == []


@pytest.mark.parametrize("op", ["delete", "replace", "create-replacement", "delete-replaced", "discard"])
def test_what_loses_something(op: str) -> None:
    (loss,) = losses(_GOLDEN, {"steps": [_step(op)]}, [])
    assert loss.urn == _CLUSTER
    assert losses(_GOLDEN, {"steps": [_step(op, _ROLE)]}, []) == []


def test_a_replacement_is_told_once_with_its_cause() -> None:
    details = {"roleArn": {"kind": "update-replace"}, "version": {"kind": "update"}}
    steps = [
        _step("delete-replaced"),
        _step("replace", detailedDiff=details),
        _step("create-replacement", replaceReasons=["roleArn"]),
    ]
    (loss,) = losses(_GOLDEN, {"steps": steps}, [])
    assert (loss.end, loss.properties) == ("replaced", ("roleArn",))
    said = advice(_GOLDEN, [loss])
    for word in (_CLUSTER, "replaced by roleArn", "aliases", "ignore_changes", "tests.golden record prod"):
        assert word in said


def test_what_the_cloud_refuses_is_told_of_any_type() -> None:
    (loss,) = losses(_GOLDEN, {"steps": [_step("update", _ROLE)]}, [], {_ROLE: "TooLate: it is too late"})
    assert "would be changed, and the cloud refuses that: TooLate: it is too late" in advice(_GOLDEN, [loss])


def test_an_unknown_effect_is_a_loss_of_any_type() -> None:
    told = {"urn": _ROLE, "type": "aws:iam/role:Role", "properties": ["new"]}
    (loss,) = losses(_GOLDEN, {"steps": [_step("update", _ROLE)]}, [told, told])
    assert (loss.urn, loss.properties) == (_ROLE, ("new",))
    assert "no table knows" in loss.end
