"""Lists the resources in a simulated AWS account."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

_EC2: Mapping[str, tuple[str, str, str]] = {
    "VPC": ("describe_vpcs", "Vpcs", "VpcId"),
    "subnet": ("describe_subnets", "Subnets", "SubnetId"),
    "network interface": ("describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    "security group": ("describe_security_groups", "SecurityGroups", "GroupId"),
    "elastic IP": ("describe_addresses", "Addresses", "AllocationId"),
    "volume": ("describe_volumes", "Volumes", "VolumeId"),
    "launch template": ("describe_launch_templates", "LaunchTemplates", "LaunchTemplateId"),
    "NAT gateway": ("describe_nat_gateways", "NatGateways", "NatGatewayId"),
    "VPC endpoint": ("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
}


def contents(client: Callable[[str], Any]) -> Iterator[str]:
    """Every resource that costs money, as `kind id`."""
    ec2, iam, eks = client("ec2"), client("iam"), client("eks")
    for kind, (operation, key, id_key) in _EC2.items():
        # EC2 lists some deleted resources for an hour, with that state.
        items = [item for item in getattr(ec2, operation)()[key] if item.get("State") != "deleted"]
        yield from (f"{kind} {item[id_key]}" for item in items)
    yield from (f"IAM role {role['RoleName']}" for role in iam.list_roles()["Roles"])
    providers = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    yield from (f"OIDC provider {provider['Arn']}" for provider in providers)
    yield from (f"EKS cluster {name}" for name in eks.list_clusters()["clusters"])
    yield from (f"log group {group['logGroupName']}" for group in client("logs").describe_log_groups()["logGroups"])
    kms = client("kms")
    for key in kms.list_keys()["Keys"]:
        metadata = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        # A key is deleted after a waiting period, in which it costs nothing.
        if metadata["KeyState"] != "PendingDeletion" and metadata["KeyManager"] == "CUSTOMER":
            yield f"KMS key {key['KeyId']}"
