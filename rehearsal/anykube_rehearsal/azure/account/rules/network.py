"""Rules for virtual networks, subnets, NAT gateways and public IPs."""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.lookup import find, last_segment, name, parent
from anykube_rehearsal.azure.account.rules.rule import WRITE, rule
from anykube_rehearsal.azure.account.usage import address_users, nat_users, security_users, subnet_users
from anykube_rehearsal.azure.plugin.facts import NAT, NETWORK, PUBLIC_IP, SECURITY_GROUP, SUBNET
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change

_SUBNETS = "https://learn.microsoft.com/en-us/azure/virtual-network/virtual-network-manage-subnet"
_NETWORKS = "https://learn.microsoft.com/en-us/azure/virtual-network/manage-virtual-network"
_ADDRESSES = "https://learn.microsoft.com/en-us/azure/virtual-network/ip-services/public-ip-addresses"
_RETIRED = "https://learn.microsoft.com/en-us/azure/virtual-network/ip-services/public-ip-basic-upgrade-guidance"
_NAT = "https://learn.microsoft.com/en-us/azure/nat-gateway/nat-gateway-resource"
_API_SERVER = "https://learn.microsoft.com/en-us/azure/aks/api-server-vnet-integration"

_AKS = "Microsoft.ContainerService/managedClusters"
_LONGEST_PREFIX = 29
"""Azure reserves five addresses of every subnet, so the smallest subnet is a /29."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def ranges(value: object) -> list[Network]:
    """The valid address ranges in a value, which is one CIDR or a list. The plugin's table rejects invalid ones."""
    networks = []
    for cidr in value if isinstance(value, Sequence) and not isinstance(value, str) else [value]:
        try:
            networks.append(ipaddress.ip_network(str(cidr)))
        except ValueError:
            continue
    return networks


def subnet_ranges(inputs: Mapping[str, Any]) -> list[Network]:
    """The address ranges of a subnet."""
    return ranges(inputs.get("addressPrefixes") or inputs.get("addressPrefix"))


@rule(NETWORK, on=WRITE, document=_NETWORKS)
def address_space(account: Account, change: Change) -> Iterator[str]:
    """A virtual network needs ranges without overlaps, which contain all of its subnets."""
    network_ranges = ranges((change.new.get("addressSpace") or {}).get("addressPrefixes"))
    if not network_ranges:
        message = "is missing. A virtual network needs at least one range"
        yield f"InvalidRequestFormat: addressSpace.addressPrefixes: {message}"
    for index, network in enumerate(network_ranges):
        if any(network.version == other.version and network.overlaps(other) for other in network_ranges[:index]):
            message = f"{network} overlaps another range"
            yield f"NetcfgInvalidVirtualNetworkAddressSpace: addressSpace.addressPrefixes: {message}"
    for subnet in _subnets_of(account, change.id):
        for subnet_range in subnet_ranges(subnet.inputs):
            if not _inside(subnet_range, network_ranges):
                message = f"does not contain {subnet_range} of the subnet {name(subnet)}"
                yield f"NetcfgInvalidSubnet: addressSpace: {message}"


@rule(SUBNET, on=WRITE, document=_SUBNETS)
def subnet(account: Account, change: Change) -> Iterator[str]:
    """A subnet must be in its virtual network, at least a /29, and must not overlap other subnets."""
    network = find(account, NETWORK, parent(change.id, "subnets"))
    new_ranges = subnet_ranges(change.new)
    if network is None:
        network_name = change.new.get("virtualNetworkName")
        yield f"ResourceNotFound: virtualNetworkName: there is no virtual network {network_name} in the resource group"
        return
    if not new_ranges:
        yield "InvalidRequestFormat: addressPrefix: is missing. A subnet needs at least one range"
    network_ranges = ranges((network.inputs.get("addressSpace") or {}).get("addressPrefixes"))
    for subnet_range in new_ranges:
        if not _inside(subnet_range, network_ranges):
            message = f"{subnet_range} is not in the virtual network's {', '.join(map(str, network_ranges))}"
            yield f"NetcfgInvalidSubnet: addressPrefix: {message}"
        if subnet_range.version == 4 and subnet_range.prefixlen > _LONGEST_PREFIX:
            message = f"{subnet_range} is too small. The smallest subnet is a /{_LONGEST_PREFIX}"
            yield f"NetcfgInvalidSubnet: addressPrefix: {message}"
        for other in _subnets_of(account, network.id):
            if ids.same(other.id, change.id):
                continue
            others = subnet_ranges(other.inputs)
            if any(subnet_range.version == taken.version and subnet_range.overlaps(taken) for taken in others):
                yield f"NetcfgSubnetRangesOverlap: addressPrefix: {subnet_range} overlaps the subnet {name(other)}"


@rule(SUBNET, on=("update",), document=_SUBNETS)
def used_subnet(account: Account, change: Change) -> Iterator[str]:
    """The range and the delegation of a subnet in use cannot change."""
    users = list(subnet_users(account, change.id))
    if users and subnet_ranges(change.old) != subnet_ranges(change.new):
        yield f"InUsePrefixCannotBeDeleted: addressPrefix: the subnet is in use by {', '.join(users)}"
    if users and delegations(change.old) != delegations(change.new):
        yield f"SubnetDelegationsCannotChangeWhenSubnetUsed: delegations: the subnet is in use by {', '.join(users)}"


@rule(SUBNET, on=WRITE, document=_API_SERVER)
def delegated(account: Account, change: Change) -> Iterator[str]:
    """A subnet delegated to AKS API servers must be at least a /28. A subnet has at most one delegation."""
    del account
    services = delegations(change.new)
    if _AKS.lower() in services and any(network.prefixlen > 28 for network in subnet_ranges(change.new)):
        yield "SubnetTooSmall: addressPrefix: must be at least a /28 in a subnet delegated to AKS API servers"
    if len(services) > 1:
        yield "SubnetHasTooManyDelegations: delegations: a subnet can be delegated to one service only"


@rule(SUBNET, on=("delete",), document=_SUBNETS)
def subnet_in_use(account: Account, change: Change) -> Iterator[str]:
    """A subnet in use cannot be deleted."""
    if users := list(subnet_users(account, change.id)):
        name = last_segment(change.id)
        yield f"InUseSubnetCannotBeDeleted: Subnet {name} is in use by {', '.join(users)} and cannot be deleted"


@rule(NETWORK, on=("delete",), document=_NETWORKS)
def network_in_use(account: Account, change: Change) -> Iterator[str]:
    """A network with a subnet in use cannot be deleted."""
    for subnet in _subnets_of(account, change.id):
        if users := list(subnet_users(account, subnet.id)):
            message = f"Subnet {name(subnet)} is in use by {', '.join(users)} and cannot be deleted"
            yield f"InUseSubnetCannotBeDeleted: {message}"


@rule(NAT, on=("delete",), document=_NAT)
def nat_in_use(account: Account, change: Change) -> Iterator[str]:
    """A NAT gateway in use cannot be deleted."""
    if users := list(nat_users(account, change.id)):
        yield f"InUseNatGatewayCannotBeDeleted: The NAT gateway is in use by {', '.join(users)} and cannot be deleted"


@rule(SECURITY_GROUP, on=("delete",), document=_NETWORKS)
def security_in_use(account: Account, change: Change) -> Iterator[str]:
    """A network security group in use cannot be deleted."""
    if users := list(security_users(account, change.id)):
        message = f"The group is in use by {', '.join(users)} and cannot be deleted"
        yield f"InUseNetworkSecurityGroupCannotBeDeleted: {message}"


@rule(PUBLIC_IP, on=("delete",), document=_ADDRESSES)
def address_in_use(account: Account, change: Change) -> Iterator[str]:
    """A public IP in use cannot be deleted."""
    if users := list(address_users(account, change.id)):
        yield f"PublicIPAddressCannotBeDeleted: The address is allocated to {', '.join(users)} and cannot be deleted"


@rule(PUBLIC_IP, on=WRITE, document=_RETIRED)
def public_ip_sku(account: Account, change: Change) -> Iterator[str]:
    """The SKU Basic, which is the default, is retired. Other SKUs require static allocation."""
    del account
    sku = (change.new.get("sku") or {}).get("name", "Basic")
    if sku == "Basic":
        yield "BasicSkuRetired: sku.name: public IP addresses of SKU Basic are retired. Use Standard"
    elif change.new.get("publicIPAllocationMethod") != "Static":
        yield f"{sku}SkuPublicIPAddressesMustBeStatic: publicIPAllocationMethod: must be Static for SKU {sku}"


@rule(NAT, on=WRITE, document=_NAT)
def nat(account: Account, change: Change) -> Iterator[str]:
    """A Standard gateway is in at most one zone. Its addresses have the same SKU, and no other gateway uses them."""
    inputs = change.new
    sku = (inputs.get("sku") or {}).get("name")
    if sku is None:
        yield "InvalidRequestFormat: sku.name: is missing. Use Standard"
    if sku == "Standard" and len(inputs.get("zones") or []) > 1:
        yield "NatGatewayCannotHaveMultipleZones: zones: a NAT gateway of SKU Standard supports at most one zone"
    for index, reference in enumerate(inputs.get("publicIpAddresses") or []):
        address = find(account, PUBLIC_IP, str(reference.get("id")))
        if address is None:
            continue  # the rule `references` reports it
        if (address.inputs.get("sku") or {}).get("name") != (sku or "Standard"):
            yield f"NatGatewaySkuMismatch: publicIpAddresses[{index}]: {name(address)} is not of SKU {sku}"
        for other in account.store.all(NAT):
            taken = [item.get("id") for item in other.inputs.get("publicIpAddresses") or []]
            if not ids.same(other.id, change.id) and any(ids.same(address.id, address_id) for address_id in taken):
                message = f"{name(address)} is already used by {name(other)}"
                yield f"PublicIPAddressInUse: publicIpAddresses[{index}]: {message}"


def delegations(inputs: Mapping[str, Any]) -> list[str]:
    """The services to which a subnet is delegated, in lowercase."""
    return [str(delegation.get("serviceName")).lower() for delegation in inputs.get("delegations") or []]


def _subnets_of(account: Account, network: str) -> Iterator[Any]:
    return (subnet for subnet in account.store.all(SUBNET) if ids.same(parent(subnet.id, "subnets"), network))


def _inside(network: Network, ranges: Sequence[Network]) -> bool:
    return any(
        network.version == other.version and network.subnet_of(other)  # type: ignore[arg-type]
        for other in ranges
    )
