"""EC2 deletes the parts of a network in the order of their dependencies only."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


def _assert_violation(delete: Callable[[], object]) -> None:
    with pytest.raises(ClientError, match="DependencyViolation"):
        delete()


def test_deletes_a_network_in_order(aws: Any) -> None:
    ec2 = aws.ec2
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

    _assert_violation(lambda: ec2.delete_subnet(SubnetId=subnet))
    ec2.delete_nat_gateway(NatGatewayId=nat)
    _assert_violation(lambda: ec2.delete_subnet(SubnetId=subnet))
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    ec2.delete_subnet(SubnetId=subnet)
    _assert_violation(lambda: ec2.delete_security_group(GroupId=first))
    ec2.delete_security_group(GroupId=second)
    ec2.delete_security_group(GroupId=first)
    _assert_violation(lambda: ec2.delete_vpc(VpcId=vpc))
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.delete_vpc(VpcId=vpc)
    assert ec2.describe_vpcs(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Vpcs"] == []


def test_deletes_the_interface_of_an_instance(aws: Any) -> None:
    ec2, before = aws.ec2, len(aws.interfaces())
    [instance] = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=aws.twin)["Instances"]
    _assert_violation(lambda: ec2.delete_subnet(SubnetId=aws.twin))
    ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
    assert len(aws.interfaces()) == before
