"""What is in an account of AWS, as boto3 sees it."""

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
    """Everything that is there and costs something, each as `kind id`."""
    ec2, iam, eks = client("ec2"), client("iam"), client("eks")
    for kind, (call, field, identity) in _EC2.items():
        # EC2 shows some of what is gone for an hour, and says so.
        found = [one for one in getattr(ec2, call)()[field] if one.get("State") != "deleted"]
        yield from (f"{kind} {one[identity]}" for one in found)
    yield from (f"IAM role {one['RoleName']}" for one in iam.list_roles()["Roles"])
    providers = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    yield from (f"OIDC provider {one['Arn']}" for one in providers)
    yield from (f"EKS cluster {name}" for name in eks.list_clusters()["clusters"])
    yield from (f"log group {one['logGroupName']}" for one in client("logs").describe_log_groups()["logGroups"])
    kms = client("kms")
    for key in kms.list_keys()["Keys"]:
        about = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        # A key cannot be deleted at once: it waits, and costs nothing meanwhile.
        if about["KeyState"] != "PendingDeletion" and about["KeyManager"] == "CUSTOMER":
            yield f"KMS key {key['KeyId']}"
