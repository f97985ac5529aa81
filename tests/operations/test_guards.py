"""The guarded changes in a preview, their messages, and what --allow lets through."""

import json
from typing import Any

import pytest
from anykube_cli.guards import GuardedChange, evaluate, find_guarded_changes
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
    op: str, urn: str, old: dict[str, Any] | None = None, new: dict[str, Any] | None = None, **fields: Any
) -> dict[str, Any]:
    """A step as pulumi 3.255.0 writes it, without unused fields."""
    parent = {"parent": _component(_CLUSTER, "prod")}
    before = None if op == "create" else {**parent, "inputs": old or {}}
    return {"op": op, "urn": urn, "old": before, "new": {**parent, "inputs": new or {}}, "detailedDiff": None, **fields}


def _replace(urn: str, path: str, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    details = {path: {"diffKind": "update-replace", "inputDiff": True}, "other": {"diffKind": "update"}}
    return _step("replace", urn, old, new, keys=["other"], detailedDiff=details)


def _changes(*steps: dict[str, Any], unknown: list[dict[str, Any]] | None = None) -> list[GuardedChange]:
    events = [{"preludeEvent": {}}, *({"resourcePreEvent": {"metadata": step, "planning": True}} for step in steps)]
    return find_guarded_changes(Preview(0, [json.dumps(event) for event in events], unknown or ()))


@pytest.mark.parametrize("op", ["same", "update", "create", "read", "refresh"])
def test_ignores_operations_that_keep_the_resource(op: str) -> None:
    assert _changes(_step(op, _urn(_VPC, "vpc"))) == []


@pytest.mark.parametrize(
    ("op", "effect"),
    [
        ("delete", "deleted"),
        ("discard", "deleted"),
        ("replace", "replaced"),
        ("create-replacement", "replaced"),
        ("delete-replaced", "replaced"),
        ("import-replacement", "replaced"),
    ],
)
def test_reports_operations_that_lose_the_resource(op: str, effect: str) -> None:
    [change] = _changes(_step(op, _urn(_VPC, "vpc")))
    assert (change.name, change.effect) == ("vpc", effect)
    assert _changes(_step(op, _urn(_ROLE, "role"), keys=["name"])) == [], "a type that is not guarded"


def test_reports_a_replacement_once_with_field_and_values() -> None:
    urn = _urn(_VPC, "vpc")
    [change] = _changes(
        _step("delete-replaced", urn),
        _replace(urn, "cidrBlock", {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.1.0.0/16"}),
        _step("delete-replaced", urn),
    )
    assert str(change) == (
        "vpc (network) would be replaced because of cidrBlock: 10.0.0.0/16 → 10.1.0.0/16. "
        "Check cluster.network, cluster.zones in the settings"
    )


@pytest.mark.parametrize(
    ("path", "old", "new", "message"),
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
def test_reads_values_at_any_path(path: str, old: dict[str, Any], new: dict[str, Any], message: str) -> None:
    [change] = _changes(_replace(_urn(_POOL, "pool"), path, old, new))
    assert [str(field) for field in change.fields] == [message]


def test_uses_the_keys_without_a_detailed_diff() -> None:
    [change] = _changes(_step("replace", _urn(_POOL, "pool"), {"a": 1}, {"a": 2}, keys=["a"]))
    assert [str(field) for field in change.fields] == ["a: 1 → 2"]


def test_a_deletion_names_the_setting() -> None:
    old, new = _component(_CLUSTER, "prod"), _component(_CLUSTER, "other")
    app, volume = _component("anykube:index:Worker", "mail"), _urn("kubernetes:core/v1:PersistentVolumeClaim", "claim")
    in_app = _step("delete", volume)
    in_app["old"]["parent"] = app
    namespace = _component("anykube:index:Namespace", "shop")
    in_namespace = _step("delete", _urn("kubernetes:core/v1:Namespace", "shop-namespace"))
    in_namespace["old"]["parent"] = namespace
    pool = _step("delete", _urn(_POOL, "prod-web"))

    def causes(*steps: dict[str, Any]) -> list[str]:
        return [str(field) for change in _changes(*steps) for field in change.fields]

    assert causes(pool, _step("same", old)) == ["cluster.pools"]
    assert causes(in_app, _step("delete", app)) == ["apps.mail"]
    assert causes(in_app, _step("same", app)) == ["apps.*.volumes"]
    assert causes(in_namespace, _step("delete", namespace)) == ["namespace"]
    assert causes(pool, _step("delete", old), _step("create", new)) == ["cluster.name: prod → other"]
    assert causes(pool, _step("delete", old)) == ["cluster"]
    assert causes(pool) == ["cluster"], "Pulumi does not report the deletion of a component with a protected child"
    assert causes(pool, _step("delete", old), _step("create", _component("anykube:index:GkeCluster", "p"))) == [
        "cluster.cloud"
    ]


def test_ignores_a_statefulset_without_volume_claims() -> None:
    claims: dict[str, object] = {"spec": {"volumeClaimTemplates": [{"spec": {}}]}}
    assert _changes(_step("delete", _urn(_SET, "set"), {"spec": {"volumeClaimTemplates": []}})) == []
    assert _changes(_step("delete", _urn(_SET, "set"), {"spec": {}})) == []
    [change] = _changes(_step("delete", _urn(_SET, "set"), claims))
    assert change.kind
    assert change.kind.name == "volume"


def test_the_preview_of_a_replacement_in_kubernetes_fails() -> None:
    claims: dict[str, object] = {"spec": {"volumeClaimTemplates": [{"spec": {}}]}}
    inside, outside = _urn(_SET, "set"), _urn(_VPC, "vpc")
    changes = _changes(_step("replace", inside, claims, keys=["spec"]), _step("replace", outside, keys=["cidrBlock"]))
    assert [change.fails_preview for change in changes] == [True, False]
    [deletion] = _changes(_step("delete", inside, claims))
    assert not deletion.fails_preview


def test_reports_changes_of_unknown_effect_of_any_type() -> None:
    [no_cause] = _changes(_step("replace", _urn(_ROLE, "role")))
    assert str(no_cause) == "role (aws:iam/role:Role) would be replaced, and Pulumi does not report why"
    entry = {"urn": _urn(_ROLE, "role"), "type": _ROLE, "properties": ["new"]}
    [unknown] = _changes(_step("update", _urn(_ROLE, "role")), unknown=[entry, entry])
    assert str(unknown) == "role (aws:iam/role:Role) would change, and it is unknown whether this replaces it: new"
    [change] = _changes(_replace(_urn(_VPC, "v"), "a", {}, {}), unknown=[{**entry, "urn": _urn(_VPC, "v")}])
    assert change.effect == "replaced"


def test_an_azure_lock_protects_cluster_and_pools() -> None:
    lock = _urn("azure-native:authorization:ManagementLockByScope", "lock")
    pool = _step("delete", _urn("azure-native:containerservice:AgentPool", "pool"))
    address = _step("delete", _urn("azure-native:network:PublicIPAddress", "address"))
    for step in (_step("same", lock), _step("delete", lock)):
        assert [change.is_protected for change in _changes(pool, address, step)] == [True, False]
    assert [change.is_protected for change in _changes(pool, address, _step("create", lock))] == [False, False]


def test_a_name_or_urn_allows_only_that_change() -> None:
    changes = _changes(_step("delete", _urn(_VPC, "vpc")), _step("delete", _urn(_POOL, "pool")))
    assert [change.name for change in evaluate(changes).stopped] == ["vpc", "pool"]
    assert [change.name for change in evaluate(changes, ["vpc"]).stopped] == ["pool"]
    assert evaluate(changes, ["vpc", _urn(_POOL, "pool")]).passes
    assert not evaluate(changes, ["vpc", "poo"]).passes
    assert evaluate([]).passes
    assert evaluate([]).sentences("prod") == ""


def test_allowing_an_unaffected_resource_is_an_error() -> None:
    changes = _changes(_step("delete", _urn(_POOL, "pool")))
    verdict = evaluate(changes, ["pool", "other"])
    assert not verdict.passes
    assert verdict.sentences("prod") == (
        "--allow names other, which this run would neither replace nor delete. Leave it out."
    )
    assert "--allow names other, which this run" in evaluate(changes, ["other"]).sentences("prod")


def test_a_protected_resource_is_stopped_even_if_allowed() -> None:
    step = _step("delete", _urn("aws:eks/cluster:Cluster", "cluster"))
    step["old"]["protect"] = True
    verdict = evaluate(_changes(step), ["cluster"])
    assert not verdict.passes
    text = verdict.sentences("prod")
    assert "Protected from deletion: cluster. First set `protect: false`" in text
    assert "anykube up --stack prod --allow cluster" in text


def test_prints_a_command_with_all_names() -> None:
    changes = _changes(
        *(_step("delete", _urn(token, name)) for token, name in ((_VPC, "b"), (_POOL, "a"), (_VPC, "a")))
    )
    assert (
        evaluate(changes).sentences("prod").endswith("To allow this, run: anykube up --stack prod --allow b --allow a")
    )
