"""A cluster's life, from creation to nothing left, through boto3 on a real connection."""

from collections.abc import Iterator
from typing import Any

import pytest
from anykube_rehearsal.aws.account.eks.access_entries import groups_of
from botocore.exceptions import ClientError


@pytest.fixture(scope="module")
def cluster(account_world: Any) -> Iterator[str]:
    account_world.cluster(
        "life",
        version="1.34",
        tags={"a": "b"},
        encryptionConfig=[{"resources": ["secrets"], "provider": {"keyArn": account_world.key}}],
    )
    yield "life"
    account_world.remove("life")


def test_a_cluster_is_as_it_was_asked_for(world: Any, cluster: str) -> None:
    about = world.eks.describe_cluster(name=cluster)["cluster"]
    assert about["status"] == "ACTIVE"
    assert (about["version"], about["tags"]) == ("1.34", {"a": "b"})
    assert about["endpoint"] == "https://127.0.0.1:6443/life"
    assert about["certificateAuthority"]["data"] == "Q0E="
    assert about["identity"]["oidc"]["issuer"].startswith("https://oidc.eks.eu-west-1.amazonaws.com/id/")
    resources = about["resourcesVpcConfig"]
    assert (resources["vpcId"], resources["subnetIds"]) == (world.vpc, world.subnets)
    assert resources["publicAccessCidrs"] == ["0.0.0.0/0"]
    assert about["upgradePolicy"] == {"supportType": "EXTENDED"}
    assert [one["enabled"] for one in about["logging"]["clusterLogging"]] == [False]
    assert world.eks.list_clusters()["clusters"] == [cluster]
    assert world.interfaces().count("Amazon EKS life") == 2
    [group] = world.ec2.describe_security_groups(GroupIds=[resources["clusterSecurityGroupId"]])["SecurityGroups"]
    assert group["GroupName"].startswith("eks-cluster-sg-life-")


def test_the_network_is_held_while_the_cluster_is_there(world: Any, cluster: str) -> None:
    group = world.eks.describe_cluster(name=cluster)["cluster"]["resourcesVpcConfig"]["clusterSecurityGroupId"]
    with pytest.raises(ClientError, match=r"DependencyViolation.*has dependencies and cannot be deleted"):
        world.ec2.delete_subnet(SubnetId=world.subnets[0])
    with pytest.raises(ClientError, match=r"DependencyViolation.*has a dependent object"):
        world.ec2.delete_security_group(GroupId=group)
    with pytest.raises(ClientError, match=r"DependencyViolation.*has dependencies and cannot be deleted"):
        world.ec2.delete_vpc(VpcId=world.vpc)
    found = world.ec2.describe_network_interfaces(Filters=[{"Name": "status", "Values": ["in-use"]}])
    used = found["NetworkInterfaces"][0]["NetworkInterfaceId"]
    with pytest.raises(ClientError, match=r"InvalidNetworkInterface\.InUse.*is currently in use"):
        world.ec2.delete_network_interface(NetworkInterfaceId=used)


def test_two_node_groups_with_add_ons_grow_and_go(world: Any, cluster: str) -> None:
    eks = world.eks
    first = world.nodes(
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
    assert world.nodes(cluster, "second", capacityType="SPOT", instanceTypes=["m7g.large"])["status"] == "ACTIVE"
    assert eks.list_nodegroups(clusterName=cluster)["nodegroups"] == ["first", "second"]
    made = world.kubernetes.groups[cluster, "first"]
    assert (made.size, made.labels, made.zones) == (2, {"pool": "first"}, ["eu-west-1a", "eu-west-1b"])
    assert [(one.key, one.value, one.effect) for one in made.taints] == [("k", "v", "NoSchedule")]
    assert world.kubernetes.groups[cluster, "second"].ami_type == "AL2023_ARM_64_STANDARD"
    assert (
        eks.describe_access_entry(clusterName=cluster, principalArn=world.roles["node"])["accessEntry"]["type"]
        == "EC2_LINUX"
    )

    change = {
        "scalingConfig": {"desiredSize": 3},
        "labels": {"addOrUpdateLabels": {"x": "y"}, "removeLabels": ["pool"]},
    }
    begun = eks.update_nodegroup_config(clusterName=cluster, nodegroupName="first", **change)["update"]
    changed = world.settled_nodes(cluster, "first")
    assert (changed["scalingConfig"]["desiredSize"], changed["labels"]) == (3, {"x": "y"})
    found = eks.describe_update(name=cluster, updateId=begun["id"], nodegroupName="first")["update"]
    assert found["status"] == "Successful"
    assert eks.list_updates(name=cluster, nodegroupName="first")["updateIds"] == [begun["id"]]
    assert sum(one.startswith("aws-K8S-first-") for one in world.interfaces()) == 3

    with pytest.raises(eks.exceptions.ResourceInUseException, match="Cluster has nodegroups attached: first, second"):
        eks.delete_cluster(name=cluster)
    for name in ("first", "second"):
        world.remove_nodes(cluster, name)
    assert world.interfaces() == ["Amazon EKS life"] * 2
    assert world.roles["node"] not in eks.list_access_entries(clusterName=cluster)["accessEntries"]


def test_add_ons_that_are_deployments_wait_for_a_node(world: Any, cluster: str) -> None:
    eks = world.eks
    for name in ("vpc-cni", "coredns"):
        assert eks.create_addon(clusterName=cluster, addonName=name)["addon"]["status"] == "CREATING"
    driver = eks.create_addon(
        clusterName=cluster,
        addonName="aws-ebs-csi-driver",
        podIdentityAssociations=[{"serviceAccount": "ebs-csi-controller-sa", "roleArn": world.roles["pod"]}],
    )["addon"]

    def statuses() -> dict[str, str]:
        names = eks.list_addons(clusterName=cluster)["addons"]
        return {one: eks.describe_addon(clusterName=cluster, addonName=one)["addon"]["status"] for one in names}

    assert statuses() == {"aws-ebs-csi-driver": "DEGRADED", "coredns": "DEGRADED", "vpc-cni": "ACTIVE"}
    world.nodes(cluster, "nodes")
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
    world.remove_nodes(cluster, "nodes")
    for name in statuses():
        eks.delete_addon(clusterName=cluster, addonName=name)
    assert eks.list_pod_identity_associations(clusterName=cluster)["associations"] == []


def test_access_entries_give_groups(world: Any, cluster: str) -> None:
    eks, account = world.eks, world.account
    caller = world.client("sts").get_caller_identity()["Arn"]
    assert caller == "arn:aws:iam::123456789012:user/moto"
    assert groups_of(account, cluster, caller) == {"system:masters"}
    principal = world.roles["pod"]
    assert groups_of(account, cluster, principal) is None
    asked = {"clusterName": cluster, "principalArn": principal}
    eks.create_access_entry(**asked, kubernetesGroups=["team"])
    policies = {one["name"]: one["arn"] for one in eks.list_access_policies()["accessPolicies"]}
    view = {"policyArn": policies["AmazonEKSViewPolicy"]}
    eks.associate_access_policy(**asked, **view, accessScope={"type": "cluster"})
    eks.associate_access_policy(
        **asked, policyArn=policies["AmazonEKSAdminViewPolicy"], accessScope={"type": "namespace", "namespaces": ["a"]}
    )
    assert groups_of(account, cluster, principal) == {"team", "anykube:view"}
    session = "arn:aws:sts::123456789012:assumed-role/pod/session"
    assert groups_of(account, cluster, session) == {"team", "anykube:view"}
    assert len(eks.list_associated_access_policies(**asked)["associatedAccessPolicies"]) == 2
    assert eks.list_access_entries(clusterName=cluster, associatedPolicyArn=view["policyArn"])["accessEntries"] == [
        principal
    ]
    eks.disassociate_access_policy(**asked, **view)
    entry = eks.update_access_entry(**asked, kubernetesGroups=["others"])["accessEntry"]
    assert entry["username"] == "arn:aws:sts::123456789012:assumed-role/pod/{{SessionName}}"
    assert groups_of(account, cluster, principal) == {"others"}
    eks.delete_access_entry(**asked)
    with pytest.raises(eks.exceptions.ResourceNotFoundException, match="principalArn could not be found"):
        eks.describe_access_entry(**asked)


def test_a_service_account_has_one_role(world: Any, cluster: str) -> None:
    eks, asked = world.eks, {"clusterName": cluster, "namespace": "n", "serviceAccount": "s"}
    made = eks.create_pod_identity_association(**asked, roleArn=world.roles["pod"])["association"]
    with pytest.raises(eks.exceptions.ResourceInUseException, match="Association already exists"):
        eks.create_pod_identity_association(**asked, roleArn=world.roles["pod"])
    own = {"clusterName": cluster, "associationId": made["associationId"]}
    changed = eks.update_pod_identity_association(**own, disableSessionTags=True)["association"]
    assert changed["disableSessionTags"]
    assert eks.describe_pod_identity_association(**own)["association"]["roleArn"] == world.roles["pod"]
    assert eks.list_pod_identity_associations(clusterName=cluster, namespace="other")["associations"] == []
    eks.delete_pod_identity_association(**own)
    with pytest.raises(eks.exceptions.ResourceNotFoundException, match="No pod identity association found"):
        eks.describe_pod_identity_association(**own)


def test_tags_are_changed_by_arn(world: Any, cluster: str) -> None:
    arn = world.eks.describe_cluster(name=cluster)["cluster"]["arn"]
    world.eks.tag_resource(resourceArn=arn, tags={"c": "d"})
    world.eks.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert world.eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"c": "d"}
    with pytest.raises(world.eks.exceptions.NotFoundException, match="No resource found"):
        world.eks.list_tags_for_resource(resourceArn=f"{arn}x")
    with pytest.raises(world.eks.exceptions.BadRequestException, match="prefix aws: is reserved"):
        world.eks.tag_resource(resourceArn=arn, tags={"aws:x": "y"})


def test_a_cluster_is_changed_one_kind_at_a_time(world: Any, cluster: str) -> None:
    changes: list[tuple[dict[str, Any], str]] = [
        ({"logging": {"clusterLogging": [{"types": ["audit"], "enabled": True}]}}, "LoggingUpdate"),
        (
            {"resourcesVpcConfig": {"endpointPrivateAccess": True, "publicAccessCidrs": ["8.8.8.0/24"]}},
            "EndpointAccessUpdate",
        ),
        ({"resourcesVpcConfig": {"securityGroupIds": [world.group]}}, "VpcConfigUpdate"),
        ({"upgradePolicy": {"supportType": "STANDARD"}}, "UpgradePolicyUpdate"),
        ({"resourcesVpcConfig": {"controlPlaneEgressMode": "CUSTOMER_ROUTED"}}, "ControlPlaneEgressUpdate"),
        ({"kubeApiServerConfig": {"eventTtl": "2h"}}, "ControlPlaneComponentConfigUpdate"),
    ]
    for change, kind in changes:
        update = world.eks.update_cluster_config(name=cluster, **change)["update"]
        assert update["type"] == kind
        about = world.settled(cluster)
        assert world.eks.describe_update(name=cluster, updateId=update["id"])["update"]["status"] == "Successful"
    assert about["logging"]["clusterLogging"][0] == {"types": ["audit"], "enabled": True}
    assert about["resourcesVpcConfig"]["publicAccessCidrs"] == ["8.8.8.0/24"]
    assert about["resourcesVpcConfig"]["securityGroupIds"] == [world.group]


def test_versions_go_up_one_by_one(world: Any, cluster: str) -> None:
    eks = world.eks
    world.nodes(cluster, "old", version="1.33")
    with pytest.raises(eks.exceptions.InvalidParameterException, match=r"minor version update from 1.34 to 1.36"):
        eks.update_cluster_version(name=cluster, version="1.36")
    eks.update_cluster_version(name=cluster, version="1.35")
    assert world.settled(cluster)["version"] == world.kubernetes.versions[cluster] == "1.35"
    with pytest.raises(eks.exceptions.InvalidParameterException, match=r"minor version update from 1.35 to 1.34"):
        eks.update_cluster_version(name=cluster, version="1.34")
    eks.update_nodegroup_version(clusterName=cluster, nodegroupName="old")
    nodes = world.settled_nodes(cluster, "old")
    assert (nodes["version"], nodes["releaseVersion"][:6]) == ("1.35", "1.35.0")
    assert world.kubernetes.groups[cluster, "old"].version == "1.35"
    with pytest.raises(eks.exceptions.InvalidParameterException, match=r"cannot go down from 1.35 to 1.34"):
        eks.update_nodegroup_version(clusterName=cluster, nodegroupName="old", version="1.34")
    world.remove_nodes(cluster, "old")


def test_a_role_that_makes_a_cluster_is_let_in(world: Any) -> None:
    role = world.role("maker", "ec2.amazonaws.com", "sts:AssumeRole")
    given = world.client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    keys = {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }
    world.client("eks", **keys).create_cluster(
        name="made",
        roleArn=world.roles["cluster"],
        resourcesVpcConfig={"subnetIds": world.subnets},
        accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"},
    )
    world.settled("made")
    assert world.eks.list_access_entries(clusterName="made")["accessEntries"] == [role]
    world.remove("made")


def test_deletion_leaves_nothing(world: Any) -> None:
    before = world.interfaces(), _groups(world)
    world.cluster("short", deletionProtection=True)
    with pytest.raises(world.eks.exceptions.InvalidRequestException, match="deletionProtection is enabled"):
        world.eks.delete_cluster(name="short")
    world.eks.update_cluster_config(name="short", deletionProtection=False)
    world.settled("short")
    assert (world.interfaces(), _groups(world)) != before
    world.remove("short")
    assert (world.interfaces(), _groups(world)) == before
    assert "short" not in world.kubernetes.versions


def _groups(world: Any) -> list[str]:
    return [one["GroupId"] for one in world.ec2.describe_security_groups()["SecurityGroups"]]
