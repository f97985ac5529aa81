"""What of a preview is dangerous, what is said of it, and what a name lets through."""

import json
from typing import Any

import pytest
from anykube_cli.guards import Danger, dangers, judge
from anykube_cli.previews import Preview

_CLUSTER = "anykube:index:EksCluster"
_VPC, _POOL, _ROLE = "aws:ec2/vpc:Vpc", "aws:eks/nodeGroup:NodeGroup", "aws:iam/role:Role"
_SET = "kubernetes:apps/v1:StatefulSet"
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def _urn(token: str, name: str, parent: str = _CLUSTER) -> str:
    return f"urn:pulumi:prod::anykube::{parent}${token}::{name}"


def _component(token: str, name: str) -> str:
    return f"urn:pulumi:prod::anykube::{token}::{name}"


def _step(
    op: str, urn: str, old: dict[str, Any] | None = None, new: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """As pulumi 3.255.0 writes it, without what nobody reads."""
    parent = {"parent": _component(_CLUSTER, "prod")}
    before = None if op == "create" else {**parent, "inputs": old or {}}
    return {"op": op, "urn": urn, "old": before, "new": {**parent, "inputs": new or {}}, "detailedDiff": None, **more}


def _replace(urn: str, path: str, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    details = {path: {"diffKind": "update-replace", "inputDiff": True}, "other": {"diffKind": "update"}}
    return _step("replace", urn, old, new, keys=["other"], detailedDiff=details)


def _found(*steps: dict[str, Any], unknown: list[dict[str, Any]] | None = None) -> list[Danger]:
    events = [{"preludeEvent": {}}, *({"resourcePreEvent": {"metadata": step, "planning": True}} for step in steps)]
    return dangers(Preview(0, [json.dumps(event) for event in events], unknown or ()))


@pytest.mark.parametrize("op", ["same", "update", "create", "read", "refresh"])
def test_what_loses_nothing(op: str) -> None:
    assert _found(_step(op, _urn(_VPC, "vpc"))) == []


@pytest.mark.parametrize(
    ("op", "end"),
    [
        ("delete", "deleted"),
        ("discard", "deleted"),
        ("replace", "replaced"),
        ("create-replacement", "replaced"),
        ("delete-replaced", "replaced"),
        ("import-replacement", "replaced"),
    ],
)
def test_what_loses_something(op: str, end: str) -> None:
    [found] = _found(_step(op, _urn(_VPC, "vpc")))
    assert (found.name, found.end) == ("vpc", end)
    assert _found(_step(op, _urn(_ROLE, "role"), keys=["name"])) == [], "a type that is not guarded"


def test_a_replacement_is_told_once_with_field_and_values() -> None:
    urn = _urn(_VPC, "vpc")
    [found] = _found(
        _step("delete-replaced", urn),
        _replace(urn, "cidrBlock", {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.1.0.0/16"}),
        _step("delete-replaced", urn),
    )
    assert str(found) == (
        "vpc, a part of the network, would be replaced because of cidrBlock: 10.0.0.0/16 → 10.1.0.0/16; "
        "see cluster.network, cluster.zones on the page"
    )


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("a.b[1]", {"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, "a.b[1]: 2 → 3"),
        ('a["x/y"]', {"a": {"x/y": True}}, {"a": {}}, 'a["x/y"]: true → none'),
        ("a[2]", {"a": []}, {"a": [1, 2, "c"]}, "a[2]: none → c"),
        ("vpcId", {"vpcId": "vpc-1"}, {"vpcId": _UNKNOWN}, "vpcId: vpc-1 → not known yet"),
        ("ids", {"ids": ["s-1"]}, {"ids": [_UNKNOWN]}, 'ids: ["s-1"] → not known yet'),
        ("long", {"long": "a" * 61}, {"long": "b"}, "long"),
        ("key", {"key": "[secret]"}, {"key": "[secret]"}, "key"),
        ("a.b.c", {"a": "text"}, {"a": {"b": {"c": 1}}}, "a.b.c: none → 1"),
    ],
)
def test_values_are_read_at_any_path(path: str, old: dict[str, Any], new: dict[str, Any], said: str) -> None:
    [found] = _found(_replace(_urn(_POOL, "pool"), path, old, new))
    assert [str(field) for field in found.fields] == [said]


def test_keys_stand_in_for_a_detailed_diff() -> None:
    [found] = _found(_step("replace", _urn(_POOL, "pool"), {"a": 1}, {"a": 2}, keys=["a"]))
    assert [str(field) for field in found.fields] == ["a: 1 → 2"]


def test_a_deletion_names_the_field_of_the_page() -> None:
    old, new = _component(_CLUSTER, "prod"), _component(_CLUSTER, "other")
    app, volume = _component("anykube:index:Worker", "mail"), _urn("kubernetes:core/v1:PersistentVolumeClaim", "claim")
    in_app = _step("delete", volume)
    in_app["old"]["parent"] = app
    space = _component("anykube:index:Namespace", "shop")
    in_space = _step("delete", _urn("kubernetes:core/v1:Namespace", "shop-namespace"))
    in_space["old"]["parent"] = space
    pool = _step("delete", _urn(_POOL, "prod-web"))

    def causes(*steps: dict[str, Any]) -> list[str]:
        return [str(field) for found in _found(*steps) for field in found.fields]

    assert causes(pool, _step("same", old)) == ["cluster.pools"]
    assert causes(in_app, _step("delete", app)) == ["apps.mail"]
    assert causes(in_app, _step("same", app)) == ["apps.*.volumes"]
    assert causes(in_space, _step("delete", space)) == ["namespace"]
    assert causes(pool, _step("delete", old), _step("create", new)) == ["cluster.name: prod → other"]
    assert causes(pool, _step("delete", old)) == ["cluster"]
    assert causes(pool) == ["cluster"], "a protected child keeps the engine from telling of it"
    assert causes(pool, _step("delete", old), _step("create", _component("anykube:index:GkeCluster", "p"))) == [
        "cluster.cloud"
    ]


def test_a_set_without_claims_holds_nothing() -> None:
    claims: dict[str, object] = {"spec": {"volumeClaimTemplates": [{"spec": {}}]}}
    assert _found(_step("delete", _urn(_SET, "set"), {"spec": {"volumeClaimTemplates": []}})) == []
    assert _found(_step("delete", _urn(_SET, "set"), {"spec": {}})) == []
    [found] = _found(_step("delete", _urn(_SET, "set"), claims))
    assert found.kind
    assert found.kind.name == "volume"


def test_a_replacement_in_kubernetes_cannot_be_previewed() -> None:
    claims: dict[str, object] = {"spec": {"volumeClaimTemplates": [{"spec": {}}]}}
    inside, outside = _urn(_SET, "set"), _urn(_VPC, "vpc")
    found = _found(_step("replace", inside, claims, keys=["spec"]), _step("replace", outside, keys=["cidrBlock"]))
    assert [one.is_refused_in_previews for one in found] == [True, False]
    [gone] = _found(_step("delete", inside, claims))
    assert not gone.is_refused_in_previews


def test_what_nobody_knows_is_dangerous_whatever_it_is() -> None:
    [unsaid] = _found(_step("replace", _urn(_ROLE, "role")))
    assert str(unsaid) == "role, aws:iam/role:Role, would be replaced, and the engine does not say why"
    told = {"urn": _urn(_ROLE, "role"), "type": _ROLE, "properties": ["new"]}
    [strange] = _found(_step("update", _urn(_ROLE, "role")), unknown=[told, told])
    assert str(strange) == "role, aws:iam/role:Role, would be changed, and nobody knows whether that replaces it: new"
    [known] = _found(_replace(_urn(_VPC, "v"), "a", {}, {}), unknown=[{**told, "urn": _urn(_VPC, "v")}])
    assert known.end == "replaced"


def test_a_lock_of_azure_protects_cluster_and_pools() -> None:
    lock = _urn("azure-native:authorization:ManagementLockByScope", "lock")
    pool = _step("delete", _urn("azure-native:containerservice:AgentPool", "pool"))
    address = _step("delete", _urn("azure-native:network:PublicIPAddress", "address"))
    for step in (_step("same", lock), _step("delete", lock)):
        assert [found.is_protected for found in _found(pool, address, step)] == [True, False]
    assert [found.is_protected for found in _found(pool, address, _step("create", lock))] == [False, False]


def test_a_name_or_a_urn_lets_through_and_nothing_else() -> None:
    found = _found(_step("delete", _urn(_VPC, "vpc")), _step("delete", _urn(_POOL, "pool")))
    assert [one.name for one in judge(found).stopped] == ["vpc", "pool"]
    assert [one.name for one in judge(found, ["vpc"]).stopped] == ["pool"]
    assert judge(found, ["vpc", _urn(_POOL, "pool")]).passes
    assert not judge(found, ["vpc", "poo"]).passes
    assert judge([]).passes
    assert judge([]).sentences("prod") == ""


def test_naming_what_is_in_no_danger_is_an_error() -> None:
    found = _found(_step("delete", _urn(_POOL, "pool")))
    judgement = judge(found, ["pool", "other"])
    assert not judgement.passes
    assert judgement.sentences("prod") == "--allow names other, which this run would neither replace nor delete."
    assert "names what is in no danger, too: other." in judge(found, ["other"]).sentences("prod")


def test_a_protected_thing_is_stopped_even_when_named() -> None:
    step = _step("delete", _urn("aws:eks/cluster:Cluster", "cluster"))
    step["old"]["protect"] = True
    judgement = judge(_found(step), ["cluster"])
    assert not judgement.passes
    said = judgement.sentences("prod")
    assert "Protected: cluster. First, in a run of its own, `protect: false`" in said
    assert "anykube up --stack prod --allow cluster" in said


def test_all_names_are_given_to_be_copied() -> None:
    found = _found(*(_step("delete", _urn(token, name)) for token, name in ((_VPC, "b"), (_POOL, "a"), (_VPC, "a"))))
    assert judge(found).sentences("prod").endswith("name it: anykube up --stack prod --allow b --allow a")
