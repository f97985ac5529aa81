"""What goes wrong on request, and what Kubernetes below does not manage."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from anykube_rehearsal.aws.account.server import Account
from botocore.exceptions import ClientError


@pytest.fixture(scope="module")
def cluster(account_world: Any) -> Iterator[str]:
    account_world.cluster("faulty")
    yield "faulty"
    account_world.remove("faulty")


def test_calls_are_throttled_and_go_when_repeated(world: Any) -> None:
    world.faults(throttling=2)
    world.eks.list_clusters()
    with pytest.raises(world.eks.exceptions.ThrottlingException, match="Rate exceeded"):
        world.eks.list_clusters()
    world.eks.list_clusters()
    with pytest.raises(ClientError, match="RequestLimitExceeded"):
        world.ec2.describe_vpcs()
    world.ec2.describe_vpcs()
    world.faults(throttling=0)
    for _ in range(3):
        world.eks.list_clusters()


def test_there_is_no_spot_capacity(world: Any, cluster: str) -> None:
    world.faults(spot_capacity=True)
    made = world.nodes(cluster, "spot", capacityType="SPOT")
    [issue] = made["health"]["issues"]
    assert (made["status"], issue["code"]) == ("CREATE_FAILED", "AsgInstanceLaunchFailures")
    assert "UnfulfillableCapacity" in issue["message"]
    assert world.nodes(cluster, "demand")["status"] == "ACTIVE"
    for name in ("spot", "demand"):
        world.remove_nodes(cluster, name)


def test_an_interface_stays_behind(world: Any, cluster: str) -> None:
    world.faults(leftover_interface=True)
    world.nodes(cluster, "left", subnets=world.subnets[:1])
    world.remove_nodes(cluster, "left")
    found = world.ec2.describe_network_interfaces(Filters=[{"Name": "description", "Values": ["aws-K8S-left-0"]}])
    [left] = found["NetworkInterfaces"]
    assert (left["SubnetId"], left["Status"]) == (world.subnets[0], "available")
    world.ec2.delete_network_interface(NetworkInterfaceId=left["NetworkInterfaceId"])
    assert world.interfaces() == ["Amazon EKS faulty"] * 2


def test_long_operations_are_slow(world: Any, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(world.account.eks, "wait", waited.append)
    world.faults(slow=7)
    world.nodes(cluster, "slow")
    world.remove_nodes(cluster, "slow")
    assert waited == [7, 7]


def test_a_node_group_at_work_is_left_alone(world: Any, cluster: str) -> None:
    world.kubernetes.open.clear()
    own = {"clusterName": cluster, "nodegroupName": "work"}
    world.eks.create_nodegroup(**own, nodeRole=world.roles["node"], subnets=world.subnets)
    assert world.eks.describe_nodegroup(**own)["nodegroup"]["status"] == "CREATING"
    with pytest.raises(world.eks.exceptions.ResourceInUseException, match="not in Active State"):
        world.eks.update_nodegroup_config(**own)
    with pytest.raises(world.eks.exceptions.ResourceInUseException, match="it is in status CREATING"):
        world.eks.delete_nodegroup(**own)
    world.kubernetes.open.set()
    assert world.settled_nodes(cluster, "work")["status"] == "ACTIVE"
    world.remove_nodes(cluster, "work")


def test_a_cluster_at_work_is_left_alone(world: Any) -> None:
    world.kubernetes.open.clear()
    network = {"subnetIds": world.subnets}
    world.eks.create_cluster(name="work", roleArn=world.roles["cluster"], resourcesVpcConfig=network)
    with pytest.raises(world.eks.exceptions.InvalidRequestException, match="cluster work is in status CREATING"):
        world.nodes("work", "early")
    with pytest.raises(world.eks.exceptions.InvalidRequestException, match="Cannot create an add-on: cluster work"):
        world.eks.create_addon(clusterName="work", addonName="vpc-cni")
    with pytest.raises(world.eks.exceptions.ResourceInUseException, match="it is in status CREATING"):
        world.eks.update_cluster_config(name="work", deletionProtection=True)
    with pytest.raises(world.eks.exceptions.ResourceInUseException, match="it is in status CREATING"):
        world.eks.delete_cluster(name="work")
    world.kubernetes.open.set()
    world.settled("work")
    world.remove("work")


def test_kubernetes_fails(world: Any, cluster: str) -> None:
    broken, eks = world.kubernetes.failing, world.eks
    broken.update(("create", "converge", "upgrade", "drain", "delete"))
    about = world.cluster("broken")
    assert (about["status"], about["health"]["issues"][0]["code"]) == ("FAILED", "InternalFailure")
    assert about["health"]["issues"][0]["message"] == "create is made to fail"
    assert world.nodes(cluster, "broken")["status"] == "CREATE_FAILED"
    update = eks.update_cluster_version(name=cluster, version="1.36")["update"]
    assert world.settled(cluster)["version"] == "1.35"
    failed = eks.describe_update(name=cluster, updateId=update["id"])["update"]
    assert (failed["status"], failed["errors"][0]["errorMessage"]) == ("Failed", "upgrade is made to fail")
    eks.delete_nodegroup(clusterName=cluster, nodegroupName="broken")
    assert world.settled_nodes(cluster, "broken")["status"] == "DELETE_FAILED"
    broken -= {"converge", "drain"}
    world.remove_nodes(cluster, "broken")
    world.nodes(cluster, "whole")
    broken.add("converge")
    own = {"clusterName": cluster, "nodegroupName": "whole"}
    update = eks.update_nodegroup_config(**own, scalingConfig={"desiredSize": 2})["update"]
    nodes = world.settled_nodes(cluster, "whole")
    assert (nodes["status"], nodes["scalingConfig"]["desiredSize"]) == ("ACTIVE", 2)
    failed = eks.describe_update(name=cluster, updateId=update["id"], nodegroupName="whole")["update"]
    assert failed["errors"][0]["errorCode"] == "NodeCreationFailure"
    world.remove_nodes(cluster, "whole")
    eks.delete_cluster(name="broken")
    assert world.settled("broken")["status"] == "FAILED"
    broken.clear()
    world.kubernetes.versions["broken"] = "1.35"
    world.remove("broken")


def test_faults_are_judged(world: Any) -> None:
    url = f"{world.account.url}/_anykube"
    for wrong in ({"throttling": -1}, {"weather": "bad"}, [1]):
        assert httpx2.post(f"{url}/faults", json=wrong, trust_env=False).status_code == 400
    assert httpx2.get(f"{url}/faults", trust_env=False).json()["throttling"] == 0
    assert httpx2.get(f"{url}/other", trust_env=False).status_code == 404
    assert httpx2.get(f"{url}/charts/index.yaml", trust_env=False).status_code == 200
    assert httpx2.get(f"{url}/charts/other.tgz", trust_env=False).status_code == 404


def test_faults_and_quotas_lie_in_files_too(world: Any, tmp_path: Path) -> None:
    (tmp_path / "faults.json").write_text(json.dumps({"slow": 2}))
    (tmp_path / "quotas.json").write_text(json.dumps({"L-F678F1CE": 9}))
    account = Account(tmp_path, world.kubernetes)
    assert account.eks.faults.slow == 2
    assert b'"Value": 9.0' in account.quotas.answer("ListServiceQuotas", {"ServiceCode": "vpc"}, "eu-west-1")[1]
    (tmp_path / "faults.json").write_text(json.dumps({"throttling": "often"}))
    with pytest.raises(ValueError, match="throttling"):
        Account(tmp_path, world.kubernetes)


def test_an_interface_of_a_nat_gateway_goes_with_it(world: Any) -> None:
    ec2 = world.ec2
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=world.twin, AllocationId=address)["NatGateway"]["NatGatewayId"]
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_subnet(SubnetId=world.twin)
    before = len(world.interfaces())
    ec2.delete_nat_gateway(NatGatewayId=made)
    assert len(world.interfaces()) == before - 1
