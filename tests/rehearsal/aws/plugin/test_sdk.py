"""Reading types from the SDK's source."""

import pytest
from anykube_cli.plugin.values import UNKNOWN
from anykube_rehearsal.aws.plugin.sdk import SDK
from anykube_rehearsal.cloud.plugin.checks import check_types

GROUP = "aws:eks/nodeGroup:NodeGroup"


@pytest.mark.parametrize(
    ("token", "inputs", "outputs"),
    [
        ("aws:ec2/vpc:Vpc", {"cidrBlock": "string", "enableDnsSupport": "bool", "tags": "map"}, {"arn": "string"}),
        (GROUP, {"scalingConfig": "object", "taints": "list", "diskSize": "integer"}, {"resources": "list"}),
        ("aws:eks/cluster:Cluster", {"vpcConfig": "object"}, {"certificateAuthority": "object"}),
        ("aws:eks/addon:Addon", {"podIdentityAssociations": "list"}, {"arn": "string"}),
        ("aws:iam/role:Role", {"assumeRolePolicy": "json"}, {"uniqueId": "string"}),
        ("aws:ec2/launchTemplate:LaunchTemplate", {"blockDeviceMappings": "list"}, {"latestVersion": "integer"}),
        ("aws:ec2/securityGroup:SecurityGroup", {"ingress": "list"}, {"ownerId": "string"}),
        ("aws:ec2/instance:Instance", {"instanceType": "string"}, {"publicIp": "string"}),
        ("aws:s3/bucket:Bucket", {"bucket": "string"}, {"arn": "string"}),
        ("aws:rds/instance:Instance", {"allocatedStorage": "integer"}, {"endpoint": "string"}),
        ("aws:lambda/function:Function", {"environment": "object"}, {"arn": "string"}),
        ("aws:sqs/queue:Queue", {"fifoQueue": "bool"}, {"url": "string"}),
        ("aws:dynamodb/table:Table", {"attributes": "list"}, {"streamArn": "string"}),
    ],
)
def test_reads_resources(token: str, inputs: dict[str, str], outputs: dict[str, str]) -> None:
    signature = SDK.resource(token)
    assert inputs.items() <= {wire: prop.type.kind for wire, prop in signature.inputs.items()}.items()
    assert outputs.items() <= {wire: prop.type.kind for wire, prop in signature.outputs.items()}.items()


def test_reads_nested_properties() -> None:
    inputs = SDK.resource(GROUP).inputs
    assert inputs["clusterName"].required
    assert not inputs["labels"].required
    taint = inputs["taints"].type.items
    assert taint is not None
    assert {wire: prop.required for wire, prop in taint.properties.items()} == {
        "effect": True,
        "key": True,
        "value": False,
    }
    template = SDK.resource("aws:ec2/launchTemplate:LaunchTemplate").inputs["blockDeviceMappings"].type.items
    assert template is not None
    assert template.properties["ebs"].type.properties["volumeSize"].type.kind == "integer"


def test_reads_functions() -> None:
    zones = SDK.function("aws:index/getAvailabilityZones:getAvailabilityZones")
    assert zones.inputs["state"].type.kind == "string"
    assert zones.outputs["names"].required
    version = SDK.function("aws:eks/getAddonVersion:getAddonVersion")
    assert {wire for wire, prop in version.inputs.items() if prop.required} == {"addonName", "kubernetesVersion"}


def test_reads_every_type() -> None:
    for token in sorted(SDK.source.index)[::40]:
        name = token.rpartition(":")[2]
        signature = SDK.function(token) if name[0].islower() else SDK.resource(token)
        assert signature.outputs or not signature.inputs, token


def test_rejects_unknown_tokens() -> None:
    with pytest.raises(KeyError, match="no aws:ec2/vcp:Vcp"):
        SDK.resource("aws:ec2/vcp:Vcp")


def test_reports_all_failures_at_once() -> None:
    failures = check_types(
        SDK.resource(GROUP).inputs,
        {
            "clusterNam": "demo",
            "nodeRoleArn": 5,
            "scalingConfig": {"minSize": "one", "maxSize": 1.5, "desired": 1},
            "subnetIds": "subnet-1",
            "labels": {"a": 1},
            "taints": [{"effect": "NO_SCHEDULE"}, {"effect": UNKNOWN, "key": UNKNOWN}],
            "forceUpdateVersion": "true",
        },
    )
    assert {failure.path: failure.reason for failure in failures} == {
        "clusterNam": "no such property; did you mean clusterName?",
        "clusterName": "is required; set it to a string",
        "nodeRoleArn": "must be a string, not 5",
        "scalingConfig.minSize": "must be an integer, not 'one'",
        "scalingConfig.maxSize": "must be an integer, not 1.5",
        "scalingConfig.desired": "no such property; did you mean desiredSize?",
        "scalingConfig.desiredSize": "is required; set it to an integer",
        "subnetIds": "must be a list, not 'subnet-1'",
        "labels['a']": "must be a string, not 1",
        "taints[0].key": "is required; set it to a string",
        "forceUpdateVersion": "must be true or false, not 'true'",
    }


def test_unknown_values_pass() -> None:
    inputs = dict.fromkeys(("clusterName", "nodeRoleArn", "scalingConfig", "subnetIds", "labels"), UNKNOWN)
    assert check_types(SDK.resource(GROUP).inputs, inputs) == []
