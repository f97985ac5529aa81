"""Internet gateways, elastic IP addresses and NAT gateways."""

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import ProviderAccount
from anykube_rehearsal.aws.plugin.kinds.ec2_kind import Ec2Kind, Row
from anykube_rehearsal.aws.plugin.kinds.kind import (
    ClientError,
    CreateRequest,
    Inputs,
    Json,
    Kind,
    call,
    call_or_none,
    error_code,
    tags_of,
    to_tag_list,
    wait,
)


def _attach(account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
    client, vpc = account.client("ec2"), new.get("vpcId")
    if old.get("vpcId") not in (None, vpc):
        client.detach_internet_gateway(InternetGatewayId=identifier, VpcId=old["vpcId"])
    description = client.describe_internet_gateways(InternetGatewayIds=[identifier])["InternetGateways"][0]
    if vpc and vpc not in [attachment["VpcId"] for attachment in description["Attachments"]]:
        client.attach_internet_gateway(InternetGatewayId=identifier, VpcId=vpc)


def _detach(account: ProviderAccount, identifier: str, state: Inputs) -> None:
    del state
    client = account.client("ec2")
    for attachment in client.describe_internet_gateways(InternetGatewayIds=[identifier])["InternetGateways"][0][
        "Attachments"
    ]:
        client.detach_internet_gateway(InternetGatewayId=identifier, VpcId=attachment["VpcId"])


def _attached_vpc(description: Json) -> str:
    return str(next((attachment["VpcId"] for attachment in description.get("Attachments", [])), ""))


def _nat_state(account: ProviderAccount, identifier: str) -> str:
    response = call_or_none(
        account.client("ec2").describe_nat_gateways, "NatGatewayNotFound", NatGatewayIds=[identifier]
    )
    gateways = (response or {}).get("NatGateways", [])
    return str(gateways[0]["State"]) if gateways else "deleted"


def _nat_ready(account: ProviderAccount, identifier: str) -> None:
    def done() -> bool:
        state = _nat_state(account, identifier)
        if state in ("failed", "deleted"):
            raise RuntimeError(f"the NAT gateway {identifier} is {state}")
        return state == "available"

    wait(done, f"the creation of NAT gateway {identifier}", 600)


def _nat_outputs(account: ProviderAccount, description: Json) -> Json:
    del account
    address = (description.get("NatGatewayAddresses") or [{}])[0]
    return {
        "allocationId": address.get("AllocationId"),
        "associationId": address.get("AssociationId", ""),
        "networkInterfaceId": address.get("NetworkInterfaceId", ""),
        "privateIp": address.get("PrivateIp", ""),
        "publicIp": address.get("PublicIp", ""),
        "connectivityType": description.get("ConnectivityType") or "public",
    }


class NatGatewayKind(Ec2Kind):
    """A NAT gateway, whose address is in use until the deletion has finished."""

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the resource and waits."""
        super().delete(account, identifier, state)
        wait(lambda: _nat_state(account, identifier) == "deleted", f"the deletion of NAT gateway {identifier}", 600)


class EipKind(Ec2Kind):
    """An elastic IP address, which is allocated and released."""

    @override
    def create(self, request: CreateRequest) -> str:
        """Allocates the address, or adopts one with this mark."""
        identifier = self._find_marked(request)
        if identifier is None:
            tags = [{"ResourceType": "elastic-ip", "Tags": to_tag_list(tags_of(request))}]
            domain = request.inputs.get("domain", "vpc")
            pool, address = request.inputs.get("publicIpv4Pool"), request.inputs.get("address")
            client = request.account.client("ec2")
            response = call(
                client.allocate_address, Domain=domain, PublicIpv4Pool=pool, Address=address, TagSpecifications=tags
            )
            identifier = str(response["AllocationId"])
        return identifier

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Releases the address. A deleted NAT gateway may still use it for a short time."""

        def released() -> bool:
            try:
                account.client("ec2").release_address(AllocationId=identifier)
            except ClientError as error:
                if error_code(error) == "InvalidAllocationID.NotFound":
                    return True
                if error_code(error) == "InvalidIPAddress.InUse":
                    return False
                raise
            return True

        wait(released, f"the release of {identifier}", 60)


def _eip_outputs(account: ProviderAccount, description: Json) -> Json:
    address: str = description["PublicIp"]
    return {
        "arn": account.arn("ec2", f"elastic-ip/{description['AllocationId']}"),
        "publicDns": f"ec2-{address.replace('.', '-')}.{account.region}.compute.amazonaws.com",
        "associationId": description.get("AssociationId", ""),
        "publicIpv4Pool": description.get("PublicIpv4Pool", "amazon"),
        "networkBorderGroup": account.region,
    }


KINDS: list[Kind] = [
    Ec2Kind(
        Row(
            token="aws:ec2/internetGateway:InternetGateway",
            noun="internet_gateway",
            plural="internet_gateways",
            key="InternetGatewayId",
            response_key="InternetGateway",
            arn="internet-gateway",
            apply=_attach,
            before_delete=_detach,
            extra_outputs=lambda _, description: {"vpcId": _attached_vpc(description)},
        )
    ),
    EipKind(
        Row(
            token="aws:ec2/eip:Eip",
            noun="address",
            plural="addresses",
            key="AllocationId",
            response_key="Address",
            list_key="Addresses",
            outputs={
                "allocationId": "AllocationId",
                "publicIp": "PublicIp",
                "domain": "Domain",
                "instance": "InstanceId",
                "networkInterface": "NetworkInterfaceId",
                "privateIp": "PrivateIpAddress",
            },
            extra_outputs=_eip_outputs,
        )
    ),
    NatGatewayKind(
        Row(
            token="aws:ec2/natGateway:NatGateway",
            noun="nat_gateway",
            tag_type="natgateway",
            plural="nat_gateways",
            key="NatGatewayId",
            response_key="NatGateway",
            parameters={
                "subnetId": "SubnetId",
                "allocationId": "AllocationId",
                "connectivityType": "ConnectivityType",
                "privateIp": "PrivateIpAddress",
            },
            outputs={"subnetId": "SubnetId", "vpcId": "VpcId"},
            extra_outputs=_nat_outputs,
            wait_until_ready=_nat_ready,
            is_gone=lambda description: description.get("State") in ("deleted", "deleting", "failed"),
        )
    ),
]
