"""The table covers what it lists, and changes do what it says."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from sandbox.aws.plugin import sdk
from sandbox.aws.plugin.backed.registry import KINDS
from sandbox.aws.plugin.diff import changes
from sandbox.aws.plugin.limits import limits
from sandbox.aws.plugin.table import table, types
from sandbox.plugin.values import UNKNOWN

GROUP, CLUSTER = "aws:eks/nodeGroup:NodeGroup", "aws:eks/cluster:Cluster"
_SAMPLES: Mapping[str, tuple[object, object]] = {
    "string": ("one", "two"),
    "json": ("one", "two"),
    "integer": (1001, 1002),
    "number": (1001, 1002),
    "bool": (True, False),
    "map": ({"a": "b"}, {"a": "c"}),
}


def _leaves(
    properties: Mapping[str, sdk.Property], above: str = ""
) -> Iterator[tuple[str, sdk.Type, list[tuple[str, bool]]]]:
    """Every property: its path, its type, and the steps that lead to it (name, whether in a list)."""
    for wire, prop in properties.items():
        inner = prop.type.items if prop.type.kind == "list" and prop.type.items else prop.type
        in_list = prop.type.kind == "list"
        yield f"{above}{wire}", prop.type, [(wire, in_list)]
        for path, kind, steps in _leaves(inner.properties, f"{above}{wire}."):
            yield path, kind, [(wire, in_list), *steps]


def _build(steps: list[tuple[str, bool]], value: object) -> object:
    (wire, in_list), rest = steps[0], steps[1:]
    if not rest:
        return {wire: value}
    inner = _build(rest, value)
    return {wire: [inner] if in_list else inner}


def _samples(kind: sdk.Type) -> tuple[object, object] | None:
    if kind.kind == "list" and kind.items:
        inner = _samples(kind.items)
        return inner and ([inner[0]], [inner[1]])
    return _SAMPLES.get(kind.kind)


def test_the_table_lists_what_is_backed() -> None:
    assert set(types()) == set(KINDS)


@pytest.mark.parametrize("token", types())
def test_every_input_is_covered_and_does_what_is_said(token: str) -> None:
    facts = table(token)
    for path, kind, steps in _leaves(sdk.resource(token).inputs):
        assert path in facts.rows, f"{token} {path}"
        samples = _samples(kind)
        if samples is None:
            continue
        before, after = _build(steps, samples[0]), _build(steps, samples[1])
        assert isinstance(before, dict)
        assert isinstance(after, dict)
        found = changes(facts, before, after)
        said = facts.row(path)["replaces"]
        assert found, f"{token} {path}: no change seen"
        if not any(in_list for _, in_list in steps[:-1]):
            assert [(change.path, change.replaces, change.known) for change in found] == [
                (path, said is True, said is not None)
            ]
        else:
            assert any(change.replaces for change in found) == (said is True)
        assert changes(facts, before, before) == []


def _changed(token: str, old: dict[str, Any], new: dict[str, Any]) -> dict[str, bool]:
    return {change.where: change.replaces for change in changes(table(token), old, new)}


def test_sets_defaults_and_what_the_provider_fills_in() -> None:
    assert (
        _changed(CLUSTER, {"enabledClusterLogTypes": ["api", "audit"]}, {"enabledClusterLogTypes": ["audit", "api"]})
        == {}
    )
    assert _changed(CLUSTER, {}, {"vpcConfig": {"endpointPublicAccess": True}}) == {"vpcConfig": False}
    old = {"vpcConfig": {"subnetIds": ["a"]}}
    assert _changed(CLUSTER, old, {"vpcConfig": {"subnetIds": ["a"], "endpointPublicAccess": True}}) == {}
    assert _changed(GROUP, {"amiType": "CUSTOM"}, {}) == {}
    assert _changed(GROUP, {"amiType": "CUSTOM"}, {"amiType": "AL2023_ARM_64_STANDARD"}) == {"amiType": True}
    assert _changed(GROUP, {"instanceTypes": ["a", "b"]}, {"instanceTypes": ["b", "a"]}) == {"instanceTypes": True}


def test_objects_that_come_and_go() -> None:
    template = {"launchTemplate": {"id": "lt-1", "version": "1"}}
    assert _changed(GROUP, {}, template) == {"launchTemplate": True}
    assert _changed(GROUP, template, {"launchTemplate": {"id": "lt-1", "version": "2"}}) == {
        "launchTemplate.version": False
    }
    encrypted = {"encryptionConfig": {"resources": ["secrets"]}}
    assert _changed(CLUSTER, encrypted, {}) == {"encryptionConfig": True}
    assert _changed(CLUSTER, {}, encrypted) == {"encryptionConfig": False}


def test_unknown_values_are_changes() -> None:
    assert _changed(GROUP, {"nodeRoleArn": "a"}, {"nodeRoleArn": UNKNOWN}) == {"nodeRoleArn": True}


def test_a_type_outside_the_table_is_compared_all_the_same() -> None:
    (change,) = changes(table("aws:s3/bucket:Bucket"), {"website": {"a": "1"}}, {"website": {"a": "2"}})
    assert (change.where, change.replaces, change.known) == ("website.a", False, False)


def _limits(token: str, **inputs: Any) -> dict[str, str]:
    return {failure.path: failure.reason for failure in limits(table(token), inputs)}


def test_limits() -> None:
    found = _limits(
        GROUP,
        clusterName="-demo",
        capacityType="FREE",
        scalingConfig={"minSize": -1, "maxSize": 0, "desiredSize": 0},
        updateConfig={"maxUnavailable": 1, "maxUnavailablePercentage": 101},
        taints=[{"key": "a", "effect": "NoSchedule"}],
        subnetIds=[],
        nodeGroupName="a",
        nodeGroupNamePrefix="b",
    )
    assert found["clusterName"].startswith("must match")
    assert found["capacityType"] == "must be one of ON_DEMAND, SPOT, CAPACITY_BLOCK, and is 'FREE'"
    assert found["scalingConfig.minSize"] == "must be at least 0, and is -1"
    assert found["scalingConfig.maxSize"] == "must be at least 1, and is 0"
    assert "only one of them" in found["updateConfig.maxUnavailable"]
    assert "only one of them" in found["updateConfig.maxUnavailablePercentage"]
    assert found["taints[0].effect"].startswith("must be one of NO_SCHEDULE")
    assert found["subnetIds"] == "must have at least 1 items, and has 0"
    assert "only one of them" in found["nodeGroupName"]


def test_formats() -> None:
    found = _limits(
        CLUSTER,
        roleArn="role",
        vpcConfig={"publicAccessCidrs": ["10.0.0.1/8", "10.0.0.0/8", UNKNOWN], "subnetIds": UNKNOWN},
        enabledClusterLogTypes=["api", "all"],
    )
    assert found.keys() == {"roleArn", "vpcConfig.publicAccessCidrs", "enabledClusterLogTypes"}
    assert "10.0.0.1/8" in found["vpcConfig.publicAccessCidrs"]
    assert "must be a JSON object" in _limits("aws:iam/role:Role", assumeRolePolicy="{")["assumeRolePolicy"]
    assert _limits("aws:iam/openIdConnectProvider:OpenIdConnectProvider", thumbprintLists=["abc"]).keys() == {
        "thumbprintLists"
    }


def test_one_of_several_must_be_given() -> None:
    assert "exactly one of" in _limits(GROUP, updateConfig={})["updateConfig"]
    route = _limits("aws:ec2/route:Route", routeTableId="rtb-1", destinationCidrBlock="0.0.0.0/0")
    assert any("natGatewayId" in reason for reason in route.values())
    assert not _limits(GROUP, updateConfig=UNKNOWN)
