"""A simulated account with a network, roles and a key, a fake Kubernetes, and boto3 clients."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import httpx2
import pytest
from anykube_rehearsal.aws.account.runtime import ControlPlane, NodeGroupSpec
from anykube_rehearsal.aws.account.server import Account
from botocore.config import Config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import Client

REGION = "eu-west-1"


class Kubernetes:
    """A fake Kubernetes in memory. Operations can fail."""

    def __init__(self) -> None:
        self.versions: dict[str, str] = {}
        self.groups: dict[tuple[str, str], NodeGroupSpec] = {}
        self.failing_operations: set[str] = set()
        self.open = threading.Event()
        """Operations wait until this is set."""
        self.open.set()

    def create(self, cluster: str, version: str) -> ControlPlane:
        self._run("create")
        self.versions[cluster] = version
        return ControlPlane(f"https://127.0.0.1:6443/{cluster}", "Q0E=")

    def upgrade(self, cluster: str, version: str) -> None:
        self._run("upgrade")
        self.versions[cluster] = version

    def delete(self, cluster: str) -> None:
        self._run("delete")
        del self.versions[cluster]

    def converge(self, cluster: str, group: NodeGroupSpec) -> None:
        self._run("converge")
        self.groups[cluster, group.name] = group

    def drain(self, cluster: str, group: str) -> None:
        self._run("drain")
        self.groups.pop((cluster, group), None)

    def _run(self, operation: str) -> None:
        assert self.open.wait(30)
        if operation in self.failing_operations:
            raise RuntimeError(f"{operation} fails")


@dataclass
class AwsFixture:
    """The account, its clients, and resources that exist in every test."""

    account: Account
    kubernetes: Kubernetes
    eks: Any
    ec2: Any
    iam: Any
    vpc: str = ""
    subnets: list[str] = field(default_factory=list)
    twin: str = ""
    """A subnet in the zone of the first subnet."""
    foreign: str = ""
    """A subnet of another VPC."""
    group: str = ""
    foreign_group: str = ""
    key: str = ""
    roles: dict[str, str] = field(default_factory=dict)

    def client(self, service: str, **options: Any) -> Any:
        return _client(self.account.url, service, **options)

    def set_faults(self, **faults: object) -> None:
        httpx2.post(f"{self.account.url}/_anykube/faults", json=faults, trust_env=False).raise_for_status()

    def create_role(self, name: str, service: str, *actions: str) -> str:
        statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": list(actions)}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        arn: str = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
        return arn

    def create_cluster(self, name: str, **options: Any) -> dict[str, Any]:
        """Creates a cluster and waits for it."""
        params: dict[str, Any] = {
            "roleArn": self.roles["cluster"],
            "accessConfig": {"authenticationMode": "API"},
            **options,
            "resourcesVpcConfig": {"subnetIds": self.subnets, **options.get("resourcesVpcConfig", {})},
        }
        self.eks.create_cluster(name=name, **params)
        return self.wait_for_cluster(name)

    def wait_for_cluster(self, name: str) -> dict[str, Any]:
        return wait_until_done(lambda: self.eks.describe_cluster(name=name)["cluster"])

    def create_nodes(self, cluster: str, name: str, **options: Any) -> dict[str, Any]:
        """Creates a node group and waits for it."""
        params = {"nodeRole": self.roles["node"], "subnets": self.subnets, **options}
        self.eks.create_nodegroup(clusterName=cluster, nodegroupName=name, **params)
        return self.wait_for_nodes(cluster, name)

    def wait_for_nodes(self, cluster: str, name: str) -> dict[str, Any]:
        return wait_until_done(
            lambda: self.eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]
        )

    def delete_nodes(self, cluster: str, name: str) -> None:
        self.eks.delete_nodegroup(clusterName=cluster, nodegroupName=name)
        wait_until_deleted(self, lambda: self.eks.describe_nodegroup(clusterName=cluster, nodegroupName=name))

    def delete_cluster(self, name: str) -> None:
        self.eks.delete_cluster(name=name)
        wait_until_deleted(self, lambda: self.eks.describe_cluster(name=name))

    def interfaces(self) -> list[str]:
        return [interface["Description"] for interface in self.ec2.describe_network_interfaces()["NetworkInterfaces"]]


def wait_until_done(describe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Polls until the resource has no operation in progress."""
    for _ in range(400):
        resource = describe()
        if resource["status"] not in ("CREATING", "UPDATING", "DELETING", "InProgress"):
            return resource
        threading.Event().wait(0.02)
    raise AssertionError(f"status stays {resource['status']}")


def wait_until_deleted(aws: AwsFixture, describe: Callable[[], object]) -> None:
    """Polls until the resource does not exist."""
    for _ in range(400):
        try:
            describe()
        except aws.eks.exceptions.ResourceNotFoundException:
            return
        threading.Event().wait(0.02)
    raise AssertionError("the resource was not deleted")


@pytest.fixture(scope="module")
def shared_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsFixture]:
    """One account for each file, starting empty: moto has one state in a process, which other suites share."""
    # https://docs.getmoto.org/en/latest/docs/server_mode.html#reset-api
    Client(DomainDispatcherApplication(create_backend_app)).post("/moto-api/reset")
    kubernetes = Kubernetes()
    account = Account(tmp_path_factory.mktemp("account"), kubernetes)
    account.start()
    clients = {name: _client(account.url, name) for name in ("eks", "ec2", "iam")}
    aws = AwsFixture(account, kubernetes, **clients)
    _create_prerequisites(aws)
    yield aws
    account.stop()


@pytest.fixture
def aws(shared_aws: AwsFixture) -> Iterator[AwsFixture]:
    """The account, without faults."""
    yield shared_aws
    shared_aws.kubernetes.failing_operations.clear()
    shared_aws.kubernetes.open.set()
    shared_aws.set_faults(throttling=0, slow=0, spot_capacity=False, leftover_interface=False)


def _client(url: str, service: str, **options: Any) -> Any:
    keys: Mapping[str, Any] = {"aws_access_key_id": "test", "aws_secret_access_key": "test", **options}
    without_retries = Config(retries={"total_max_attempts": 1}, proxies={})
    return boto3.client(service, region_name=REGION, endpoint_url=url, config=without_retries, **keys)


def _create_prerequisites(aws: AwsFixture) -> None:
    ec2 = aws.ec2
    aws.vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    *aws.subnets, aws.twin = (_subnet(ec2, aws.vpc, f"10.0.{index}.0/24", zone) for index, zone in enumerate("aba"))
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    aws.foreign = _subnet(ec2, other, "10.1.0.0/24", "b")
    names = {"GroupName": "own", "Description": "own"}
    aws.group = ec2.create_security_group(VpcId=aws.vpc, **names)["GroupId"]
    aws.foreign_group = ec2.create_security_group(VpcId=other, **names)["GroupId"]
    aws.key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    aws.roles = {
        "cluster": aws.create_role("cluster", "eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession"),
        "node": aws.create_role("node", "ec2.amazonaws.com", "sts:AssumeRole"),
        "pod": aws.create_role("pod", "pods.eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession"),
        "untagged": aws.create_role("untagged", "pods.eks.amazonaws.com", "sts:AssumeRole"),
    }


def _subnet(ec2: Any, vpc: str, cidr: str, zone: str) -> str:
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=f"{REGION}{zone}")
    subnet_id: str = subnet["Subnet"]["SubnetId"]
    return subnet_id
