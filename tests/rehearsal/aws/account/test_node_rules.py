"""EKS' validation rules for node groups: each rule violated once."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest

_Params = Callable[[Any], dict[str, Any]]


@pytest.fixture(scope="module")
def cluster(shared_aws: Any) -> Iterator[str]:
    shared_aws.create_cluster("nodes")
    yield "nodes"
    shared_aws.delete_cluster("nodes")


@pytest.fixture(scope="module")
def templates(shared_aws: Any) -> dict[str, str]:
    data_by_name = {
        "plain": {"UserData": base64.b64encode(b"x").decode()},
        "typed": {"InstanceType": "m7g.large"},
        "imaged": {"ImageId": "ami-12c6146b"},
        "profiled": {"IamInstanceProfile": {"Name": "x"}},
        "placed": {"NetworkInterfaces": [{"DeviceIndex": 0, "SubnetId": shared_aws.subnets[0]}]},
    }
    return {
        name: shared_aws.ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)["LaunchTemplate"][
            "LaunchTemplateId"
        ]
        for name, data in data_by_name.items()
    }


def _scaling(minimum: int, desired: int, maximum: int) -> dict[str, Any]:
    return {"scalingConfig": {"minSize": minimum, "desiredSize": desired, "maxSize": maximum}}


def _taints(*keys: str) -> dict[str, Any]:
    return {"taints": [{"key": key, "value": "v", "effect": "NO_SCHEDULE"} for key in keys]}


_INVALID: dict[str, tuple[_Params, str]] = {
    "foreign subnet": (lambda aws: {"subnets": [aws.foreign]}, "are not in the VPC of the cluster"),
    "unknown subnet": (lambda _: {"subnets": ["subnet-0"]}, "The subnet ID 'subnet-0' does not exist"),
    "role": (lambda _: {"nodeRole": "arn:aws:iam::123456789012:role/x"}, "The role with name x cannot be found"),
    "trust": (
        lambda aws: {"nodeRole": aws.roles["cluster"]},
        r"service principals \[ec2.amazonaws.com\] were not found",
    ),
    "max": (lambda _: _scaling(2, 2, 1), "Minimum capacity 2 can't be greater than max size 1"),
    "min": (lambda _: _scaling(2, 1, 3), "Minimum capacity 2 can't be greater than desired size 1"),
    "desired": (lambda _: _scaling(1, 4, 3), "desired capacity 4 can't be greater than max size 3"),
    "unavailable": (
        lambda _: {"updateConfig": {"maxUnavailable": 1, "maxUnavailablePercentage": 1}},
        "maxUnavailable and updateConfig.maxUnavailablePercentage cannot be specified together",
    ),
    "too many unavailable": (lambda _: {"updateConfig": {"maxUnavailable": 101}}, "maxUnavailable can be 100 at most"),
    "repair": (
        lambda _: {"nodeRepairConfig": {"maxParallelNodesRepairedCount": 1, "maxParallelNodesRepairedPercentage": 1}},
        "maxParallelNodesRepairedPercentage cannot be specified together",
    ),
    "labels": (lambda _: {"labels": {"kubernetes.io/x": "y"}}, "Label cannot contain reserved prefixes"),
    "taints": (lambda _: _taints(*map(str, range(51))), "taints has 51 items, a node group can have 50"),
    "taint twice": (lambda _: _taints("a", "a"), "taints has the same key and effect twice"),
    "half a taint": (lambda _: {"taints": [{"key": "a"}]}, "taints need a key and an effect"),
    "above": (lambda _: {"version": "1.36"}, "version 1.36 is above the cluster's version 1.35"),
    "below": (lambda _: {"version": "1.31"}, "version 1.31 is more than three minor versions below"),
    "no version": (lambda _: {"version": "new"}, "version new is not a version of Kubernetes"),
    "release": (lambda _: {"releaseVersion": "1.20.1-1"}, "Requested Nodegroup release version 1.20.1-1 is invalid"),
    "machine": (lambda _: {"instanceTypes": ["x1.y"]}, "The instance type x1.y does not exist"),
    "architecture": (
        lambda _: {"instanceTypes": ["m7g.large"], "amiType": "AL2023_x86_64_STANDARD"},
        r"\[m7g.large\] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD",
    ),
    "architectures": (lambda _: {"instanceTypes": ["m7g.large", "m7i.large"]}, "no processor architecture in common"),
    "AL2": (lambda _: {"amiType": "AL2_x86_64"}, "only supported for kubernetes versions 1.32 or earlier"),
    "capacity": (lambda _: {"capacityType": "CHEAP"}, r"capacityType is CHEAP, but must be one of \[ON_DEMAND, SPOT"),
}

_CONFLICTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "disk": ("plain", {"diskSize": 50}, "Disk size must be specified within the launch template"),
    "access": ("plain", {"remoteAccess": {}}, "Remote access configuration must be specified within the launch"),
    "machine": ("typed", {"instanceTypes": ["m7g.large"]}, "Cannot specify instance types in launch template and API"),
    "image": ("imaged", {"amiType": "AL2023_x86_64_STANDARD"}, "an image in the launch template and amiType"),
    "version": ("imaged", {"version": "1.35"}, "cannot specify version when the launch template has an image"),
    "profile": ("profiled", {}, "Launch template should not specify an instance profile"),
    "subnet": ("placed", {}, "Launch template should not specify subnets"),
}


def _create(aws: Any, cluster: str, params: dict[str, Any]) -> None:
    defaults = {"nodeRole": aws.roles["node"], "subnets": aws.subnets}
    aws.eks.create_nodegroup(clusterName=cluster, nodegroupName="refused", **{**defaults, **params})


@pytest.mark.parametrize("case", _INVALID)
def test_rejects_invalid_node_groups(aws: Any, cluster: str, case: str) -> None:
    params, message = _INVALID[case]
    with pytest.raises(aws.eks.exceptions.InvalidParameterException, match=message):
        _create(aws, cluster, params(aws))
    assert aws.eks.list_nodegroups(clusterName=cluster)["nodegroups"] == []


@pytest.mark.parametrize("case", _CONFLICTS)
def test_rejects_conflicts_with_the_launch_template(
    aws: Any, cluster: str, templates: dict[str, str], case: str
) -> None:
    name, params, message = _CONFLICTS[case]
    with pytest.raises(aws.eks.exceptions.InvalidParameterException, match=message):
        _create(aws, cluster, {"launchTemplate": {"id": templates[name]}, **params})


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ({"id": "lt-0"}, "Launch template lt-0 or its version .* not found"),
        ({"name": "plain", "version": "7"}, "Launch template plain or its version 7 not found"),
        ({"version": "1"}, "launchTemplate needs either an id or a name"),
    ],
)
def test_rejects_unknown_launch_templates(
    aws: Any, cluster: str, templates: dict[str, str], reference: dict[str, str], message: str
) -> None:
    with pytest.raises(aws.eks.exceptions.InvalidParameterException, match=message):
        _create(aws, cluster, {"launchTemplate": reference})


def test_updates_the_launch_template(aws: Any, cluster: str, templates: dict[str, str]) -> None:
    eks, template = aws.eks, templates["typed"]
    nodes = aws.create_nodes(cluster, "made", launchTemplate={"id": template})
    assert nodes["launchTemplate"] == {"id": template, "name": "typed", "version": "1"}
    assert "diskSize" not in nodes
    first = aws.kubernetes.groups[cluster, "made"]
    assert (first.instance_types, first.ami_type) == (["m7g.large"], "AL2023_ARM_64_STANDARD")
    aws.ec2.create_launch_template_version(LaunchTemplateId=template, LaunchTemplateData={"InstanceType": "m7g.xlarge"})
    names = {"clusterName": cluster, "nodegroupName": "made"}
    with pytest.raises(eks.exceptions.InvalidParameterException, match="only be updated to another version of itself"):
        eks.update_nodegroup_version(**names, launchTemplate={"id": templates["plain"]})
    eks.update_nodegroup_version(**names, launchTemplate={"id": template, "version": "2"})
    assert aws.wait_for_nodes(cluster, "made")["launchTemplate"]["version"] == "2"
    second = aws.kubernetes.groups[cluster, "made"]
    assert (second.instance_types, second.release == first.release) == (["m7g.xlarge"], False)
    aws.delete_nodes(cluster, "made")


def test_rejects_invalid_updates(aws: Any, cluster: str) -> None:
    eks, names = aws.eks, {"clusterName": cluster, "nodegroupName": "own"}
    aws.create_nodes(cluster, "own", **_taints("a"))
    invalid: list[tuple[dict[str, Any], str]] = [
        (_scaling(2, 1, 3), "can't be greater than desired size 1"),
        ({"labels": {"addOrUpdateLabels": {"k8s.io/x": "y"}}}, "reserved prefixes"),
        ({"taints": {"addOrUpdateTaints": _taints(*map(str, range(50)))["taints"]}}, "taints has 51 items"),
        ({"updateConfig": {"maxUnavailable": 1, "maxUnavailablePercentage": 1}}, "cannot be specified together"),
    ]
    for change, message in invalid:
        with pytest.raises(eks.exceptions.InvalidParameterException, match=message):
            eks.update_nodegroup_config(**names, **change)
    with pytest.raises(eks.exceptions.InvalidRequestException, match="that was not created with one"):
        eks.update_nodegroup_version(**names, launchTemplate={"name": "plain"})
    with pytest.raises(eks.exceptions.ResourceInUseException, match="NodeGroup already exists with name own"):
        aws.create_nodes(cluster, "own")
    eks.update_nodegroup_config(**names, taints={"removeTaints": _taints("a")["taints"]})
    assert aws.wait_for_nodes(cluster, "own")["taints"] == []
    aws.delete_nodes(cluster, "own")


def test_nodes_are_at_most_three_versions_behind(aws: Any) -> None:
    aws.create_cluster("skew", version="1.33")
    aws.create_nodes("skew", "old", version="1.31")
    aws.eks.update_cluster_version(name="skew", version="1.34")
    aws.wait_for_cluster("skew")
    with pytest.raises(aws.eks.exceptions.InvalidRequestException, match="old must be updated before"):
        aws.eks.update_cluster_version(name="skew", version="1.35")
    aws.delete_nodes("skew", "old")
    aws.delete_cluster("skew")
