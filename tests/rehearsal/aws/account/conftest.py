"""An account with a network, roles and a key, a Kubernetes in memory, and boto3 on it."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import httpx2
import pytest
from anykube_rehearsal.aws.account.runtime import ControlPlane, NodeGroup
from anykube_rehearsal.aws.account.server import Account
from botocore.config import Config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import Client

REGION = "eu-west-1"


class Kubernetes:
    """In memory: what was asked of it, and what fails."""

    def __init__(self) -> None:
        self.versions: dict[str, str] = {}
        self.groups: dict[tuple[str, str], NodeGroup] = {}
        self.failing: set[str] = set()
        self.open = threading.Event()
        """While it is not set, everything waits."""
        self.open.set()

    def create(self, cluster: str, version: str) -> ControlPlane:
        self._may("create")
        self.versions[cluster] = version
        return ControlPlane(f"https://127.0.0.1:6443/{cluster}", "Q0E=")

    def upgrade(self, cluster: str, version: str) -> None:
        self._may("upgrade")
        self.versions[cluster] = version

    def delete(self, cluster: str) -> None:
        self._may("delete")
        del self.versions[cluster]

    def converge(self, cluster: str, group: NodeGroup) -> None:
        self._may("converge")
        self.groups[cluster, group.name] = group

    def drain(self, cluster: str, group: str) -> None:
        self._may("drain")
        self.groups.pop((cluster, group), None)

    def _may(self, what: str) -> None:
        assert self.open.wait(30)
        if what in self.failing:
            raise RuntimeError(f"{what} is made to fail")


@dataclass
class World:
    """The account, clients of it, and what is in it from the start."""

    account: Account
    kubernetes: Kubernetes
    eks: Any
    ec2: Any
    iam: Any
    vpc: str = ""
    subnets: list[str] = field(default_factory=list)
    twin: str = ""
    """A subnet in the zone of the first one."""
    foreign: str = ""
    """A subnet of another VPC."""
    group: str = ""
    foreign_group: str = ""
    key: str = ""
    roles: dict[str, str] = field(default_factory=dict)

    def client(self, service: str, **more: Any) -> Any:
        return _client(self.account.url, service, **more)

    def faults(self, **faults: object) -> None:
        httpx2.post(f"{self.account.url}/_anykube/faults", json=faults, trust_env=False).raise_for_status()

    def role(self, name: str, service: str, *actions: str) -> str:
        statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": list(actions)}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        arn: str = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
        return arn

    def cluster(self, name: str, **more: Any) -> dict[str, Any]:
        """Makes a cluster and waits for it."""
        about: dict[str, Any] = {
            "roleArn": self.roles["cluster"],
            "accessConfig": {"authenticationMode": "API"},
            **more,
            "resourcesVpcConfig": {"subnetIds": self.subnets, **more.get("resourcesVpcConfig", {})},
        }
        self.eks.create_cluster(name=name, **about)
        return self.settled(name)

    def settled(self, name: str) -> dict[str, Any]:
        return until(lambda: self.eks.describe_cluster(name=name)["cluster"])

    def nodes(self, cluster: str, name: str, **more: Any) -> dict[str, Any]:
        """Makes a node group and waits for it."""
        about = {"nodeRole": self.roles["node"], "subnets": self.subnets, **more}
        self.eks.create_nodegroup(clusterName=cluster, nodegroupName=name, **about)
        return self.settled_nodes(cluster, name)

    def settled_nodes(self, cluster: str, name: str) -> dict[str, Any]:
        return until(lambda: self.eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"])

    def remove_nodes(self, cluster: str, name: str) -> None:
        self.eks.delete_nodegroup(clusterName=cluster, nodegroupName=name)
        gone(self, lambda: self.eks.describe_nodegroup(clusterName=cluster, nodegroupName=name))

    def remove(self, name: str) -> None:
        self.eks.delete_cluster(name=name)
        gone(self, lambda: self.eks.describe_cluster(name=name))

    def interfaces(self) -> list[str]:
        return [one["Description"] for one in self.ec2.describe_network_interfaces()["NetworkInterfaces"]]


def until(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Asks until nothing is going on."""
    for _ in range(400):
        found = ask()
        if found["status"] not in ("CREATING", "UPDATING", "DELETING", "InProgress"):
            return found
        threading.Event().wait(0.02)
    raise AssertionError(f"it stays {found['status']}")


def gone(world: World, ask: Callable[[], object]) -> None:
    """Asks until there is no such thing."""
    for _ in range(400):
        try:
            ask()
        except world.eks.exceptions.ResourceNotFoundException:
            return
        threading.Event().wait(0.02)
    raise AssertionError("it stays")


@pytest.fixture(scope="module")
def account_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """For one file: moto keeps one state for a process, and suites that run between two files begin with none."""
    # https://docs.getmoto.org/en/latest/docs/server_mode.html#reset-api
    Client(DomainDispatcherApplication(create_backend_app)).post("/moto-api/reset")
    kubernetes = Kubernetes()
    account = Account(tmp_path_factory.mktemp("account"), kubernetes)
    account.start()
    clients = {name: _client(account.url, name) for name in ("eks", "ec2", "iam")}
    world = World(account, kubernetes, **clients)
    _furnish(world)
    yield world
    account.stop()


@pytest.fixture
def world(account_world: World) -> Iterator[World]:
    """The account, without faults before and after."""
    yield account_world
    account_world.kubernetes.failing.clear()
    account_world.kubernetes.open.set()
    account_world.faults(throttling=0, slow=0, spot_capacity=False, leftover_interface=False)


def _client(url: str, service: str, **more: Any) -> Any:
    keys: Mapping[str, Any] = {"aws_access_key_id": "test", "aws_secret_access_key": "test", **more}
    once = Config(retries={"total_max_attempts": 1}, proxies={})
    return boto3.client(service, region_name=REGION, endpoint_url=url, config=once, **keys)


def _furnish(world: World) -> None:
    ec2 = world.ec2
    world.vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    *world.subnets, world.twin = (
        _subnet(ec2, world.vpc, f"10.0.{index}.0/24", zone) for index, zone in enumerate("aba")
    )
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    world.foreign = _subnet(ec2, other, "10.1.0.0/24", "b")
    named = {"GroupName": "own", "Description": "own"}
    world.group = ec2.create_security_group(VpcId=world.vpc, **named)["GroupId"]
    world.foreign_group = ec2.create_security_group(VpcId=other, **named)["GroupId"]
    world.key = world.client("kms").create_key()["KeyMetadata"]["Arn"]
    world.roles = {
        "cluster": world.role("cluster", "eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession"),
        "node": world.role("node", "ec2.amazonaws.com", "sts:AssumeRole"),
        "pod": world.role("pod", "pods.eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession"),
        "untagged": world.role("untagged", "pods.eks.amazonaws.com", "sts:AssumeRole"),
    }


def _subnet(ec2: Any, vpc: str, cidr: str, zone: str) -> str:
    made = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=f"{REGION}{zone}")
    identity: str = made["Subnet"]["SubnetId"]
    return identity
