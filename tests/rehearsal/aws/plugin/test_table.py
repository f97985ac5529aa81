"""The table of properties, and diffs and limits by it."""

from typing import Any

from anykube_cli.plugin.values import UNKNOWN
from anykube_rehearsal.aws.plugin.cloud import AWS
from anykube_rehearsal.aws.plugin.kinds.registry import KINDS
from anykube_rehearsal.aws.plugin.sdk import TABLES
from anykube_rehearsal.cloud.plugin.diff import changes
from anykube_rehearsal.cloud.plugin.limits import check_limits

GROUP, CLUSTER = "aws:eks/nodeGroup:NodeGroup", "aws:eks/cluster:Cluster"


def test_table_has_all_simulated_types() -> None:
    assert set(TABLES.types()) == set(KINDS)


def _changed(token: str, old: dict[str, Any], new: dict[str, Any]) -> dict[str, bool]:
    return {change.input_path: change.replaces for change in changes(TABLES.table(token), old, new)}


def test_compares_sets_defaults_and_computed_values() -> None:
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


def test_compares_objects_that_are_added_or_removed() -> None:
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


def test_compares_types_that_are_not_in_the_table() -> None:
    (change,) = changes(TABLES.table("aws:s3/bucket:Bucket"), {"website": {"a": "1"}}, {"website": {"a": "2"}})
    assert (change.input_path, change.replaces, change.effect_known) == ("website.a", False, False)


def _limits(token: str, **inputs: Any) -> dict[str, str]:
    return {failure.path: failure.reason for failure in check_limits(TABLES.table(token), inputs, AWS.formats)}


def test_limits() -> None:
    failures = _limits(
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
    assert failures["clusterName"].startswith("must match")
    assert failures["capacityType"] == "must be one of ON_DEMAND, SPOT, CAPACITY_BLOCK, not 'FREE'"
    assert failures["scalingConfig.minSize"] == "must be at least 0, not -1"
    assert failures["scalingConfig.maxSize"] == "must be at least 1, not 0"
    assert "only one of them" in failures["updateConfig.maxUnavailable"]
    assert "only one of them" in failures["updateConfig.maxUnavailablePercentage"]
    assert failures["taints[0].effect"].startswith("must be one of NO_SCHEDULE")
    assert failures["subnetIds"] == "must have at least 1 items, not 0"
    assert "only one of them" in failures["nodeGroupName"]


def test_formats() -> None:
    failures = _limits(
        CLUSTER,
        roleArn="role",
        vpcConfig={"publicAccessCidrs": ["10.0.0.1/8", "10.0.0.0/8", UNKNOWN], "subnetIds": UNKNOWN},
        enabledClusterLogTypes=["api", "all"],
    )
    assert failures.keys() == {"roleArn", "vpcConfig.publicAccessCidrs", "enabledClusterLogTypes"}
    assert "10.0.0.1/8" in failures["vpcConfig.publicAccessCidrs"]
    assert "must be a JSON object" in _limits("aws:iam/role:Role", assumeRolePolicy="{")["assumeRolePolicy"]
    assert _limits("aws:iam/openIdConnectProvider:OpenIdConnectProvider", thumbprintLists=["abc"]).keys() == {
        "thumbprintLists"
    }


def test_requires_one_of_several() -> None:
    assert "set exactly one of" in _limits(GROUP, updateConfig={})["updateConfig"]
    route = _limits("aws:ec2/route:Route", routeTableId="rtb-1", destinationCidrBlock="0.0.0.0/0")
    assert any("natGatewayId" in reason for reason in route.values())
    assert not _limits(GROUP, updateConfig=UNKNOWN)
