"""Networks in moto's account."""

from typing import Any

import pytest

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
INTERNET = "0.0.0.0/0"


@pytest.fixture
def vpc(engine: Any) -> Any:
    vpc = engine.create(VPC, "net", cidrBlock="10.0.0.0/16", enableDnsHostnames=True, tags={"Name": "net"})
    yield vpc
    engine.delete(vpc)


def test_vpc(engine: Any, vpc: Any) -> None:
    assert vpc.identifier.startswith("vpc-")
    assert vpc["arn"] == f"arn:aws:ec2:eu-west-1:123456789012:vpc/{vpc.identifier}"
    assert vpc["enableDnsHostnames"] is True
    assert vpc["enableDnsSupport"] is True
    assert vpc["defaultSecurityGroupId"].startswith("sg-")
    assert vpc["tags"] == {"Name": "net"}
    assert vpc["tagsAll"] == {"Name": "net", "team": "platform"}
    assert vpc["region"] == "eu-west-1"
    changed = engine.update(vpc, cidrBlock="10.0.0.0/16", enableDnsHostnames=False, tags={"Name": "other"})
    assert changed["enableDnsHostnames"] is False
    assert changed["tagsAll"] == {"Name": "other", "team": "platform"}
    assert not engine.diff(changed, cidrBlock="10.0.0.0/16", enableDnsHostnames=False, tags={"Name": "other"}).changes
    assert engine.diff(changed, cidrBlock="10.1.0.0/16").replaces == ["cidrBlock"]


def test_retry_adopts_and_replacement_creates(engine: Any, vpc: Any) -> None:
    inputs = {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True, "tags": {"Name": "net"}}
    restarted = engine.restart()
    restarted.configure(defaultTags={"tags": {"team": "platform"}})
    assert restarted.create(VPC, "net", **inputs).identifier == vpc.identifier
    new = engine.create(VPC, "net", **inputs)
    assert new.identifier != vpc.identifier
    engine.delete(new)


def test_refresh(engine: Any, vpc: Any) -> None:
    current = engine.read(vpc)
    assert current.resource_id == vpc.identifier
    assert set(current.inputs) == set(vpc.inputs)
    assert {key: value.value for key, value in current.inputs.items() if key != "tags"}["cidrBlock"] == "10.0.0.0/16"
    deleted = engine.create(VPC, "deleted", cidrBlock="10.9.0.0/16")
    engine.delete(deleted)
    engine.delete(deleted)
    assert engine.read(deleted).resource_id == ""


def test_import(engine: Any, vpc: Any) -> None:
    imported = type(vpc)(vpc.urn, vpc.identifier, {}, {})
    current = engine.read(imported)
    assert current.properties
    assert current.inputs["cidrBlock"].value == "10.0.0.0/16"
    assert "arn" not in current.inputs


def test_subnets_gateways_and_routes(engine: Any, vpc: Any) -> None:
    subnet = engine.create(
        SUBNET,
        "a",
        vpcId=vpc.identifier,
        cidrBlock="10.0.0.0/20",
        availabilityZone="eu-west-1a",
        mapPublicIpOnLaunch=True,
    )
    assert subnet["mapPublicIpOnLaunch"] is True
    assert subnet["availabilityZoneId"]
    changed = engine.update(
        subnet, vpcId=vpc.identifier, cidrBlock="10.0.0.0/20", availabilityZone="eu-west-1a", tags={"a": "b"}
    )
    assert changed["mapPublicIpOnLaunch"] is False
    gateway = engine.create("aws:ec2/internetGateway:InternetGateway", "out", vpcId=vpc.identifier)
    assert gateway["vpcId"] == vpc.identifier
    address = engine.create("aws:ec2/eip:Eip", "nat", domain="vpc")
    assert address["publicIp"].count(".") == 3
    nat = engine.create(
        "aws:ec2/natGateway:NatGateway", "nat", subnetId=subnet.identifier, allocationId=address.identifier
    )
    assert nat["publicIp"]
    table = engine.create("aws:ec2/routeTable:RouteTable", "out", vpcId=vpc.identifier)
    other = engine.create(
        "aws:ec2/routeTable:RouteTable",
        "inline",
        vpcId=vpc.identifier,
        routes=[{"cidrBlock": INTERNET, "gatewayId": gateway.identifier}],
    )
    assert other["routes"][0]["gatewayId"] == gateway.identifier
    inline = engine.update(
        other, vpcId=vpc.identifier, routes=[{"cidrBlock": INTERNET, "natGatewayId": nat.identifier}]
    )
    assert inline["routes"][0]["natGatewayId"] == nat.identifier
    destination = {"routeTableId": table.identifier, "destinationCidrBlock": INTERNET}
    route = engine.create("aws:ec2/route:Route", "out", **destination, gatewayId=gateway.identifier)
    assert route["state"] == "active"
    moved = engine.update(route, **destination, natGatewayId=nat.identifier)
    assert moved["natGatewayId"] == nat.identifier
    association = engine.create(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "a",
        routeTableId=table.identifier,
        subnetId=subnet.identifier,
    )
    reassociated = engine.update(association, routeTableId=other.identifier, subnetId=subnet.identifier)
    assert reassociated["routeTableId"] == other.identifier
    for resource in (reassociated, moved, inline, table, nat, address, gateway, changed):
        engine.delete(resource)
        assert engine.read(resource).resource_id == "", resource.urn


def test_endpoints(engine: Any, vpc: Any) -> None:
    table = engine.create("aws:ec2/routeTable:RouteTable", "s3", vpcId=vpc.identifier)
    inputs = {"vpcId": vpc.identifier, "serviceName": "com.amazonaws.eu-west-1.s3", "vpcEndpointType": "Gateway"}
    endpoint = engine.create("aws:ec2/vpcEndpoint:VpcEndpoint", "s3", **inputs, routeTableIds=[table.identifier])
    assert endpoint["routeTableIds"] == [table.identifier]
    assert endpoint["state"] == "available"
    changed = engine.update(endpoint, **inputs, routeTableIds=[])
    engine.delete(changed)
    assert engine.read(changed).resource_id == ""
    engine.delete(table)


def test_security_groups(engine: Any, vpc: Any) -> None:
    token, rule = "aws:ec2/securityGroup:SecurityGroup", {"protocol": "tcp", "fromPort": 443, "toPort": 443}
    group = engine.create(token, "api", vpcId=vpc.identifier, ingress=[{**rule, "cidrBlocks": ["10.0.0.0/8"]}])
    assert group["egress"] == []
    assert group["ingress"][0]["cidrBlocks"] == ["10.0.0.0/8"]
    assert group["name"].startswith("api-")
    assert not engine.diff(group, vpcId=vpc.identifier, ingress=[{**rule, "cidrBlocks": ["10.0.0.0/8"]}]).changes
    changed = engine.update(group, vpcId=vpc.identifier, ingress=[{**rule, "cidrBlocks": ["10.1.0.0/16"]}])
    assert [each["cidrBlocks"] for each in changed["ingress"]] == [["10.1.0.0/16"]]
    single = {"securityGroupId": group.identifier, "cidrIpv4": "10.2.0.0/16"}
    port = {"ipProtocol": "tcp", "fromPort": 80, "toPort": 80}
    ingress = engine.create("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "in", **single, **port)
    assert ingress.identifier.startswith("sgr-")
    assert ingress["cidrIpv4"] == "10.2.0.0/16"
    port["toPort"] = 81
    ingress = engine.update(ingress, **single, **port)
    assert ingress["toPort"] == 81
    egress = engine.create("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "out", **single, ipProtocol="-1")
    default = engine.create("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "none", vpcId=vpc.identifier)
    assert default.identifier == vpc["defaultSecurityGroupId"]
    assert default["ingress"] == default["egress"] == []
    for resource in (ingress, egress, changed):
        engine.delete(resource)
        assert engine.read(resource).resource_id == "", resource.urn
    engine.delete(default)
