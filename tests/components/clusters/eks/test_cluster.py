"""Resources of an EKS cluster: safe defaults, and dependencies in the right order."""

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from anykube._clusters.eks.addresses import split_range
from anykube._clusters.eks.args import EksClusterArgs
from anykube._clusters.eks.cluster import EksCluster
from anykube._clusters.eks.sections import AwsIdentity, AwsStatement, EksNodePool
from anykube._clusters.gke.sections import GcpIdentity
from anykube._clusters.spec import NodePool
from anykube._workloads.identity import CloudIdentity

from tests.components.clusters.registered import assert_depends_on
from tests.components.conftest import Engine, Registration

_ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")
_ISSUER = "https://oidc.eks.eu-west-1.amazonaws.com/id/1"

Make = Callable[..., dict[str, Registration]]


def mock_caller(engine: Engine, role: str, path: str = "/") -> None:
    arn = f"arn:aws:sts::123456789012:assumed-role/{role}/session"
    engine.says("aws:index/getCallerIdentity:getCallerIdentity", arn=arn, accountId="1", userId="u", id="1")
    engine.says(
        "aws:iam/getSessionContext:getSessionContext",
        arn=arn,
        id=arn,
        issuerArn=f"arn:aws:iam::123456789012:role{path}{role}",
        issuerId="i",
        issuerName=role,
        sessionName="session",
    )


@pytest.fixture
def make(engine: Engine) -> Make:
    engine.says(
        "aws:eks/cluster:Cluster",
        endpoint="https://1.eks.amazonaws.com",
        vpcConfig=lambda inputs: {**inputs["vpcConfig"], "clusterSecurityGroupId": "sg-1"},
        certificateAuthority={"data": "Q0E="},
        identities=[{"oidcs": [{"issuer": _ISSUER}]}],
    )
    engine.says("aws:ec2/launchTemplate:LaunchTemplate", latestVersion=7)
    mock_caller(engine, "deployer", path="/ci/")
    engine.says(
        "aws:eks/getAddonVersion:getAddonVersion",
        version="v1.0.0-eksbuild.1",
        addonName="x",
        kubernetesVersion="1.35",
        id="x",
        mostRecent=False,
        region="eu-west-1",
    )

    def make_cluster(**fields: Any) -> dict[str, Registration]:
        pools = {"pools": {"servers": NodePool(min=1, max=3)}} if fields.get("mode") != "managed" else {}
        spec = EksClusterArgs.model_validate(
            {"cloud": "aws", "name": "prod", "region": "eu-west-1", "zones": _ZONES, **pools, **fields}
        )
        engine.run(lambda: EksCluster("prod", spec))
        return engine.resources

    return make_cluster


def test_control_plane_is_private_encrypted_logged_and_protected(make: Make) -> None:
    cluster = make()["Cluster/prod-cluster"].inputs
    assert cluster["vpcConfig"]["endpointPrivateAccess"] is True
    assert cluster["vpcConfig"]["endpointPublicAccess"] is False
    assert cluster["accessConfig"] == {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": False,
    }
    assert cluster["bootstrapSelfManagedAddons"] is False
    assert cluster["encryptionConfig"]["resources"] == ["secrets"]
    assert cluster["enabledClusterLogTypes"] == ["api", "audit", "authenticator"]
    assert cluster["deletionProtection"] is True
    assert cluster["upgradePolicy"] == {"supportType": "STANDARD"}


def test_key_and_log_group_exist_before_the_cluster(make: Make) -> None:
    resources = make()
    assert resources["Key/prod-secrets"].inputs["enableKeyRotation"] is True
    logs = resources["LogGroup/prod-logs"].inputs
    assert (logs["name"], logs["retentionInDays"]) == ("/aws/eks/prod/cluster", 90)
    assert_depends_on(resources, "Cluster/prod-cluster", "LogGroup/prod-logs", "Key/prod-secrets")


def test_volumes_have_tags_of_the_cluster(make: Make) -> None:
    """By which a sweep finds those that outlive it."""
    values = json.loads(make()["Addon/prod-aws-ebs-csi-driver"].inputs["configurationValues"])
    tags = values["controller"]["extraVolumeTags"]
    assert tags.keys() == {"anykube:cluster", "anykube:stack"}
    assert tags["anykube:cluster"] == "prod"


def test_load_balancers_have_tags_of_the_cluster(make: Make) -> None:
    values = make()["Release/prod-aws-load-balancer-controller"].inputs["values"]
    assert values["defaultTags"].keys() == {"anykube:cluster", "anykube:stack"}
    assert values["defaultTags"]["anykube:cluster"] == "prod"


def test_public_api_access_requires_ranges(make: Make) -> None:
    vpc = make(api={"public": ["203.0.113.0/24"]})["Cluster/prod-cluster"].inputs["vpcConfig"]
    assert (vpc["endpointPublicAccess"], vpc["publicAccessCidrs"]) == (True, ["203.0.113.0/24"])


def test_internal_ranges_reach_the_private_address(make: Make) -> None:
    """Without a rule, only members of the cluster's security group would."""
    resources = make(api={"internal": ["10.200.0.0/16"]})
    rule = resources["SecurityGroupIngressRule/prod-api-10-200-0-0-16"].inputs
    assert (rule["securityGroupId"], rule["cidrIpv4"]) == ("sg-1", "10.200.0.0/16")
    assert (rule["ipProtocol"], rule["fromPort"], rule["toPort"]) == ("tcp", 443, 443)
    assert resources["Cluster/prod-cluster"].inputs["vpcConfig"]["endpointPublicAccess"] is False
    assert_depends_on(resources, "kubernetes/prod-kubernetes", "SecurityGroupIngressRule/prod-api-10-200-0-0-16")


@pytest.mark.parametrize("vpc", [None, {"id": "vpc-01234567", "private_subnets": ["subnet-1", "subnet-2"]}])
def test_a_pipeline_in_a_new_network_reaches_the_api(make: Make, vpc: object) -> None:
    """The range of an existing network is unknown: its owner lists it in `internal`."""
    resources = make(api={"deploy_from": "network"}, eks={"vpc": vpc} if vpc else {})
    rules = [item.inputs["cidrIpv4"] for key, item in resources.items() if key.startswith("SecurityGroupIngressRule/")]
    assert rules == ([] if vpc else ["10.0.0.0/16"])


@pytest.mark.parametrize(("nat", "gateways"), [("none", 0), ("single", 1), ("zone", 3)])
def test_creates_subnets_nat_gateways_and_endpoints(make: Make, nat: str, gateways: int) -> None:
    resources = make(network={"nat": nat})
    subnets = [resource.inputs for key, resource in resources.items() if key.startswith("Subnet/")]
    assert len(subnets) == 6
    assert len({subnet["cidrBlock"] for subnet in subnets}) == 6
    roles = {key for subnet in subnets for key in subnet["tags"] if key.startswith("kubernetes.io")}
    assert roles == {"kubernetes.io/role/elb", "kubernetes.io/role/internal-elb"}
    assert sum(key.startswith("NatGateway/") for key in resources) == gateways
    kinds = [
        resource.inputs["vpcEndpointType"] for key, resource in resources.items() if key.startswith("VpcEndpoint/")
    ]
    assert kinds.count("Gateway") == 1
    assert ("Interface" in kinds) == (nat == "none")


def test_uses_an_existing_network(make: Make) -> None:
    vpc = {"id": "vpc-01234567", "private_subnets": ["subnet-1", "subnet-2"]}
    resources = make(eks={"vpc": vpc})
    assert not any(key.startswith(("Vpc/", "Subnet/")) for key in resources)
    assert resources["Cluster/prod-cluster"].inputs["vpcConfig"]["subnetIds"] == ["subnet-1", "subnet-2"]


def _entries(resources: dict[str, Registration]) -> dict[str, str]:
    """The principal and the access policy of each entry, by name."""
    return {
        key.rpartition("/")[2]: (
            f"{resource.inputs['principalArn'].rpartition(':')[2]} "
            + resources[f"AccessPolicyAssociation/{key.rpartition('/')[2]}"].inputs["policyArn"].rpartition("/")[2]
        )
        for key, resource in resources.items()
        if key.startswith("AccessEntry/")
    }


_OPS, _CI, _ANN = (f"arn:aws:iam::111111111111:{name}" for name in ("role/ops", "role/ci", "user/ann"))


def test_grants_access_by_entries_also_to_the_deployer(make: Make) -> None:
    resources = make(access={"admins": [_OPS], "viewers": [_ANN]})
    assert _entries(resources) == {
        "prod-deployer": "role/ci/deployer AmazonEKSClusterAdminPolicy",
        "prod-admin-role-ops": "role/ops AmazonEKSClusterAdminPolicy",
        "prod-viewer-user-ann": "user/ann AmazonEKSViewPolicy",
    }
    # Another identity that previews later changes nothing.
    assert resources["AccessEntry/prod-deployer"].ignored == ["principalArn"]
    assert resources["AccessPolicyAssociation/prod-deployer"].ignored == ["principalArn"]


def test_access_follows_the_settings_and_not_whoever_runs(make: Make, engine: Engine) -> None:
    mock_caller(engine, "somebody")
    resources = make(access={"deployers": [_CI], "reviewers": [_OPS], "previewers": [_ANN]})
    assert _entries(resources) == {
        "prod-deployer-role-ci": "role/ci AmazonEKSClusterAdminPolicy",
        "prod-reviewer-role-ops": "role/ops AmazonEKSAdminViewPolicy",
        "prod-previewer-user-ann": "user/ann AmazonEKSAdminViewPolicy",
    }
    # A creator's grant of an earlier version becomes that of the first deployer.
    assert "prod-deployer" in resources["AccessEntry/prod-deployer-role-ci"].former_names


def test_a_principal_in_several_lists_has_one_entry_with_the_strongest_role(make: Make) -> None:
    resources = make(access={"deployers": [_CI], "admins": [_CI, _OPS], "viewers": [_OPS, _CI, _ANN, _ANN]})
    assert sorted(_entries(resources)) == ["prod-admin-role-ops", "prod-deployer-role-ci", "prod-viewer-user-ann"]
    # The entry stays if a principal gets another role: EKS refuses a second one.
    assert {"prod-viewer-role-ops", "prod-deployer-role-ops"} <= set(
        resources["AccessEntry/prod-admin-role-ops"].former_names
    )


def test_reviewers_write_only_in_namespaces_of_reviews(make: Make) -> None:
    resources = make(access={"deployers": [_CI], "reviewers": [_OPS]})
    assert resources["AccessEntry/prod-reviewer-role-ops"].inputs["kubernetesGroups"] == ["anykube:reviewers"]
    policy = resources["ValidatingAdmissionPolicy/prod-reviewers-policy"].inputs["spec"]
    assert policy["matchConditions"][0]["expression"].endswith("group in ['anykube:reviewers'])")
    assert "'^pr-[0-9]+$'" in policy["validations"][0]["expression"]
    bound = {
        resources[f"ClusterRoleBinding/prod-{name}"].inputs["roleRef"]["name"]
        for name in ("reviewers", "reviewers-admin")
    }
    assert bound == {"anykube-reviewers", "admin"}


def test_node_group(make: Make) -> None:
    pool = NodePool(min=1, max=9, spot=True, surge="2", disk=100, labels={"a": "b"}, zones=("eu-west-1a",))
    resources = make(pools={"web": pool})
    group = resources["NodeGroup/prod-web"].inputs
    assert group["scalingConfig"] == {"minSize": 1, "desiredSize": 1, "maxSize": 9}
    assert group["updateConfig"] == {"maxUnavailable": 2}
    assert group["capacityType"] == "SPOT"
    assert len(group["instanceTypes"]) > 1
    assert len(group["subnetIds"]) == 1
    assert group["nodeGroupNamePrefix"] == "web-"
    assert group["launchTemplate"]["version"] == "7"
    assert group["nodeRepairConfig"] == {"enabled": True}
    assert resources["NodeGroup/prod-web"].ignored == ["scalingConfig.desiredSize"]
    assert group["labels"] == {"anykube.dev/pool": "web", "a": "b"}
    template = resources["LaunchTemplate/prod-web"].inputs
    assert template["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }
    disk = template["blockDeviceMappings"][0]["ebs"]
    assert (disk["volumeType"], disk["volumeSize"], disk["encrypted"]) == ("gp3", 100, "true")


@pytest.mark.parametrize(
    ("machine", "eks", "ami"),
    [
        ({}, {}, "AL2023_x86_64_STANDARD"),
        ({"arch": "arm64"}, {}, "AL2023_ARM_64_STANDARD"),
        ({"arch": "arm64"}, {"image": "Bottlerocket"}, "BOTTLEROCKET_ARM_64"),
        ({"cpu": 4, "memory": "16Gi", "gpu": 1}, {}, "BOTTLEROCKET_x86_64_NVIDIA"),
        ({"cpu": 4, "memory": "16Gi", "gpu": 1}, {"image": "AL2023"}, "AL2023_x86_64_NVIDIA"),
    ],
)
def test_ami_types(make: Make, machine: dict[str, Any], eks: dict[str, Any], ami: str) -> None:
    pool = EksNodePool.model_validate({"count": 1, "machine": machine, "eks": eks})
    assert make(pools={"web": pool})["NodeGroup/prod-web"].inputs["amiType"] == ami


def test_dependency_order(make: Make) -> None:
    resources = make()
    assert_depends_on(
        resources, "NodeGroup/prod-servers", "Addon/prod-vpc-cni", "AccessEntry/prod-deployer", "Vpc/prod-vpc"
    )
    assert_depends_on(
        resources, "NodeGroup/prod-servers", "Route/prod-private-eu-west-1a-out", "NatGateway/prod-nat-eu-west-1a"
    )
    assert_depends_on(resources, "Addon/prod-coredns", "NodeGroup/prod-servers")
    assert_depends_on(
        resources, "Cluster/prod-cluster", "RolePolicyAttachment/prod-control-plane-amazoneksclusterpolicy"
    )
    assert_depends_on(resources, "NodeGroup/prod-servers", "RolePolicyAttachment/prod-nodes-amazoneksworkernodepolicy")
    assert_depends_on(
        resources, "kubernetes/prod-platform", "AccessPolicyAssociation/prod-deployer", "Addon/prod-coredns"
    )
    chart = "Release/prod-aws-load-balancer-controller"
    assert_depends_on(
        resources, chart, "PodIdentityAssociation/prod-aws-load-balancer-controller", "kubernetes/prod-platform"
    )
    # Objects of apps are deleted before the controller, which deletes their load balancers.
    assert_depends_on(resources, "kubernetes/prod-kubernetes", chart, "StorageClass/prod-gp3", "NodeGroup/prod-servers")


def test_default_storage_class_is_encrypted(make: Make) -> None:
    storage_class = make()["StorageClass/prod-gp3"].inputs
    assert storage_class["parameters"] == {"type": "gp3", "encrypted": "true"}
    assert storage_class["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"] == "true"


def test_auto_mode_sets_all_three_switches(make: Make) -> None:
    resources = make(mode="managed")
    cluster = resources["Cluster/prod-cluster"].inputs
    assert cluster["computeConfig"]["enabled"] is True
    assert cluster["storageConfig"]["blockStorage"]["enabled"] is True
    assert cluster["kubernetesNetworkConfig"]["elasticLoadBalancing"]["enabled"] is True
    assert not any(key.startswith(("NodeGroup/", "Addon/", "Release/")) for key in resources)
    assert resources["IngressClass/prod-alb"].inputs["spec"]["controller"] == "eks.amazonaws.com/alb"
    policies = {
        resource.inputs["policyArn"] for key, resource in resources.items() if key.startswith("RolePolicyAttachment/")
    }
    assert "arn:aws:iam::aws:policy/AmazonEKSComputePolicy" in policies


def test_auto_mode_enforces_network_policies(make: Make) -> None:
    resources = make(mode="managed")
    switch = resources["ConfigMap/prod-network-policies"].inputs
    assert (switch["metadata"]["name"], switch["metadata"]["namespace"]) == ("amazon-vpc-cni", "kube-system")
    assert switch["data"] == {"enable-network-policy-controller": "true"}
    assert_depends_on(resources, "kubernetes/prod-kubernetes", "ConfigMap/prod-network-policies")


def test_standard_mode_disables_all_three_switches(make: Make) -> None:
    cluster = make()["Cluster/prod-cluster"].inputs
    assert cluster["computeConfig"] == {"enabled": False}
    assert cluster["storageConfig"] == {"blockStorage": {"enabled": False}}
    assert cluster["kubernetesNetworkConfig"]["elasticLoadBalancing"] == {"enabled": False}


def test_kubeconfig_is_secret_and_has_no_credentials(make: Make) -> None:
    secret, text = make()["kubernetes/prod-kubernetes"].inputs["kubeconfig"]
    assert secret == "secret"
    user = json.loads(text)["users"][0]["user"]
    assert list(user) == ["exec"]
    assert user["exec"]["interactiveMode"] == "Never"
    assert user["exec"]["command"] == "anykube"
    assert user["exec"]["args"] == ["token", "aws", "--cluster", "prod", "--region", "eu-west-1"]


def test_creates_a_pod_identity(make: Make, engine: Engine) -> None:
    def program() -> None:
        pools = {"servers": NodePool(count=1)}
        fields = {"cloud": "aws", "name": "dev", "region": "eu-west-1", "zones": _ZONES, "pools": pools}
        cluster = EksCluster("dev", EksClusterArgs.model_validate(fields))
        statement = AwsStatement(actions=("s3:GetObject",), resources=("*",))
        cluster.grant("shop", "web", CloudIdentity(aws=AwsIdentity(statements=(statement,))))
        with pytest.raises(pulumi.RunError, match=r"shop/api has no section `aws`\. Add `aws`"):
            cluster.grant("shop", "api", CloudIdentity(gcp=GcpIdentity(roles=("roles/viewer",))))

    engine.run(program)
    association = engine.resources["PodIdentityAssociation/dev-shop-web"].inputs
    assert (association["namespace"], association["serviceAccount"]) == ("shop", "web")
    trust = json.loads(engine.resources["Role/dev-shop-web"].inputs["assumeRolePolicy"])
    assert trust["Statement"][0]["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    assert trust["Statement"][0]["Principal"] == {"Service": "pods.eks.amazonaws.com"}


def test_long_names_of_apps_fit_into_the_name_of_a_role(make: Make, engine: Engine) -> None:
    namespace, app = "n" * 40, "a" * 53

    def program() -> None:
        fields = {"cloud": "aws", "name": "dev", "region": "eu-west-1", "zones": _ZONES}
        cluster = EksCluster("dev", EksClusterArgs.model_validate({**fields, "pools": {"servers": NodePool(count=1)}}))
        statement = AwsStatement(actions=("s3:GetObject",), resources=("*",))
        for name in (app, "web"):
            cluster.grant(namespace, name, CloudIdentity(aws=AwsIdentity(statements=(statement,))))

    engine.run(program)
    role = engine.resources[f"Role/dev-{namespace}-{app}"].inputs
    policy = engine.resources[f"RolePolicy/dev-{namespace}-{app}-policy"].inputs
    # The provider appends 26 digits: at most 64 and 128 characters.
    assert len(role["namePrefix"]) <= 38
    assert len(policy["namePrefix"]) <= 102
    assert "namePrefix" not in engine.resources[f"Role/dev-{namespace}-web"].inputs


def test_accepts_outputs_of_other_resources(make: Make, engine: Engine) -> None:
    def output(text: str) -> pulumi.Output[str]:
        return pulumi.Output.from_input(text)

    def program() -> None:
        subnets = [output("subnet-1"), output("subnet-2")]
        vpc = {"id": output("vpc-0123456789"), "private_subnets": subnets}
        fields = {"name": "dev", "region": "eu-west-1", "zones": _ZONES, "eks": {"vpc": vpc}}
        pools = {"servers": NodePool(min=1, max=2)}
        provider = aws.Provider("own", region="eu-west-1")
        opts = pulumi.ResourceOptions(providers=[provider])
        cluster = EksCluster("dev", EksClusterArgs.model_validate({**fields, "pools": pools}), opts)
        statement = AwsStatement(actions=("s3:GetObject",), resources=(output("arn:aws:s3:::mail"),))
        identity = AwsIdentity(policies=(output("arn:aws:iam::aws:policy/Mail"),), statements=(statement,))
        cluster.grant("shop", "web", CloudIdentity(aws=identity))

    engine.run(program)
    resources = engine.resources
    assert resources["Cluster/dev-cluster"].inputs["vpcConfig"]["subnetIds"] == ["subnet-1", "subnet-2"]
    assert resources["RolePolicyAttachment/dev-shop-web-0"].inputs["policyArn"] == "arn:aws:iam::aws:policy/Mail"
    policy = json.loads(resources["RolePolicy/dev-shop-web-policy"].inputs["policy"])
    assert policy["Statement"][0]["Resource"] == ["arn:aws:s3:::mail"]
    assert "aws/dev-aws" not in resources
    assert resources["Cluster/dev-cluster"].provider.startswith(resources["aws/own"].urn)


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "10.1.0.0/20"])
def test_a_third_zone_does_not_move_other_ranges(cidr: str) -> None:
    assert split_range(cidr, 3)[:2] == split_range(cidr, 2)


def test_rejects_a_network_that_is_too_small() -> None:
    with pytest.raises(ValueError, match="too small"):
        split_range("10.0.0.0/21", 2)
