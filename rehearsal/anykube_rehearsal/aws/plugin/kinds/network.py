"""VPCs, subnets and VPC endpoints."""

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import ProviderAccount
from anykube_rehearsal.aws.plugin.kinds.ec2_kind import Ec2Kind, Row
from anykube_rehearsal.aws.plugin.kinds.kind import Inputs, Json, Kind, call

_VPC_ATTRIBUTES = {
    "enableDnsSupport": "EnableDnsSupport",
    "enableDnsHostnames": "EnableDnsHostnames",
    "enableNetworkAddressUsageMetrics": "EnableNetworkAddressUsageMetrics",
}
_VPC_DEFAULTS = {"enableDnsSupport": True, "enableDnsHostnames": False, "enableNetworkAddressUsageMetrics": False}
_SUBNET_ATTRIBUTES = {
    "mapPublicIpOnLaunch": "MapPublicIpOnLaunch",
    "assignIpv6AddressOnCreation": "AssignIpv6AddressOnCreation",
    "enableDns64": "EnableDns64",
    "enableResourceNameDnsARecordOnLaunch": "EnableResourceNameDnsARecordOnLaunch",
    "enableResourceNameDnsAaaaRecordOnLaunch": "EnableResourceNameDnsAAAARecordOnLaunch",
}


def _vpc_apply(account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
    for wire, name in _VPC_ATTRIBUTES.items():
        before = old.get(wire, _VPC_DEFAULTS[wire])
        # An attribute that is unset keeps its value, except enableDnsSupport, which has a default.
        desired = new.get(wire, True if wire == "enableDnsSupport" else before)
        if desired != before:
            account.client("ec2").modify_vpc_attribute(VpcId=identifier, **{name: {"Value": desired}})


def _vpc_outputs(account: ProviderAccount, description: Json) -> Json:
    client, vpc = account.client("ec2"), description["VpcId"]
    attributes = {
        wire: client.describe_vpc_attribute(VpcId=vpc, Attribute=wire)[name]["Value"]
        for wire, name in _VPC_ATTRIBUTES.items()
    }
    in_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
    group = client.describe_security_groups(Filters=[*in_vpc, {"Name": "group-name", "Values": ["default"]}])
    acl = client.describe_network_acls(Filters=[*in_vpc, {"Name": "default", "Values": ["true"]}])
    tables = client.describe_route_tables(Filters=[*in_vpc, {"Name": "association.main", "Values": ["true"]}])
    main = next((table["RouteTableId"] for table in tables["RouteTables"]), "")
    return attributes | {
        "defaultSecurityGroupId": next((each["GroupId"] for each in group["SecurityGroups"]), ""),
        "defaultNetworkAclId": next((each["NetworkAclId"] for each in acl["NetworkAcls"]), ""),
        "mainRouteTableId": main,
        "defaultRouteTableId": main,
        **dict.fromkeys(("ipv6AssociationId", "ipv6CidrBlock", "ipv6CidrBlockNetworkBorderGroup"), ""),
    }


def _subnet_apply(account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
    for wire, name in _SUBNET_ATTRIBUTES.items():
        desired = bool(new.get(wire, False))
        if desired != bool(old.get(wire, False)):
            account.client("ec2").modify_subnet_attribute(SubnetId=identifier, **{name: {"Value": desired}})
    kind = new.get("privateDnsHostnameTypeOnLaunch")
    if kind and kind != old.get("privateDnsHostnameTypeOnLaunch"):
        account.client("ec2").modify_subnet_attribute(SubnetId=identifier, PrivateDnsHostnameTypeOnLaunch=kind)


def _subnet_outputs(account: ProviderAccount, description: Json) -> Json:
    del account
    launch = description.get("PrivateDnsNameOptionsOnLaunch", {})
    blocks = description.get("Ipv6CidrBlockAssociationSet") or [{}]
    return {
        **{wire: bool(description.get(_SUBNET_ATTRIBUTES[wire])) for wire in list(_SUBNET_ATTRIBUTES)[:3]},
        "enableResourceNameDnsARecordOnLaunch": bool(launch.get("EnableResourceNameDnsARecord")),
        "enableResourceNameDnsAaaaRecordOnLaunch": bool(launch.get("EnableResourceNameDnsAAAARecord")),
        "privateDnsHostnameTypeOnLaunch": launch.get("HostnameType", "ip-name"),
        "ipv6CidrBlock": blocks[0].get("Ipv6CidrBlock", ""),
        "ipv6CidrBlockAssociationId": blocks[0].get("AssociationId", ""),
    }


def _endpoint_apply(account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
    if not old:
        return
    parameters: Json = {}
    for name in ("RouteTableIds", "SubnetIds", "SecurityGroupIds"):
        wire = name[0].lower() + name[1:]
        before, after = set(old.get(wire) or []), set(new.get(wire) or [])
        parameters[f"Add{name}"] = sorted(after - before) or None
        parameters[f"Remove{name}"] = sorted(before - after) or None
    if new.get("policy") != old.get("policy"):
        parameters["PolicyDocument" if new.get("policy") else "ResetPolicy"] = new.get("policy") or True
    if any(value is not None for value in parameters.values()):
        call(account.client("ec2").modify_vpc_endpoint, VpcEndpointId=identifier, **parameters)


def _endpoint_outputs(account: ProviderAccount, description: Json) -> Json:
    entries = [
        {"dnsName": item.get("DnsName"), "hostedZoneId": item.get("HostedZoneId")} for item in description["DnsEntries"]
    ]
    prefix_lists = account.client("ec2").describe_managed_prefix_lists()["PrefixLists"]
    matching = [each for each in prefix_lists if each["PrefixListName"] == description["ServiceName"]]
    return {
        "dnsEntries": entries,
        "securityGroupIds": [group["GroupId"] for group in description.get("Groups", [])],
        "state": str(description.get("State", "available")).lower(),
        "prefixListId": matching[0]["PrefixListId"] if matching and description["VpcEndpointType"] == "Gateway" else "",
        "cidrBlocks": [],
        "requesterManaged": bool(description.get("RequesterManaged")),
    }


class VpcEndpointKind(Ec2Kind):
    """A VPC endpoint. Its delete operation takes several and returns errors in the response."""

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the resource."""
        if self.read(account, identifier, state) is not None:
            failed = account.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[identifier]).get("Unsuccessful")
            if failed:
                raise RuntimeError(failed[0]["Error"]["Message"])


KINDS: list[Kind] = [
    Ec2Kind(
        Row(
            token="aws:ec2/vpc:Vpc",
            noun="vpc",
            plural="vpcs",
            key="VpcId",
            response_key="Vpc",
            arn="vpc",
            parameters={
                "cidrBlock": "CidrBlock",
                "instanceTenancy": "InstanceTenancy",
                "assignGeneratedIpv6CidrBlock": "AmazonProvidedIpv6CidrBlock",
            },
            outputs={
                "cidrBlock": "CidrBlock",
                "instanceTenancy": "InstanceTenancy",
                "dhcpOptionsId": "DhcpOptionsId",
            },
            apply=_vpc_apply,
            extra_outputs=_vpc_outputs,
        )
    ),
    Ec2Kind(
        Row(
            token="aws:ec2/subnet:Subnet",
            noun="subnet",
            plural="subnets",
            key="SubnetId",
            response_key="Subnet",
            arn="subnet",
            parameters={
                "vpcId": "VpcId",
                "cidrBlock": "CidrBlock",
                "ipv6CidrBlock": "Ipv6CidrBlock",
                "availabilityZone": "AvailabilityZone",
                "availabilityZoneId": "AvailabilityZoneId",
            },
            outputs={
                "vpcId": "VpcId",
                "cidrBlock": "CidrBlock",
                "availabilityZone": "AvailabilityZone",
                "availabilityZoneId": "AvailabilityZoneId",
            },
            apply=_subnet_apply,
            extra_outputs=_subnet_outputs,
        )
    ),
    VpcEndpointKind(
        Row(
            token="aws:ec2/vpcEndpoint:VpcEndpoint",
            noun="vpc_endpoint",
            plural="vpc_endpoints",
            key="VpcEndpointId",
            response_key="VpcEndpoint",
            arn="vpc-endpoint",
            parameters={
                "vpcId": "VpcId",
                "serviceName": "ServiceName",
                "vpcEndpointType": "VpcEndpointType",
                "routeTableIds": "RouteTableIds",
                "subnetIds": "SubnetIds",
                "securityGroupIds": "SecurityGroupIds",
                "privateDnsEnabled": "PrivateDnsEnabled",
                "policy": "PolicyDocument",
            },
            outputs={
                "vpcId": "VpcId",
                "serviceName": "ServiceName",
                "vpcEndpointType": "VpcEndpointType",
                "routeTableIds": "RouteTableIds",
                "subnetIds": "SubnetIds",
                "networkInterfaceIds": "NetworkInterfaceIds",
                "privateDnsEnabled": "PrivateDnsEnabled",
                "policy": "PolicyDocument",
            },
            apply=_endpoint_apply,
            extra_outputs=_endpoint_outputs,
        )
    ),
]
