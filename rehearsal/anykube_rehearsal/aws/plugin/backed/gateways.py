"""The ways out of a network: internet gateways, addresses, NAT gateways."""

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import Account
from anykube_rehearsal.aws.plugin.backed.ec2_kind import Ec2Kind, Row
from anykube_rehearsal.aws.plugin.backed.kind import (
    ClientError,
    CreateRequest,
    Inputs,
    Json,
    Kind,
    call,
    code,
    found,
    pairs,
    tags_of,
    wait,
)


def _attach(account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
    client, vpc = account.client("ec2"), new.get("vpcId")
    if old.get("vpcId") not in (None, vpc):
        client.detach_internet_gateway(InternetGatewayId=identifier, VpcId=old["vpcId"])
    about = client.describe_internet_gateways(InternetGatewayIds=[identifier])["InternetGateways"][0]
    if vpc and vpc not in [attachment["VpcId"] for attachment in about["Attachments"]]:
        client.attach_internet_gateway(InternetGatewayId=identifier, VpcId=vpc)


def _detach(account: Account, identifier: str, state: Inputs) -> None:
    del state
    client = account.client("ec2")
    for attachment in client.describe_internet_gateways(InternetGatewayIds=[identifier])["InternetGateways"][0][
        "Attachments"
    ]:
        client.detach_internet_gateway(InternetGatewayId=identifier, VpcId=attachment["VpcId"])


def _nat_state(account: Account, identifier: str) -> str:
    answer = found(account.client("ec2").describe_nat_gateways, "NatGatewayNotFound", NatGatewayIds=[identifier])
    gateways = (answer or {}).get("NatGateways", [])
    return str(gateways[0]["State"]) if gateways else "deleted"


def _nat_ready(account: Account, identifier: str) -> None:
    def done() -> bool:
        state = _nat_state(account, identifier)
        if state in ("failed", "deleted"):
            raise RuntimeError(f"the NAT gateway {identifier} is {state}")
        return state == "available"

    wait(done, f"the NAT gateway {identifier}", 600)


def _nat_more(account: Account, about: Json) -> Json:
    del account
    address = (about.get("NatGatewayAddresses") or [{}])[0]
    return {
        "allocationId": address.get("AllocationId"),
        "associationId": address.get("AssociationId", ""),
        "networkInterfaceId": address.get("NetworkInterfaceId", ""),
        "privateIp": address.get("PrivateIp", ""),
        "publicIp": address.get("PublicIp", ""),
        "connectivityType": about.get("ConnectivityType") or "public",
    }


class NatGateway(Ec2Kind):
    """A NAT gateway is gone only when its deletion has ended: its address is in use until then."""

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes it and waits."""
        super().delete(account, identifier, state)
        wait(lambda: _nat_state(account, identifier) == "deleted", f"the end of NAT gateway {identifier}", 600)


class Eip(Ec2Kind):
    """An address is allocated and released, not created and deleted."""

    @override
    def create(self, making: CreateRequest) -> str:
        """Allocates one."""
        identifier = self._marked(making)
        if identifier is None:
            tags = [{"ResourceType": "elastic-ip", "Tags": pairs(tags_of(making))}]
            domain = making.inputs.get("domain", "vpc")
            pool, address = making.inputs.get("publicIpv4Pool"), making.inputs.get("address")
            client = making.account.client("ec2")
            answer = call(
                client.allocate_address, Domain=domain, PublicIpv4Pool=pool, Address=address, TagSpecifications=tags
            )
            identifier = str(answer["AllocationId"])
        return identifier

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Releases it. A NAT gateway that has just gone may hold it a little longer."""

        def released() -> bool:
            try:
                account.client("ec2").release_address(AllocationId=identifier)
            except ClientError as error:
                if code(error) == "InvalidAllocationID.NotFound":
                    return True
                if code(error) == "InvalidIPAddress.InUse":
                    return False
                raise
            return True

        wait(released, f"the release of {identifier}, which is in use,", 60)


def _eip_more(account: Account, about: Json) -> Json:
    address: str = about["PublicIp"]
    return {
        "arn": account.arn("ec2", f"elastic-ip/{about['AllocationId']}"),
        "publicDns": f"ec2-{address.replace('.', '-')}.{account.region}.compute.amazonaws.com",
        "associationId": about.get("AssociationId", ""),
        "publicIpv4Pool": about.get("PublicIpv4Pool", "amazon"),
        "networkBorderGroup": account.region,
    }


KINDS: list[Kind] = [
    Ec2Kind(
        Row(
            token="aws:ec2/internetGateway:InternetGateway",
            noun="internet_gateway",
            many="internet_gateways",
            key="InternetGatewayId",
            answer="InternetGateway",
            arn="internet-gateway",
            after=_attach,
            before_delete=_detach,
            more=lambda _, about: {"vpcId": next((one["VpcId"] for one in about.get("Attachments", [])), "")},
        )
    ),
    Eip(
        Row(
            token="aws:ec2/eip:Eip",
            noun="address",
            many="addresses",
            key="AllocationId",
            answer="Address",
            all="Addresses",
            outputs={
                "allocationId": "AllocationId",
                "publicIp": "PublicIp",
                "domain": "Domain",
                "instance": "InstanceId",
                "networkInterface": "NetworkInterfaceId",
                "privateIp": "PrivateIpAddress",
            },
            more=_eip_more,
        )
    ),
    NatGateway(
        Row(
            token="aws:ec2/natGateway:NatGateway",
            noun="nat_gateway",
            kind="natgateway",
            many="nat_gateways",
            key="NatGatewayId",
            answer="NatGateway",
            parameters={
                "subnetId": "SubnetId",
                "allocationId": "AllocationId",
                "connectivityType": "ConnectivityType",
                "privateIp": "PrivateIpAddress",
            },
            outputs={"subnetId": "SubnetId", "vpcId": "VpcId"},
            more=_nat_more,
            ready=_nat_ready,
            gone=lambda about: about.get("State") in ("deleted", "deleting", "failed"),
        )
    ),
]
