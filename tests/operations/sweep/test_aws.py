"""Leftovers of a deleted EKS cluster, in an account simulated by moto."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from anykube_cli.sweep.aws import open_session
from anykube_cli.sweep.aws_ownership import AwsResource
from anykube_cli.sweep.facts import Facts
from anykube_cli.sweep.session import Session
from anykube_cli.sweep.sweep import Sweep, sweep_during
from moto import mock_aws

_REGION = "eu-west-1"


class Account:
    """A simulated account with a network."""

    def __init__(self) -> None:
        self.ec2, self.elb, self.eks = self.client("ec2"), self.client("elbv2"), self.client("eks")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [
            self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=f"{_REGION}{zone}")[
                "Subnet"
            ]["SubnetId"]
            for i, zone in enumerate("ab")
        ]
        self.messages: list[str] = []

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.session.Session(region_name=_REGION, **keys).client(service)

    def interface(self, **tags: str) -> str:
        spec = [{"ResourceType": "network-interface", "Tags": _tag_list(tags)}] if tags else []
        response = self.ec2.create_network_interface(SubnetId=self.subnets[0], TagSpecifications=spec)
        interface: str = response["NetworkInterface"]["NetworkInterfaceId"]
        return interface

    def group(self, name: str, **tags: str) -> str:
        group: str = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc)["GroupId"]
        self.ec2.create_tags(Resources=[group], Tags=_tag_list({"Name": name, **tags}))
        return group

    def load_balancer(self, name: str, **tags: str) -> str:
        response = self.elb.create_load_balancer(
            Name=name, Subnets=self.subnets, Tags=_tag_list(tags) or [_UNRELATED_TAG]
        )
        arn: str = response["LoadBalancers"][0]["LoadBalancerArn"]
        return arn

    def resources(self) -> set[str]:
        ids = {item["NetworkInterfaceId"] for item in self.ec2.describe_network_interfaces()["NetworkInterfaces"]}
        ids |= {item["GroupId"] for item in self.ec2.describe_security_groups()["SecurityGroups"]}
        return ids | {item["LoadBalancerArn"] for item in self.elb.describe_load_balancers()["LoadBalancers"]}

    def sweep(self) -> None:
        Sweep(self.open_region, self.messages.append).search()

    def open_region(self) -> Session[AwsResource]:
        facts = Facts(networks=frozenset({self.vpc}), used_networks=frozenset({self.vpc}))
        return open_session(self.client, "prod", (_REGION, "prod"), facts)


_UNRELATED_TAG = {"Key": "team", "Value": "other"}


def _tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


@pytest.fixture
def account() -> Iterator[Account]:
    with mock_aws():
        yield Account()


_CNI, _CONTROLLER = "cluster.k8s.amazonaws.com/name", "elbv2.k8s.aws/cluster"


def test_removes_only_resources_with_the_cluster_name(account: Account) -> None:
    leftovers = {
        account.interface(**{_CNI: "prod"}),
        account.group("controller", **{_CONTROLLER: "prod"}),
        account.group("nodes", **{"kubernetes.io/cluster/prod": "owned"}),
        account.load_balancer("own", **{_CONTROLLER: "prod"}),
    }
    others = {
        account.interface(**{_CNI: "production"}),
        account.interface(),
        account.group("shared", **{"kubernetes.io/cluster/prod": "shared"}),
        account.group("another", **{_CONTROLLER: "dev"}),
        account.load_balancer("another", **{_CONTROLLER: "dev"}),
        account.load_balancer("untagged"),
    }
    account.sweep()
    remaining = account.resources()
    assert not remaining & leftovers
    assert others <= remaining
    assert len(account.messages) == len(leftovers)
    assert any("eni-" in message for message in account.messages)


def test_removes_nothing_while_the_cluster_exists(account: Account) -> None:
    leftover = account.interface(**{_CNI: "prod"})
    role = "arn:aws:iam::123456789012:role/a"
    account.eks.create_cluster(name="prod", roleArn=role, resourcesVpcConfig={"subnetIds": account.subnets})
    account.sweep()
    assert leftover in account.resources()
    account.eks.delete_cluster(name="prod")
    account.sweep()
    assert leftover not in account.resources()


def test_retries_a_resource_in_use(account: Account) -> None:
    group = account.group("used", **{_CONTROLLER: "prod"})
    response = account.ec2.create_network_interface(SubnetId=account.subnets[0], Groups=[group])
    account.ec2.create_tags(
        Resources=[response["NetworkInterface"]["NetworkInterfaceId"]], Tags=_tag_list({_CNI: "prod"})
    )
    account.sweep()
    account.sweep()
    assert group not in account.resources()


def test_sweeps_during_the_block(account: Account) -> None:
    leftover = account.interface(**{_CNI: "prod"})
    with sweep_during(account.open_region, account.messages.append, interval=0.01):
        for _ in range(500):
            if leftover not in account.resources():
                break
    assert leftover not in account.resources()
