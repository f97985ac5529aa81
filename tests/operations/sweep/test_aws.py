"""What is swept of a cluster that is gone, and what is left alone."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from anykube_cli.sweep.aws import Region
from anykube_cli.sweep.sweep import Sweep, sweep_during
from moto import mock_aws

_REGION = "eu-west-1"


class Account:
    """moto's, with a network."""

    def __init__(self) -> None:
        self.ec2, self.elb, self.eks = self.client("ec2"), self.client("elbv2"), self.client("eks")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [
            self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=f"{_REGION}{zone}")[
                "Subnet"
            ]["SubnetId"]
            for i, zone in enumerate("ab")
        ]
        self.said: list[str] = []

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.session.Session(region_name=_REGION, **keys).client(service)

    def interface(self, **tags: str) -> str:
        spec = [{"ResourceType": "network-interface", "Tags": _listed(tags)}] if tags else []
        made = self.ec2.create_network_interface(SubnetId=self.subnets[0], TagSpecifications=spec)
        identity: str = made["NetworkInterface"]["NetworkInterfaceId"]
        return identity

    def group(self, name: str, **tags: str) -> str:
        group: str = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc)["GroupId"]
        self.ec2.create_tags(Resources=[group], Tags=_listed({"Name": name, **tags}))
        return group

    def balancer(self, name: str, **tags: str) -> str:
        made = self.elb.create_load_balancer(Name=name, Subnets=self.subnets, Tags=_listed(tags) or [_NAMELESS])
        arn: str = made["LoadBalancers"][0]["LoadBalancerArn"]
        return arn

    def left(self) -> set[str]:
        found = {one["NetworkInterfaceId"] for one in self.ec2.describe_network_interfaces()["NetworkInterfaces"]}
        found |= {one["GroupId"] for one in self.ec2.describe_security_groups()["SecurityGroups"]}
        return found | {one["LoadBalancerArn"] for one in self.elb.describe_load_balancers()["LoadBalancers"]}

    def sweep(self) -> None:
        Sweep(self.enter, self.said.append).once()

    def enter(self) -> Region:
        return Region(self.client, "prod")


_NAMELESS = {"Key": "team", "Value": "other"}


def _listed(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


@pytest.fixture
def account() -> Iterator[Account]:
    with mock_aws():
        yield Account()


_CNI, _CONTROLLER = "cluster.k8s.amazonaws.com/name", "elbv2.k8s.aws/cluster"


def test_what_carries_the_name_goes_and_nothing_else(account: Account) -> None:
    own = {
        account.interface(**{_CNI: "prod"}),
        account.group("controller", **{_CONTROLLER: "prod"}),
        account.group("nodes", **{"kubernetes.io/cluster/prod": "owned"}),
        account.balancer("own", **{_CONTROLLER: "prod"}),
    }
    others = {
        account.interface(**{_CNI: "production"}),
        account.interface(),
        account.group("shared", **{"kubernetes.io/cluster/prod": "shared"}),
        account.group("another", **{_CONTROLLER: "dev"}),
        account.balancer("another", **{_CONTROLLER: "dev"}),
        account.balancer("nobodys"),
    }
    account.sweep()
    left = account.left()
    assert not left & own
    assert others <= left
    assert len(account.said) == len(own)
    assert any("eni-" in said for said in account.said)


def test_nothing_goes_while_the_cluster_is_there(account: Account) -> None:
    own = account.interface(**{_CNI: "prod"})
    role = "arn:aws:iam::123456789012:role/a"
    account.eks.create_cluster(name="prod", roleArn=role, resourcesVpcConfig={"subnetIds": account.subnets})
    account.sweep()
    assert own in account.left()
    account.eks.delete_cluster(name="prod")
    account.sweep()
    assert own not in account.left()


def test_what_is_in_use_waits_for_the_next_look(account: Account) -> None:
    group = account.group("held", **{_CONTROLLER: "prod"})
    made = account.ec2.create_network_interface(SubnetId=account.subnets[0], Groups=[group])
    account.ec2.create_tags(Resources=[made["NetworkInterface"]["NetworkInterfaceId"]], Tags=_listed({_CNI: "prod"}))
    account.sweep()
    account.sweep()
    assert group not in account.left()


def test_it_sweeps_beside_the_block(account: Account) -> None:
    own = account.interface(**{_CNI: "prod"})
    with sweep_during(account.enter, account.said.append, every=0.01):
        for _ in range(500):
            if own not in account.left():
                break
    assert own not in account.left()
