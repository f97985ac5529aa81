"""What EKS refuses of a cluster and of what is in it: each rule broken once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

_Asked = Callable[[Any], dict[str, Any]]


def _vpc(**own: Any) -> dict[str, Any]:
    return {"resourcesVpcConfig": own}


def _auto(compute: dict[str, Any], balancing: bool, storage: bool) -> dict[str, Any]:
    return {
        "computeConfig": compute,
        "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": balancing}},
        "storageConfig": {"blockStorage": {"enabled": storage}},
    }


def _key(arn: str, *resources: str) -> dict[str, Any]:
    return {"encryptionConfig": [{"resources": list(resources), "provider": {"keyArn": arn}}]}


_ROLE = "arn:aws:iam::123456789012:role/none"

_REFUSED: dict[str, tuple[_Asked, str]] = {
    "one zone": (
        lambda w: _vpc(subnetIds=[w.subnets[0], w.twin]),
        "Subnets specified must be in at least two different AZs",
    ),
    "two networks": (lambda w: _vpc(subnetIds=[w.subnets[0], w.foreign]), "must all belong to the same VPC"),
    "no subnet": (lambda _: _vpc(subnetIds=[]), "resourcesVpcConfig.subnetIds cannot be empty"),
    "unknown subnet": (lambda _: _vpc(subnetIds=["subnet-0"]), "The subnet ID 'subnet-0' does not exist"),
    "unknown group": (lambda _: _vpc(securityGroupIds=["sg-0"]), "The security group 'sg-0' does not exist"),
    "foreign group": (lambda w: _vpc(securityGroupIds=[w.foreign_group]), "not in the same VPC as the subnets"),
    "no endpoint": (lambda _: _vpc(endpointPublicAccess=False), "Private and public endpoint access cannot be false"),
    "wrong CIDR": (
        lambda _: _vpc(publicAccessCidrs=["8.8.8.8/8"]),
        r"CIDRs are invalid in publicAccessCidrs: \[8.8.8.8/8\]",
    ),
    "private CIDR": (lambda _: _vpc(publicAccessCidrs=["10.0.0.0/8"]), "CIDRs are not allowed in publicAccessCidrs"),
    "unknown role": (lambda _: {"roleArn": _ROLE}, "role/none, could not be assumed because it does not exist"),
    "untrusting role": (lambda w: {"roleArn": w.roles["node"]}, "or the trusted entity is not correct"),
    "unknown key": (lambda _: _key("arn:aws:kms:eu-west-1:123456789012:key/0", "secrets"), "KMS key .* does not exist"),
    "not secrets": (lambda w: _key(w.key, "pods"), r"encryptionConfig.resources must be \[secrets\]"),
    "old version": (lambda _: {"version": "1.30"}, "unsupported Kubernetes version 1.30: version is one of 1.36, 1.35"),
    "standard support is over": (
        lambda _: {"version": "1.33", "upgradePolicy": {"supportType": "STANDARD"}},
        "upgradePolicy.supportType cannot be STANDARD: Kubernetes version 1.33 is in extended support",
    ),
    "services": (
        lambda _: {"kubernetesNetworkConfig": {"serviceIpv4Cidr": "8.0.0.0/16"}},
        "serviceIpv4Cidr 8.0.0.0/16 must be",
    ),
    "services' form": (
        lambda _: {"kubernetesNetworkConfig": {"serviceIpv4Cidr": "x"}},
        "serviceIpv4Cidr is not a CIDR block",
    ),
    "half an Auto Mode": (lambda _: _auto({"enabled": True}, True, False), "either fully enabled or fully disabled"),
    "unknown pools": (
        lambda w: _auto({"enabled": True, "nodePools": ["x"], "nodeRoleArn": w.roles["node"]}, True, True),
        "computeConfig.nodePools has x",
    ),
    "pools without role": (
        lambda _: _auto({"enabled": True, "nodePools": ["system"]}, True, True),
        "nodeRoleArn and .* together",
    ),
    "role without Auto Mode": (
        lambda w: _auto({"enabled": False, "nodeRoleArn": w.roles["node"]}, False, False),
        "cannot be set when Auto Mode is not enabled",
    ),
    "unknown node role": (
        lambda _: _auto({"enabled": True, "nodePools": ["system"], "nodeRoleArn": _ROLE}, True, True),
        r"The role with name none cannot be found \(computeConfig.nodeRoleArn\)",
    ),
    "Outposts": (lambda _: {"outpostConfig": {"outpostArns": [], "controlPlaneInstanceType": "m5"}}, "no Outposts"),
    "name": (lambda _: {"name": "-x"}, "name is -x, but must satisfy the pattern"),
}


@pytest.mark.parametrize("case", _REFUSED)
def test_a_cluster_that_eks_refuses(world: Any, case: str) -> None:
    change, said = _REFUSED[case]
    own = change(world)
    network = {"subnetIds": world.subnets, **own.get("resourcesVpcConfig", {})}
    asked = {"name": "refused", "roleArn": world.roles["cluster"], **own, "resourcesVpcConfig": network}
    with pytest.raises(world.eks.exceptions.InvalidParameterException, match=said):
        world.eks.create_cluster(**asked)
    assert "refused" not in world.eks.list_clusters()["clusters"]


@pytest.fixture(scope="module")
def cluster(account_world: Any) -> Iterator[str]:
    account_world.cluster("rules")
    yield "rules"
    account_world.remove("rules")


_UPDATES: dict[str, tuple[_Asked, str]] = {
    "nothing": (lambda _: {}, "No changes needed"),
    "two kinds": (
        lambda _: {"deletionProtection": True, "upgradePolicy": {"supportType": "STANDARD"}},
        "Only one type of update can be allowed",
    ),
    "no change": (lambda _: {"deletionProtection": False}, "No changes needed for the DeletionProtectionUpdate"),
    "the way back": (
        lambda _: {"accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"}},
        "Unsupported authentication mode update from API to API_AND_CONFIG_MAP",
    ),
    "no endpoint": (lambda _: _vpc(endpointPublicAccess=False), "Private and public endpoint access cannot be false"),
    "one zone": (lambda w: _vpc(subnetIds=[w.subnets[0]]), "in at least two different AZs"),
    "unknown group": (lambda _: _vpc(securityGroupIds=["sg-0"]), "'sg-0' does not exist"),
    "Auto Mode": (lambda _: _auto({"enabled": False}, True, False), "either fully enabled or fully disabled"),
    "services": (lambda _: {"kubernetesNetworkConfig": {"serviceIpv4Cidr": "10.0.0.0/16"}}, "cannot be changed"),
}


@pytest.mark.parametrize("case", _UPDATES)
def test_a_change_of_a_cluster_that_eks_refuses(world: Any, cluster: str, case: str) -> None:
    change, said = _UPDATES[case]
    with pytest.raises(world.eks.exceptions.InvalidParameterException, match=said):
        world.eks.update_cluster_config(name=cluster, **change(world))


_WITHIN: dict[str, tuple[str, _Asked, str]] = {
    "add-on": ("create_addon", lambda _: {"addonName": "x"}, "InvalidParameter.*Addon x specified is not supported"),
    "its version": (
        "create_addon",
        lambda _: {"addonName": "coredns", "addonVersion": "v1"},
        "InvalidParameter.*Addon version specified is not supported: coredns v1 with Kubernetes 1.35",
    ),
    "its role": (
        "create_addon",
        lambda _: {"addonName": "vpc-cni", "serviceAccountRoleArn": _ROLE},
        r"InvalidParameter.*role/none cannot be found \(serviceAccountRoleArn\)",
    ),
    "its values": (
        "create_addon",
        lambda _: {"addonName": "coredns", "configurationValues": "["},
        "InvalidParameter.*ConfigurationValue provided in request is not supported",
    ),
    "its service account": (
        "create_addon",
        lambda w: {
            "addonName": "coredns",
            "podIdentityAssociations": [{"serviceAccount": "x", "roleArn": w.roles["pod"]}],
        },
        "InvalidParameter.*add-on coredns has no service account x",
    ),
    "no add-on": ("describe_addon", lambda _: {"addonName": "coredns"}, "NotFound.*No addon: coredns found in cluster"),
    "entry's form": (
        "create_access_entry",
        lambda _: {"principalArn": "arn:aws:sts::123456789012:assumed-role/node/x"},
        "InvalidParameter.*The principalArn parameter format is not valid",
    ),
    "entry": ("create_access_entry", lambda _: {"principalArn": _ROLE}, "InvalidParameter.*invalid principal"),
    "entry twice": (
        "create_access_entry",
        lambda _: {"principalArn": "arn:aws:iam::123456789012:user/moto"},
        "ResourceInUse.*access entry resource is already in use",
    ),
    "entry's type": (
        "create_access_entry",
        lambda w: {"principalArn": w.roles["pod"], "type": "X"},
        "InvalidParameter.*type X is not one of STANDARD",
    ),
    "entry's groups": (
        "create_access_entry",
        lambda w: {"principalArn": w.roles["pod"], "kubernetesGroups": ["system:masters"]},
        "InvalidParameter.*group name system:masters is invalid",
    ),
    "entry's user": (
        "create_access_entry",
        lambda w: {"principalArn": w.roles["pod"], "username": "eks:x"},
        "InvalidParameter.*username eks:x is invalid",
    ),
    "nodes' groups": (
        "create_access_entry",
        lambda w: {"principalArn": w.roles["node"], "type": "EC2_LINUX", "kubernetesGroups": ["x"]},
        "InvalidParameter.*cannot be specified for an access entry of type EC2_LINUX",
    ),
    "policy": (
        "associate_access_policy",
        lambda _: _policy("arn:aws:iam::aws:policy/AdministratorAccess", {"type": "cluster"}),
        "InvalidParameter.*The policyArn parameter format is not valid",
    ),
    "scope": (
        "associate_access_policy",
        lambda _: _policy("arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy", {"type": "namespace"}),
        "InvalidParameter.*accessScope.namespaces must be set",
    ),
    "no policy": (
        "disassociate_access_policy",
        lambda _: {"principalArn": "arn:aws:iam::123456789012:user/moto", "policyArn": "x"},
        "NotFound.*policy x is not associated",
    ),
    "identity's role": (
        "create_pod_identity_association",
        lambda _: {"namespace": "n", "serviceAccount": "s", "roleArn": _ROLE},
        r"InvalidParameter.*role/none cannot be found \(roleArn\)",
    ),
    "identity's trust": (
        "create_pod_identity_association",
        lambda w: {"namespace": "n", "serviceAccount": "s", "roleArn": w.roles["untagged"]},
        "InvalidParameter.*must allow sts:AssumeRole and sts:TagSession to pods.eks.amazonaws.com",
    ),
    "identity's account": (
        "create_pod_identity_association",
        lambda w: {"namespace": "n", "serviceAccount": "", "roleArn": w.roles["pod"]},
        "InvalidParameter.*serviceAccount cannot be empty",
    ),
}


def _policy(arn: str, scope: dict[str, str]) -> dict[str, Any]:
    return {"principalArn": "arn:aws:iam::123456789012:user/moto", "policyArn": arn, "accessScope": scope}


@pytest.mark.parametrize("case", _WITHIN)
def test_what_eks_refuses_in_a_cluster(world: Any, cluster: str, case: str) -> None:
    operation, asked, said = _WITHIN[case]
    with pytest.raises(ClientError, match=said):
        getattr(world.eks, operation)(clusterName=cluster, **asked(world))


def test_a_name_is_one_clusters(world: Any, cluster: str) -> None:
    with pytest.raises(world.eks.exceptions.ResourceInUseException, match="Cluster already exists with name: rules"):
        world.cluster(cluster)
    with pytest.raises(world.eks.exceptions.ResourceNotFoundException, match=r"No cluster found for name: other\."):
        world.eks.describe_cluster(name="other")


def test_entries_need_a_cluster_that_takes_them(world: Any) -> None:
    world.cluster("map", accessConfig={"authenticationMode": "CONFIG_MAP"})
    with pytest.raises(world.eks.exceptions.InvalidRequestException, match="authentication mode must be set to one of"):
        world.eks.list_access_entries(clusterName="map")
    world.eks.update_cluster_config(name="map", accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"})
    world.settled("map")
    assert world.eks.list_access_entries(clusterName="map")["accessEntries"] == []
    world.remove("map")


def test_auto_mode_brings_the_nodes(world: Any) -> None:
    compute = {"enabled": True, "nodePools": ["system", "general-purpose"], "nodeRoleArn": world.roles["node"]}
    world.cluster("auto", **_auto(compute, True, True))
    world.eks.create_addon(clusterName="auto", addonName="metrics-server")
    addon = world.eks.describe_addon(clusterName="auto", addonName="metrics-server")["addon"]
    assert addon["status"] == "ACTIVE"
    world.eks.update_cluster_config(name="auto", **_auto({"enabled": False}, False, False))
    assert world.settled("auto")["computeConfig"] == {"enabled": False}
    world.remove("auto")


def test_versions_have_their_support(world: Any) -> None:
    found = {one["clusterVersion"]: one for one in world.eks.describe_cluster_versions()["clusterVersions"]}
    status = {version: one["versionStatus"] for version, one in found.items()}
    assert status == {
        **dict.fromkeys(("1.36", "1.35", "1.34"), "STANDARD_SUPPORT"),
        **dict.fromkeys(("1.33", "1.32", "1.31"), "EXTENDED_SUPPORT"),
    }
    assert found["1.34"]["endOfStandardSupportDate"].strftime("%F") == "2026-12-02"
    [default] = world.eks.describe_cluster_versions(defaultOnly=True)["clusterVersions"]
    assert default["clusterVersion"] == "1.35"
    extended = world.eks.describe_cluster_versions(versionStatus="EXTENDED_SUPPORT")["clusterVersions"]
    assert [one["clusterVersion"] for one in extended] == ["1.33", "1.32", "1.31"]
    everything = world.eks.describe_cluster_versions(includeAll=True, maxResults=2)
    assert (len(everything["clusterVersions"]), everything["nextToken"]) == (2, "2")
