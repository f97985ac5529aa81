"""EKS' validation rules for clusters, roles and subnets. Each rule links to its document."""

import ipaddress
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from anykube_rehearsal.aws.account import moto_backends
from anykube_rehearsal.aws.account.errors import invalid_parameter, invalid_request
from anykube_rehearsal.aws.account.response_shapes import Json


def require_subnets(region: str, subnet_ids: Sequence[str], field: str) -> list[moto_backends.Subnet]:
    """Looks up subnets. https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"""
    if not subnet_ids:
        raise invalid_parameter(f"{field} cannot be empty")
    subnets = [moto_backends.subnet(region, subnet_id) for subnet_id in subnet_ids]
    missing = [subnet_id for subnet_id, subnet in zip(subnet_ids, subnets, strict=True) if subnet is None]
    if missing:
        raise invalid_parameter(f"The subnet ID '{missing[0]}' does not exist ({field})")
    return [subnet for subnet in subnets if subnet]


def require_cluster_subnets(region: str, subnet_ids: Sequence[str]) -> str:
    """Requires two zones and one VPC. Returns the VPC. https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"""
    subnets = require_subnets(region, subnet_ids, "resourcesVpcConfig.subnetIds")
    if len({subnet.vpc for subnet in subnets}) > 1:
        raise invalid_parameter("Subnets specified in resourcesVpcConfig.subnetIds must all belong to the same VPC")
    if len({subnet.zone for subnet in subnets}) < 2:
        raise invalid_parameter("Subnets specified must be in at least two different AZs")
    return subnets[0].vpc


def require_groups(region: str, group_ids: Iterable[str], vpc: str) -> None:
    """Requires security groups of the VPC. https://docs.aws.amazon.com/eks/latest/APIReference/API_VpcConfigRequest.html"""
    for group_id in group_ids:
        group_vpc = moto_backends.vpc_of_security_group(region, group_id)
        if group_vpc is None:
            raise invalid_parameter(
                f"The security group '{group_id}' does not exist (resourcesVpcConfig.securityGroupIds)"
            )
        if group_vpc != vpc:
            raise invalid_parameter(f"Security group(s) [{group_id}] are not in the same VPC as the subnets, {vpc}")


def require_cluster_role(arn: str) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html"""
    if not can_assume(arn, "eks.amazonaws.com", ["sts:AssumeRole"]):
        raise invalid_parameter(
            f"Role with arn: {arn}, could not be assumed because it does not exist or the trusted entity is not correct"
        )


def require_node_role(arn: str, field: str) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html"""
    if moto_backends.trust_policy(arn) is None:
        raise invalid_parameter(f"The role with name {arn.rpartition('/')[2]} cannot be found ({field})")
    if not can_assume(arn, "ec2.amazonaws.com", ["sts:AssumeRole"]):
        raise invalid_parameter(
            "Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of "
            f"{field} {arn}"
        )


def require_pod_role(arn: str, field: str) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html"""
    if moto_backends.trust_policy(arn) is None:
        raise invalid_parameter(f"The role {arn} cannot be found ({field})")
    if not can_assume(arn, "pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"]):
        raise invalid_parameter(
            f"Trust policy of role {arn} ({field}) is not valid: it must allow sts:AssumeRole and sts:TagSession to "
            "pods.eks.amazonaws.com"
        )


def can_assume(arn: str, service: str, actions: Sequence[str]) -> bool:
    """Whether a role exists and its trust policy allows a service these actions."""
    allowed: set[str] = set()
    for statement in _list((moto_backends.trust_policy(arn) or {}).get("Statement", [])):
        principal = statement.get("Principal")
        services = _list(principal.get("Service", [])) if isinstance(principal, dict) else _list(principal or [])
        if statement.get("Effect") == "Allow" and (service in services or "*" in services):
            allowed |= set(_list(statement.get("Action", [])))
    return all(action in allowed or "sts:*" in allowed or "*" in allowed for action in actions)


def require_encryption(region: str, configs: Iterable[Json]) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html"""
    for config in configs:
        if config.get("resources") != ["secrets"]:
            raise invalid_parameter("encryptionConfig.resources must be [secrets]")
        arn = config.get("provider", {}).get("keyArn", "")
        if not moto_backends.has_key(region, arn):
            raise invalid_parameter(
                f"KMS key {arn} does not exist or is not enabled (encryptionConfig.provider.keyArn)"
            )


_PRIVATE = [ipaddress.IPv4Network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")]
"""Ranges that cannot be source addresses on the internet. Tests use documentation ranges as public ones."""


def require_endpoint(access: Mapping[str, Any]) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html"""
    if not access["endpointPublicAccess"] and not access["endpointPrivateAccess"]:
        raise invalid_parameter("Private and public endpoint access cannot be false")
    for cidr in access["publicAccessCidrs"]:
        try:
            network = ipaddress.IPv4Network(cidr)
        except ValueError:
            raise invalid_parameter(f"The following CIDRs are invalid in publicAccessCidrs: [{cidr}]") from None
        if any(network.overlaps(private) for private in _PRIVATE) and network.prefixlen:
            raise invalid_parameter(f"The following CIDRs are not allowed in publicAccessCidrs: [{cidr}]")


_SERVICE_RANGES = tuple(map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))


def require_services(cidr: str) -> None:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html"""
    try:
        network = ipaddress.IPv4Network(cidr)
    except ValueError:
        raise invalid_parameter(f"kubernetesNetworkConfig.serviceIpv4Cidr is not a CIDR block: {cidr}") from None
    if not 12 <= network.prefixlen <= 24 or not any(network.subnet_of(allowed) for allowed in _SERVICE_RANGES):
        raise invalid_parameter(
            f"kubernetesNetworkConfig.serviceIpv4Cidr {cidr} must be between /24 and /12 and within one of "
            "10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16"
        )


NODE_POOLS = ("system", "general-purpose")


def require_auto_mode(compute: Json | None, balancing: Json | None, storage: Json | None) -> None:
    """Requires all three parts or none. https://docs.aws.amazon.com/eks/latest/userguide/auto-enable-existing.html

    And https://docs.aws.amazon.com/eks/latest/APIReference/API_ComputeConfigRequest.html for the node pools.
    """
    flags = {
        (compute or {}).get("enabled", False),
        (balancing or {}).get("enabled", False),
        (storage or {}).get("blockStorage", {}).get("enabled", False),
    }
    if len(flags) > 1:
        raise invalid_parameter(
            "For EKS Auto Mode, please ensure that all required configs, including computeConfig, "
            "kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled."
        )
    pools, role = (compute or {}).get("nodePools", []), (compute or {}).get("nodeRoleArn")
    unknown = [pool for pool in pools if pool not in NODE_POOLS]
    if unknown:
        raise invalid_parameter(f"computeConfig.nodePools has {unknown[0]}: it must be of {', '.join(NODE_POOLS)}")
    if flags == {False} and (pools or role):
        raise invalid_parameter("computeConfig.nodePools and nodeRoleArn cannot be set when Auto Mode is not enabled")
    if bool(pools) != bool(role):
        raise invalid_parameter("computeConfig.nodeRoleArn and computeConfig.nodePools must be specified together")
    if role:
        require_node_role(role, "computeConfig.nodeRoleArn")


_MODES: Mapping[str, Sequence[str]] = {
    "CONFIG_MAP": ["API_AND_CONFIG_MAP"],
    "API_AND_CONFIG_MAP": ["API"],
    "API": [],
}
"""https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html: the change cannot be undone."""


def require_mode(current: str, desired: str) -> None:
    """Requires a supported change of the authentication mode."""
    if desired not in _MODES[current]:
        raise invalid_parameter(f"Unsupported authentication mode update from {current} to {desired}")


def require_active(cluster: Json, action: str) -> None:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html (InvalidRequestException)"""
    if cluster["status"] not in ("ACTIVE", "UPDATING"):
        raise invalid_request(f"Cannot {action}: cluster {cluster['name']} is in status {cluster['status']}")


def check_all(value: Json, rules: Iterable[tuple[Callable[[Json], bool], str]]) -> None:
    """Raises the message of the first rule that matches. `{field}` in a message is the value's field."""
    for is_violated, message in rules:
        if is_violated(value):
            raise invalid_parameter(message.format(**value))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
