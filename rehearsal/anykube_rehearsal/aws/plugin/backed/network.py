"""The network: VPC, subnets, endpoints."""

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import Account
from anykube_rehearsal.aws.plugin.backed.ec2_kind import Ec2Kind, Row
from anykube_rehearsal.aws.plugin.backed.kind import Inputs, Json, Kind, call

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


def _vpc_after(account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
    for wire, name in _VPC_ATTRIBUTES.items():
        before = old.get(wire, _VPC_DEFAULTS[wire])
        # One that is no longer given keeps its value, but for the one that has a default.
        wanted = new.get(wire, True if wire == "enableDnsSupport" else before)
        if wanted != before:
            account.client("ec2").modify_vpc_attribute(VpcId=identifier, **{name: {"Value": wanted}})


def _vpc_more(account: Account, about: Json) -> Json:
    client, vpc = account.client("ec2"), about["VpcId"]
    attributes = {
        wire: client.describe_vpc_attribute(VpcId=vpc, Attribute=wire)[name]["Value"]
        for wire, name in _VPC_ATTRIBUTES.items()
    }
    own = [{"Name": "vpc-id", "Values": [vpc]}]
    group = client.describe_security_groups(Filters=[*own, {"Name": "group-name", "Values": ["default"]}])
    acl = client.describe_network_acls(Filters=[*own, {"Name": "default", "Values": ["true"]}])
    tables = client.describe_route_tables(Filters=[*own, {"Name": "association.main", "Values": ["true"]}])
    main = next((table["RouteTableId"] for table in tables["RouteTables"]), "")
    return attributes | {
        "defaultSecurityGroupId": next((one["GroupId"] for one in group["SecurityGroups"]), ""),
        "defaultNetworkAclId": next((one["NetworkAclId"] for one in acl["NetworkAcls"]), ""),
        "mainRouteTableId": main,
        "defaultRouteTableId": main,
        **dict.fromkeys(("ipv6AssociationId", "ipv6CidrBlock", "ipv6CidrBlockNetworkBorderGroup"), ""),
    }


def _subnet_after(account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
    for wire, name in _SUBNET_ATTRIBUTES.items():
        wanted = bool(new.get(wire, False))
        if wanted != bool(old.get(wire, False)):
            account.client("ec2").modify_subnet_attribute(SubnetId=identifier, **{name: {"Value": wanted}})
    kind = new.get("privateDnsHostnameTypeOnLaunch")
    if kind and kind != old.get("privateDnsHostnameTypeOnLaunch"):
        account.client("ec2").modify_subnet_attribute(SubnetId=identifier, PrivateDnsHostnameTypeOnLaunch=kind)


def _subnet_more(account: Account, about: Json) -> Json:
    del account
    launch = about.get("PrivateDnsNameOptionsOnLaunch", {})
    blocks = about.get("Ipv6CidrBlockAssociationSet") or [{}]
    return {
        **{wire: bool(about.get(_SUBNET_ATTRIBUTES[wire])) for wire in list(_SUBNET_ATTRIBUTES)[:3]},
        "enableResourceNameDnsARecordOnLaunch": bool(launch.get("EnableResourceNameDnsARecord")),
        "enableResourceNameDnsAaaaRecordOnLaunch": bool(launch.get("EnableResourceNameDnsAAAARecord")),
        "privateDnsHostnameTypeOnLaunch": launch.get("HostnameType", "ip-name"),
        "ipv6CidrBlock": blocks[0].get("Ipv6CidrBlock", ""),
        "ipv6CidrBlockAssociationId": blocks[0].get("AssociationId", ""),
    }


def _endpoint_after(account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
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


def _endpoint_more(account: Account, about: Json) -> Json:
    entries = [{"dnsName": one.get("DnsName"), "hostedZoneId": one.get("HostedZoneId")} for one in about["DnsEntries"]]
    lists = account.client("ec2").describe_managed_prefix_lists()["PrefixLists"]
    own = [one for one in lists if one["PrefixListName"] == about["ServiceName"]]
    return {
        "dnsEntries": entries,
        "securityGroupIds": [one["GroupId"] for one in about.get("Groups", [])],
        "state": str(about.get("State", "available")).lower(),
        "prefixListId": own[0]["PrefixListId"] if own and about["VpcEndpointType"] == "Gateway" else "",
        "cidrBlocks": [],
        "requesterManaged": bool(about.get("RequesterManaged")),
    }


class VpcEndpoint(Ec2Kind):
    """Deleted by an operation that takes several, and says in its answer what went wrong."""

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes it."""
        if self.read(account, identifier, state) is not None:
            failed = account.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[identifier]).get("Unsuccessful")
            if failed:
                raise RuntimeError(failed[0]["Error"]["Message"])


KINDS: list[Kind] = [
    Ec2Kind(
        Row(
            token="aws:ec2/vpc:Vpc",
            noun="vpc",
            many="vpcs",
            key="VpcId",
            answer="Vpc",
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
            after=_vpc_after,
            more=_vpc_more,
        )
    ),
    Ec2Kind(
        Row(
            token="aws:ec2/subnet:Subnet",
            noun="subnet",
            many="subnets",
            key="SubnetId",
            answer="Subnet",
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
            after=_subnet_after,
            more=_subnet_more,
        )
    ),
    VpcEndpoint(
        Row(
            token="aws:ec2/vpcEndpoint:VpcEndpoint",
            noun="vpc_endpoint",
            many="vpc_endpoints",
            key="VpcEndpointId",
            answer="VpcEndpoint",
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
            after=_endpoint_after,
            more=_endpoint_more,
        )
    ),
]
