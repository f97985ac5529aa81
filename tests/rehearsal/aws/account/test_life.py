"""The life of a cluster from create to delete, through boto3."""

from collections.abc import Iterator
from typing import Any

import pytest
from anykube_rehearsal.aws.account.eks.access_entries import groups_of
from botocore.exceptions import ClientError


@pytest.fixture(scope="module")
def cluster(shared_aws: Any) -> Iterator[str]:
    shared_aws.create_cluster(
        "life",
        version="1.34",
        tags={"a": "b"},
        encryptionConfig=[{"resources": ["secrets"], "provider": {"keyArn": shared_aws.key}}],
    )
    yield "life"
    shared_aws.delete_cluster("life")


def test_describes_a_cluster_as_requested(aws: Any, cluster: str) -> None:
    description = aws.eks.describe_cluster(name=cluster)["cluster"]
    assert description["status"] == "ACTIVE"
    assert (description["version"], description["tags"]) == ("1.34", {"a": "b"})
    assert description["endpoint"] == "https://127.0.0.1:6443/life"
    assert description["certificateAuthority"]["data"] == "Q0E="
    assert description["identity"]["oidc"]["issuer"].startswith("https://oidc.eks.eu-west-1.amazonaws.com/id/")
    resources = description["resourcesVpcConfig"]
    assert (resources["vpcId"], resources["subnetIds"]) == (aws.vpc, aws.subnets)
    assert resources["publicAccessCidrs"] == ["0.0.0.0/0"]
    assert description["upgradePolicy"] == {"supportType": "EXTENDED"}
    assert [setup["enabled"] for setup in description["logging"]["clusterLogging"]] == [False]
    assert aws.eks.list_clusters()["clusters"] == [cluster]
    assert aws.interfaces().count("Amazon EKS life") == 2
    [group] = aws.ec2.describe_security_groups(GroupIds=[resources["clusterSecurityGroupId"]])["SecurityGroups"]
    assert group["GroupName"].startswith("eks-cluster-sg-life-")


def test_network_of_a_cluster_cannot_be_deleted(aws: Any, cluster: str) -> None:
    group = aws.eks.describe_cluster(name=cluster)["cluster"]["resourcesVpcConfig"]["clusterSecurityGroupId"]
    with pytest.raises(ClientError, match=r"DependencyViolation.*has dependencies and cannot be deleted"):
        aws.ec2.delete_subnet(SubnetId=aws.subnets[0])
    with pytest.raises(ClientError, match=r"DependencyViolation.*has a dependent object"):
        aws.ec2.delete_security_group(GroupId=group)
    with pytest.raises(ClientError, match=r"DependencyViolation.*has dependencies and cannot be deleted"):
        aws.ec2.delete_vpc(VpcId=aws.vpc)
    response = aws.ec2.describe_network_interfaces(Filters=[{"Name": "status", "Values": ["in-use"]}])
    interface_id = response["NetworkInterfaces"][0]["NetworkInterfaceId"]
    with pytest.raises(ClientError, match=r"InvalidNetworkInterface\.InUse.*is currently in use"):
        aws.ec2.delete_network_interface(NetworkInterfaceId=interface_id)


def test_creates_updates_and_deletes_node_groups(aws: Any, cluster: str) -> None:
    eks = aws.eks
    first = aws.create_nodes(
        cluster,
        "first",
        scalingConfig={"minSize": 1, "maxSize": 3, "desiredSize": 2},
        labels={"pool": "first"},
        taints=[{"key": "k", "value": "v", "effect": "NO_SCHEDULE"}],
    )
    assert (first["status"], first["amiType"], first["capacityType"]) == (
        "ACTIVE",
        "AL2023_x86_64_STANDARD",
        "ON_DEMAND",
    )
    assert aws.create_nodes(cluster, "second", capacityType="SPOT", instanceTypes=["m7g.large"])["status"] == "ACTIVE"
    assert eks.list_nodegroups(clusterName=cluster)["nodegroups"] == ["first", "second"]
    group = aws.kubernetes.groups[cluster, "first"]
    assert (group.size, group.labels, group.zones) == (2, {"pool": "first"}, ["eu-west-1a", "eu-west-1b"])
    assert [(taint.key, taint.value, taint.effect) for taint in group.taints] == [("k", "v", "NoSchedule")]
    assert aws.kubernetes.groups[cluster, "second"].ami_type == "AL2023_ARM_64_STANDARD"
    assert (
        eks.describe_access_entry(clusterName=cluster, principalArn=aws.roles["node"])["accessEntry"]["type"]
        == "EC2_LINUX"
    )

    change = {
        "scalingConfig": {"desiredSize": 3},
        "labels": {"addOrUpdateLabels": {"x": "y"}, "removeLabels": ["pool"]},
    }
    update = eks.update_nodegroup_config(clusterName=cluster, nodegroupName="first", **change)["update"]
    changed = aws.wait_for_nodes(cluster, "first")
    assert (changed["scalingConfig"]["desiredSize"], changed["labels"]) == (3, {"x": "y"})
    update = eks.describe_update(name=cluster, updateId=update["id"], nodegroupName="first")["update"]
    assert update["status"] == "Successful"
    assert eks.list_updates(name=cluster, nodegroupName="first")["updateIds"] == [update["id"]]
    assert sum(name.startswith("aws-K8S-first-") for name in aws.interfaces()) == 3

    with pytest.raises(eks.exceptions.ResourceInUseException, match="Cluster has nodegroups attached: first, second"):
        eks.delete_cluster(name=cluster)
    for name in ("first", "second"):
        aws.delete_nodes(cluster, name)
    assert aws.interfaces() == ["Amazon EKS life"] * 2
    assert aws.roles["node"] not in eks.list_access_entries(clusterName=cluster)["accessEntries"]


def test_add_ons_with_a_deployment_need_a_node(aws: Any, cluster: str) -> None:
    eks = aws.eks
    for name in ("vpc-cni", "coredns"):
        assert eks.create_addon(clusterName=cluster, addonName=name)["addon"]["status"] == "CREATING"
    driver = eks.create_addon(
        clusterName=cluster,
        addonName="aws-ebs-csi-driver",
        podIdentityAssociations=[{"serviceAccount": "ebs-csi-controller-sa", "roleArn": aws.roles["pod"]}],
    )["addon"]

    def statuses() -> dict[str, str]:
        names = eks.list_addons(clusterName=cluster)["addons"]
        return {name: eks.describe_addon(clusterName=cluster, addonName=name)["addon"]["status"] for name in names}

    assert statuses() == {"aws-ebs-csi-driver": "DEGRADED", "coredns": "DEGRADED", "vpc-cni": "ACTIVE"}
    aws.create_nodes(cluster, "nodes")
    assert set(statuses().values()) == {"ACTIVE"}
    [owned] = eks.list_pod_identity_associations(clusterName=cluster)["associations"]
    assert (owned["ownerArn"], owned["namespace"]) == (driver["addonArn"], "kube-system")
    versions = eks.describe_addon_versions(addonName="coredns", kubernetesVersion="1.34")["addons"][0]["addonVersions"]
    older = versions[-1]["addonVersion"]
    update = eks.update_addon(clusterName=cluster, addonName="coredns", addonVersion=older)["update"]
    assert (
        eks.describe_update(name=cluster, updateId=update["id"], addonName="coredns")["update"]["type"] == "AddonUpdate"
    )
    assert eks.describe_addon(clusterName=cluster, addonName="coredns")["addon"]["addonVersion"] == older
    aws.delete_nodes(cluster, "nodes")
    for name in statuses():
        eks.delete_addon(clusterName=cluster, addonName=name)
    assert eks.list_pod_identity_associations(clusterName=cluster)["associations"] == []


def test_access_entries_grant_groups(aws: Any, cluster: str) -> None:
    eks, account = aws.eks, aws.account
    caller = aws.client("sts").get_caller_identity()["Arn"]
    assert caller == "arn:aws:iam::123456789012:user/moto"
    assert groups_of(account, cluster, caller) == {"system:masters"}
    principal = aws.roles["pod"]
    assert groups_of(account, cluster, principal) is None
    names = {"clusterName": cluster, "principalArn": principal}
    eks.create_access_entry(**names, kubernetesGroups=["team"])
    policies = {policy["name"]: policy["arn"] for policy in eks.list_access_policies()["accessPolicies"]}
    view = {"policyArn": policies["AmazonEKSViewPolicy"]}
    eks.associate_access_policy(**names, **view, accessScope={"type": "cluster"})
    eks.associate_access_policy(
        **names, policyArn=policies["AmazonEKSAdminViewPolicy"], accessScope={"type": "namespace", "namespaces": ["a"]}
    )
    assert groups_of(account, cluster, principal) == {"team", "anykube:view"}
    session = "arn:aws:sts::123456789012:assumed-role/pod/session"
    assert groups_of(account, cluster, session) == {"team", "anykube:view"}
    assert len(eks.list_associated_access_policies(**names)["associatedAccessPolicies"]) == 2
    assert eks.list_access_entries(clusterName=cluster, associatedPolicyArn=view["policyArn"])["accessEntries"] == [
        principal
    ]
    eks.disassociate_access_policy(**names, **view)
    entry = eks.update_access_entry(**names, kubernetesGroups=["others"])["accessEntry"]
    assert entry["username"] == "arn:aws:sts::123456789012:assumed-role/pod/{{SessionName}}"
    assert groups_of(account, cluster, principal) == {"others"}
    eks.delete_access_entry(**names)
    with pytest.raises(eks.exceptions.ResourceNotFoundException, match="principalArn could not be found"):
        eks.describe_access_entry(**names)


def test_service_account_has_one_role(aws: Any, cluster: str) -> None:
    eks, names = aws.eks, {"clusterName": cluster, "namespace": "n", "serviceAccount": "s"}
    association = eks.create_pod_identity_association(**names, roleArn=aws.roles["pod"])["association"]
    with pytest.raises(eks.exceptions.ResourceInUseException, match="Association already exists"):
        eks.create_pod_identity_association(**names, roleArn=aws.roles["pod"])
    ids = {"clusterName": cluster, "associationId": association["associationId"]}
    changed = eks.update_pod_identity_association(**ids, disableSessionTags=True)["association"]
    assert changed["disableSessionTags"]
    assert eks.describe_pod_identity_association(**ids)["association"]["roleArn"] == aws.roles["pod"]
    assert eks.list_pod_identity_associations(clusterName=cluster, namespace="other")["associations"] == []
    eks.delete_pod_identity_association(**ids)
    with pytest.raises(eks.exceptions.ResourceNotFoundException, match="No pod identity association found"):
        eks.describe_pod_identity_association(**ids)


def test_changes_tags_by_arn(aws: Any, cluster: str) -> None:
    arn = aws.eks.describe_cluster(name=cluster)["cluster"]["arn"]
    aws.eks.tag_resource(resourceArn=arn, tags={"c": "d"})
    aws.eks.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert aws.eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"c": "d"}
    with pytest.raises(aws.eks.exceptions.NotFoundException, match="No resource found"):
        aws.eks.list_tags_for_resource(resourceArn=f"{arn}x")
    with pytest.raises(aws.eks.exceptions.BadRequestException, match="prefix aws: is reserved"):
        aws.eks.tag_resource(resourceArn=arn, tags={"aws:x": "y"})


def test_updates_a_cluster(aws: Any, cluster: str) -> None:
    changes: list[tuple[dict[str, Any], str]] = [
        ({"logging": {"clusterLogging": [{"types": ["audit"], "enabled": True}]}}, "LoggingUpdate"),
        (
            {"resourcesVpcConfig": {"endpointPrivateAccess": True, "publicAccessCidrs": ["8.8.8.0/24"]}},
            "EndpointAccessUpdate",
        ),
        ({"resourcesVpcConfig": {"securityGroupIds": [aws.group]}}, "VpcConfigUpdate"),
        ({"upgradePolicy": {"supportType": "STANDARD"}}, "UpgradePolicyUpdate"),
        ({"resourcesVpcConfig": {"controlPlaneEgressMode": "CUSTOMER_ROUTED"}}, "ControlPlaneEgressUpdate"),
        ({"kubeApiServerConfig": {"eventTtl": "2h"}}, "ControlPlaneComponentConfigUpdate"),
    ]
    for change, kind in changes:
        update = aws.eks.update_cluster_config(name=cluster, **change)["update"]
        assert update["type"] == kind
        description = aws.wait_for_cluster(cluster)
        assert aws.eks.describe_update(name=cluster, updateId=update["id"])["update"]["status"] == "Successful"
    assert description["logging"]["clusterLogging"][0] == {"types": ["audit"], "enabled": True}
    assert description["resourcesVpcConfig"]["publicAccessCidrs"] == ["8.8.8.0/24"]
    assert description["resourcesVpcConfig"]["securityGroupIds"] == [aws.group]


def test_upgrades_one_minor_version_at_a_time(aws: Any, cluster: str) -> None:
    eks = aws.eks
    aws.create_nodes(cluster, "old", version="1.33")
    with pytest.raises(eks.exceptions.InvalidParameterException, match=r"minor version update from 1.34 to 1.36"):
        eks.update_cluster_version(name=cluster, version="1.36")
    eks.update_cluster_version(name=cluster, version="1.35")
    assert aws.wait_for_cluster(cluster)["version"] == aws.kubernetes.versions[cluster] == "1.35"
    with pytest.raises(eks.exceptions.InvalidParameterException, match=r"minor version update from 1.35 to 1.34"):
        eks.update_cluster_version(name=cluster, version="1.34")
    eks.update_nodegroup_version(clusterName=cluster, nodegroupName="old")
    nodes = aws.wait_for_nodes(cluster, "old")
    assert (nodes["version"], nodes["releaseVersion"][:6]) == ("1.35", "1.35.0")
    assert aws.kubernetes.groups[cluster, "old"].version == "1.35"
    with pytest.raises(eks.exceptions.InvalidParameterException, match=r"cannot go down from 1.35 to 1.34"):
        eks.update_nodegroup_version(clusterName=cluster, nodegroupName="old", version="1.34")
    aws.delete_nodes(cluster, "old")


def test_role_that_creates_a_cluster_has_access(aws: Any) -> None:
    role = aws.create_role("maker", "ec2.amazonaws.com", "sts:AssumeRole")
    credentials = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    keys = {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }
    aws.client("eks", **keys).create_cluster(
        name="made",
        roleArn=aws.roles["cluster"],
        resourcesVpcConfig={"subnetIds": aws.subnets},
        accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"},
    )
    aws.wait_for_cluster("made")
    assert aws.eks.list_access_entries(clusterName="made")["accessEntries"] == [role]
    aws.delete_cluster("made")


def test_delete_leaves_nothing(aws: Any) -> None:
    before = aws.interfaces(), _groups(aws)
    aws.create_cluster("short", deletionProtection=True)
    with pytest.raises(aws.eks.exceptions.InvalidRequestException, match="deletionProtection is enabled"):
        aws.eks.delete_cluster(name="short")
    aws.eks.update_cluster_config(name="short", deletionProtection=False)
    aws.wait_for_cluster("short")
    assert (aws.interfaces(), _groups(aws)) != before
    aws.delete_cluster("short")
    assert (aws.interfaces(), _groups(aws)) == before
    assert "short" not in aws.kubernetes.versions


def _groups(aws: Any) -> list[str]:
    return [group["GroupId"] for group in aws.ec2.describe_security_groups()["SecurityGroups"]]
