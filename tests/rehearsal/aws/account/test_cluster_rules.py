"""EKS' validation rules for clusters and their resources: each rule violated once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

_Params = Callable[[Any], dict[str, Any]]


def _vpc(**config: Any) -> dict[str, Any]:
    return {"resourcesVpcConfig": config}


def _auto(compute: dict[str, Any], balancing: bool, storage: bool) -> dict[str, Any]:
    return {
        "computeConfig": compute,
        "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": balancing}},
        "storageConfig": {"blockStorage": {"enabled": storage}},
    }


def _key(arn: str, *resources: str) -> dict[str, Any]:
    return {"encryptionConfig": [{"resources": list(resources), "provider": {"keyArn": arn}}]}


_ROLE = "arn:aws:iam::123456789012:role/none"

_INVALID_CLUSTERS: dict[str, tuple[_Params, str]] = {
    "one zone": (
        lambda aws: _vpc(subnetIds=[aws.subnets[0], aws.twin]),
        "Subnets specified must be in at least two different AZs",
    ),
    "two networks": (lambda aws: _vpc(subnetIds=[aws.subnets[0], aws.foreign]), "must all belong to the same VPC"),
    "no subnet": (lambda _: _vpc(subnetIds=[]), "resourcesVpcConfig.subnetIds cannot be empty"),
    "unknown subnet": (lambda _: _vpc(subnetIds=["subnet-0"]), "The subnet ID 'subnet-0' does not exist"),
    "unknown group": (lambda _: _vpc(securityGroupIds=["sg-0"]), "The security group 'sg-0' does not exist"),
    "foreign group": (lambda aws: _vpc(securityGroupIds=[aws.foreign_group]), "not in the same VPC as the subnets"),
    "no endpoint": (lambda _: _vpc(endpointPublicAccess=False), "Private and public endpoint access cannot be false"),
    "wrong CIDR": (
        lambda _: _vpc(publicAccessCidrs=["8.8.8.8/8"]),
        r"CIDRs are invalid in publicAccessCidrs: \[8.8.8.8/8\]",
    ),
    "private CIDR": (lambda _: _vpc(publicAccessCidrs=["10.0.0.0/8"]), "CIDRs are not allowed in publicAccessCidrs"),
    "unknown role": (lambda _: {"roleArn": _ROLE}, "role/none, could not be assumed because it does not exist"),
    "untrusting role": (lambda aws: {"roleArn": aws.roles["node"]}, "or the trusted entity is not correct"),
    "unknown key": (lambda _: _key("arn:aws:kms:eu-west-1:123456789012:key/0", "secrets"), "KMS key .* does not exist"),
    "not secrets": (lambda aws: _key(aws.key, "pods"), r"encryptionConfig.resources must be \[secrets\]"),
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
    "partial Auto Mode": (lambda _: _auto({"enabled": True}, True, False), "either fully enabled or fully disabled"),
    "unknown pools": (
        lambda aws: _auto({"enabled": True, "nodePools": ["x"], "nodeRoleArn": aws.roles["node"]}, True, True),
        "computeConfig.nodePools has x",
    ),
    "pools without role": (
        lambda _: _auto({"enabled": True, "nodePools": ["system"]}, True, True),
        "nodeRoleArn and .* together",
    ),
    "role without Auto Mode": (
        lambda aws: _auto({"enabled": False, "nodeRoleArn": aws.roles["node"]}, False, False),
        "cannot be set when Auto Mode is not enabled",
    ),
    "unknown node role": (
        lambda _: _auto({"enabled": True, "nodePools": ["system"], "nodeRoleArn": _ROLE}, True, True),
        r"The role with name none cannot be found \(computeConfig.nodeRoleArn\)",
    ),
    "Outposts": (lambda _: {"outpostConfig": {"outpostArns": [], "controlPlaneInstanceType": "m5"}}, "no Outposts"),
    "name": (lambda _: {"name": "-x"}, "name is -x, but must satisfy the pattern"),
}


@pytest.mark.parametrize("case", _INVALID_CLUSTERS)
def test_rejects_invalid_clusters(aws: Any, case: str) -> None:
    invalid, message = _INVALID_CLUSTERS[case]
    overrides = invalid(aws)
    network = {"subnetIds": aws.subnets, **overrides.get("resourcesVpcConfig", {})}
    params = {"name": "refused", "roleArn": aws.roles["cluster"], **overrides, "resourcesVpcConfig": network}
    with pytest.raises(aws.eks.exceptions.InvalidParameterException, match=message):
        aws.eks.create_cluster(**params)
    assert "refused" not in aws.eks.list_clusters()["clusters"]


@pytest.fixture(scope="module")
def cluster(shared_aws: Any) -> Iterator[str]:
    shared_aws.create_cluster("rules")
    yield "rules"
    shared_aws.delete_cluster("rules")


_INVALID_UPDATES: dict[str, tuple[_Params, str]] = {
    "nothing": (lambda _: {}, "No changes needed"),
    "two kinds": (
        lambda _: {"deletionProtection": True, "upgradePolicy": {"supportType": "STANDARD"}},
        "Only one type of update can be allowed",
    ),
    "no change": (lambda _: {"deletionProtection": False}, "No changes needed for the DeletionProtectionUpdate"),
    "earlier authentication mode": (
        lambda _: {"accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"}},
        "Unsupported authentication mode update from API to API_AND_CONFIG_MAP",
    ),
    "no endpoint": (lambda _: _vpc(endpointPublicAccess=False), "Private and public endpoint access cannot be false"),
    "one zone": (lambda aws: _vpc(subnetIds=[aws.subnets[0]]), "in at least two different AZs"),
    "unknown group": (lambda _: _vpc(securityGroupIds=["sg-0"]), "'sg-0' does not exist"),
    "Auto Mode": (lambda _: _auto({"enabled": False}, True, False), "either fully enabled or fully disabled"),
    "services": (lambda _: {"kubernetesNetworkConfig": {"serviceIpv4Cidr": "10.0.0.0/16"}}, "cannot be changed"),
}


@pytest.mark.parametrize("case", _INVALID_UPDATES)
def test_rejects_invalid_updates(aws: Any, cluster: str, case: str) -> None:
    invalid, message = _INVALID_UPDATES[case]
    with pytest.raises(aws.eks.exceptions.InvalidParameterException, match=message):
        aws.eks.update_cluster_config(name=cluster, **invalid(aws))


_INVALID_RESOURCES: dict[str, tuple[str, _Params, str]] = {
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
        lambda aws: {
            "addonName": "coredns",
            "podIdentityAssociations": [{"serviceAccount": "x", "roleArn": aws.roles["pod"]}],
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
        lambda aws: {"principalArn": aws.roles["pod"], "type": "X"},
        "InvalidParameter.*type X is not one of STANDARD",
    ),
    "entry's groups": (
        "create_access_entry",
        lambda aws: {"principalArn": aws.roles["pod"], "kubernetesGroups": ["system:masters"]},
        "InvalidParameter.*group name system:masters is invalid",
    ),
    "entry's user": (
        "create_access_entry",
        lambda aws: {"principalArn": aws.roles["pod"], "username": "eks:x"},
        "InvalidParameter.*username eks:x is invalid",
    ),
    "nodes' groups": (
        "create_access_entry",
        lambda aws: {"principalArn": aws.roles["node"], "type": "EC2_LINUX", "kubernetesGroups": ["x"]},
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
        lambda aws: {"namespace": "n", "serviceAccount": "s", "roleArn": aws.roles["untagged"]},
        "InvalidParameter.*must allow sts:AssumeRole and sts:TagSession to pods.eks.amazonaws.com",
    ),
    "identity's account": (
        "create_pod_identity_association",
        lambda aws: {"namespace": "n", "serviceAccount": "", "roleArn": aws.roles["pod"]},
        "InvalidParameter.*serviceAccount cannot be empty",
    ),
}


def _policy(arn: str, scope: dict[str, str]) -> dict[str, Any]:
    return {"principalArn": "arn:aws:iam::123456789012:user/moto", "policyArn": arn, "accessScope": scope}


@pytest.mark.parametrize("case", _INVALID_RESOURCES)
def test_rejects_invalid_resources(aws: Any, cluster: str, case: str) -> None:
    operation, params, message = _INVALID_RESOURCES[case]
    with pytest.raises(ClientError, match=message):
        getattr(aws.eks, operation)(clusterName=cluster, **params(aws))


def test_cluster_names_are_unique(aws: Any, cluster: str) -> None:
    with pytest.raises(aws.eks.exceptions.ResourceInUseException, match="Cluster already exists with name: rules"):
        aws.create_cluster(cluster)
    with pytest.raises(aws.eks.exceptions.ResourceNotFoundException, match=r"No cluster found for name: other\."):
        aws.eks.describe_cluster(name="other")


def test_access_entries_need_the_authentication_mode(aws: Any) -> None:
    aws.create_cluster("map", accessConfig={"authenticationMode": "CONFIG_MAP"})
    with pytest.raises(aws.eks.exceptions.InvalidRequestException, match="authentication mode must be set to one of"):
        aws.eks.list_access_entries(clusterName="map")
    aws.eks.update_cluster_config(name="map", accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"})
    aws.wait_for_cluster("map")
    assert aws.eks.list_access_entries(clusterName="map")["accessEntries"] == []
    aws.delete_cluster("map")


def test_auto_mode_has_nodes(aws: Any) -> None:
    compute = {"enabled": True, "nodePools": ["system", "general-purpose"], "nodeRoleArn": aws.roles["node"]}
    aws.create_cluster("auto", **_auto(compute, True, True))
    aws.eks.create_addon(clusterName="auto", addonName="metrics-server")
    addon = aws.eks.describe_addon(clusterName="auto", addonName="metrics-server")["addon"]
    assert addon["status"] == "ACTIVE"
    aws.eks.update_cluster_config(name="auto", **_auto({"enabled": False}, False, False))
    assert aws.wait_for_cluster("auto")["computeConfig"] == {"enabled": False}
    aws.delete_cluster("auto")


def test_describes_the_support_of_versions(aws: Any) -> None:
    versions = {
        version["clusterVersion"]: version for version in aws.eks.describe_cluster_versions()["clusterVersions"]
    }
    status = {name: version["versionStatus"] for name, version in versions.items()}
    assert status == {
        **dict.fromkeys(("1.36", "1.35", "1.34"), "STANDARD_SUPPORT"),
        **dict.fromkeys(("1.33", "1.32", "1.31"), "EXTENDED_SUPPORT"),
    }
    assert versions["1.34"]["endOfStandardSupportDate"].strftime("%F") == "2026-12-02"
    [default] = aws.eks.describe_cluster_versions(defaultOnly=True)["clusterVersions"]
    assert default["clusterVersion"] == "1.35"
    extended = aws.eks.describe_cluster_versions(versionStatus="EXTENDED_SUPPORT")["clusterVersions"]
    assert [version["clusterVersion"] for version in extended] == ["1.33", "1.32", "1.31"]
    first_page = aws.eks.describe_cluster_versions(includeAll=True, maxResults=2)
    assert (len(first_page["clusterVersions"]), first_page["nextToken"]) == (2, "2")
