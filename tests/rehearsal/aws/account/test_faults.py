"""Injected faults, and failures of Kubernetes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from anykube_rehearsal.aws.account.server import Account
from botocore.exceptions import ClientError


@pytest.fixture(scope="module")
def cluster(shared_aws: Any) -> Iterator[str]:
    shared_aws.create_cluster("faulty")
    yield "faulty"
    shared_aws.delete_cluster("faulty")


def test_throttles_every_nth_call(aws: Any) -> None:
    aws.set_faults(throttling=2)
    aws.eks.list_clusters()
    with pytest.raises(aws.eks.exceptions.ThrottlingException, match="Rate exceeded"):
        aws.eks.list_clusters()
    aws.eks.list_clusters()
    with pytest.raises(ClientError, match="RequestLimitExceeded"):
        aws.ec2.describe_vpcs()
    aws.ec2.describe_vpcs()
    aws.set_faults(throttling=0)
    for _ in range(3):
        aws.eks.list_clusters()


def test_spot_nodes_fail_without_capacity(aws: Any, cluster: str) -> None:
    aws.set_faults(spot_capacity=True)
    nodes = aws.create_nodes(cluster, "spot", capacityType="SPOT")
    [issue] = nodes["health"]["issues"]
    assert (nodes["status"], issue["code"]) == ("CREATE_FAILED", "AsgInstanceLaunchFailures")
    assert "UnfulfillableCapacity" in issue["message"]
    assert aws.create_nodes(cluster, "demand")["status"] == "ACTIVE"
    for name in ("spot", "demand"):
        aws.delete_nodes(cluster, name)


def test_leaves_an_interface_behind(aws: Any, cluster: str) -> None:
    aws.set_faults(leftover_interface=True)
    aws.create_nodes(cluster, "left", subnets=aws.subnets[:1])
    aws.delete_nodes(cluster, "left")
    response = aws.ec2.describe_network_interfaces(Filters=[{"Name": "description", "Values": ["aws-K8S-left-0"]}])
    [leftover] = response["NetworkInterfaces"]
    assert (leftover["SubnetId"], leftover["Status"]) == (aws.subnets[0], "available")
    aws.ec2.delete_network_interface(NetworkInterfaceId=leftover["NetworkInterfaceId"])
    assert aws.interfaces() == ["Amazon EKS faulty"] * 2


def test_delays_long_operations(aws: Any, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    delays: list[float] = []
    monkeypatch.setattr(aws.account.eks, "wait", delays.append)
    aws.set_faults(slow=7)
    aws.create_nodes(cluster, "slow")
    aws.delete_nodes(cluster, "slow")
    assert delays == [7, 7]


def test_rejects_changes_of_a_node_group_in_progress(aws: Any, cluster: str) -> None:
    aws.kubernetes.open.clear()
    names = {"clusterName": cluster, "nodegroupName": "work"}
    aws.eks.create_nodegroup(**names, nodeRole=aws.roles["node"], subnets=aws.subnets)
    assert aws.eks.describe_nodegroup(**names)["nodegroup"]["status"] == "CREATING"
    with pytest.raises(aws.eks.exceptions.ResourceInUseException, match="not in Active State"):
        aws.eks.update_nodegroup_config(**names)
    with pytest.raises(aws.eks.exceptions.ResourceInUseException, match="it is in status CREATING"):
        aws.eks.delete_nodegroup(**names)
    aws.kubernetes.open.set()
    assert aws.wait_for_nodes(cluster, "work")["status"] == "ACTIVE"
    aws.delete_nodes(cluster, "work")


def test_rejects_changes_of_a_cluster_in_progress(aws: Any) -> None:
    aws.kubernetes.open.clear()
    network = {"subnetIds": aws.subnets}
    aws.eks.create_cluster(name="work", roleArn=aws.roles["cluster"], resourcesVpcConfig=network)
    with pytest.raises(aws.eks.exceptions.InvalidRequestException, match="cluster work is in status CREATING"):
        aws.create_nodes("work", "early")
    with pytest.raises(aws.eks.exceptions.InvalidRequestException, match="Cannot create an add-on: cluster work"):
        aws.eks.create_addon(clusterName="work", addonName="vpc-cni")
    with pytest.raises(aws.eks.exceptions.ResourceInUseException, match="it is in status CREATING"):
        aws.eks.update_cluster_config(name="work", deletionProtection=True)
    with pytest.raises(aws.eks.exceptions.ResourceInUseException, match="it is in status CREATING"):
        aws.eks.delete_cluster(name="work")
    aws.kubernetes.open.set()
    aws.wait_for_cluster("work")
    aws.delete_cluster("work")


def test_reports_failures_of_kubernetes(aws: Any, cluster: str) -> None:
    broken, eks = aws.kubernetes.failing_operations, aws.eks
    broken.update(("create", "converge", "upgrade", "drain", "delete"))
    failed_cluster = aws.create_cluster("broken")
    assert (failed_cluster["status"], failed_cluster["health"]["issues"][0]["code"]) == ("FAILED", "InternalFailure")
    assert failed_cluster["health"]["issues"][0]["message"] == "create fails"
    assert aws.create_nodes(cluster, "broken")["status"] == "CREATE_FAILED"
    update = eks.update_cluster_version(name=cluster, version="1.36")["update"]
    assert aws.wait_for_cluster(cluster)["version"] == "1.35"
    failed = eks.describe_update(name=cluster, updateId=update["id"])["update"]
    assert (failed["status"], failed["errors"][0]["errorMessage"]) == ("Failed", "upgrade fails")
    eks.delete_nodegroup(clusterName=cluster, nodegroupName="broken")
    assert aws.wait_for_nodes(cluster, "broken")["status"] == "DELETE_FAILED"
    broken -= {"converge", "drain"}
    aws.delete_nodes(cluster, "broken")
    aws.create_nodes(cluster, "partial")
    broken.add("converge")
    names = {"clusterName": cluster, "nodegroupName": "partial"}
    update = eks.update_nodegroup_config(**names, scalingConfig={"desiredSize": 2})["update"]
    nodes = aws.wait_for_nodes(cluster, "partial")
    assert (nodes["status"], nodes["scalingConfig"]["desiredSize"]) == ("ACTIVE", 2)
    failed = eks.describe_update(name=cluster, updateId=update["id"], nodegroupName="partial")["update"]
    assert failed["errors"][0]["errorCode"] == "NodeCreationFailure"
    aws.delete_nodes(cluster, "partial")
    eks.delete_cluster(name="broken")
    assert aws.wait_for_cluster("broken")["status"] == "FAILED"
    broken.clear()
    aws.kubernetes.versions["broken"] = "1.35"
    aws.delete_cluster("broken")


def test_validates_faults(aws: Any) -> None:
    url = f"{aws.account.url}/_anykube"
    for invalid in ({"throttling": -1}, {"weather": "bad"}, [1]):
        assert httpx2.post(f"{url}/faults", json=invalid, trust_env=False).status_code == 400
    assert httpx2.get(f"{url}/faults", trust_env=False).json()["throttling"] == 0
    assert httpx2.get(f"{url}/other", trust_env=False).status_code == 404
    assert httpx2.get(f"{url}/charts/index.yaml", trust_env=False).status_code == 200
    assert httpx2.get(f"{url}/charts/other.tgz", trust_env=False).status_code == 404


def test_loads_faults_and_quotas_from_files(aws: Any, tmp_path: Path) -> None:
    (tmp_path / "faults.json").write_text(json.dumps({"slow": 2}))
    (tmp_path / "quotas.json").write_text(json.dumps({"L-F678F1CE": 9}))
    account = Account(tmp_path, aws.kubernetes)
    assert account.eks.faults.slow == 2
    assert b'"Value": 9.0' in account.quotas.respond("ListServiceQuotas", {"ServiceCode": "vpc"}, "eu-west-1")[1]
    (tmp_path / "faults.json").write_text(json.dumps({"throttling": "often"}))
    with pytest.raises(ValueError, match="throttling"):
        Account(tmp_path, aws.kubernetes)


def test_deletes_the_interface_of_a_nat_gateway(aws: Any) -> None:
    ec2 = aws.ec2
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway_id = ec2.create_nat_gateway(SubnetId=aws.twin, AllocationId=address)["NatGateway"]["NatGatewayId"]
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_subnet(SubnetId=aws.twin)
    before = len(aws.interfaces())
    ec2.delete_nat_gateway(NatGatewayId=gateway_id)
    assert len(aws.interfaces()) == before - 1
