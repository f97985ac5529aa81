"""A network goes in the order that EC2 asks for, and in no other."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


def _held(remove: Callable[[], object]) -> None:
    with pytest.raises(ClientError, match="DependencyViolation"):
        remove()


def test_a_network_is_taken_down_in_order(world: Any) -> None:
    ec2 = world.ec2
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]["NatGatewayId"]
    first, second = (
        ec2.create_security_group(VpcId=vpc, GroupName=name, Description=name)["GroupId"] for name in ("a", "b")
    )
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [{"GroupId": first}]}
    ec2.authorize_security_group_ingress(GroupId=second, IpPermissions=[rule])
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName="com.amazonaws.eu-west-1.sts", VpcEndpointType="Interface", SubnetIds=[subnet]
    )["VpcEndpoint"]["VpcEndpointId"]

    _held(lambda: ec2.delete_subnet(SubnetId=subnet))
    ec2.delete_nat_gateway(NatGatewayId=nat)
    _held(lambda: ec2.delete_subnet(SubnetId=subnet))
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    ec2.delete_subnet(SubnetId=subnet)
    _held(lambda: ec2.delete_security_group(GroupId=first))
    ec2.delete_security_group(GroupId=second)
    ec2.delete_security_group(GroupId=first)
    _held(lambda: ec2.delete_vpc(VpcId=vpc))
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.delete_vpc(VpcId=vpc)
    assert ec2.describe_vpcs(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Vpcs"] == []


def test_an_instance_takes_its_interface_with_it(world: Any) -> None:
    ec2, before = world.ec2, len(world.interfaces())
    [instance] = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=world.twin)["Instances"]
    _held(lambda: ec2.delete_subnet(SubnetId=world.twin))
    ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
    assert len(world.interfaces()) == before
