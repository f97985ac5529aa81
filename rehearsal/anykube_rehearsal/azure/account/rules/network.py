"""What Azure's network refuses."""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.lookup import find, last, name, parent
from anykube_rehearsal.azure.account.rules.rule import WRITE, rule
from anykube_rehearsal.azure.account.usage import address_users, nat_users, security_users, subnet_users
from anykube_rehearsal.azure.plugin.facts import ADDRESS, NAT, NETWORK, SECURITY, SUBNET
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change

_SUBNETS = "https://learn.microsoft.com/en-us/azure/virtual-network/virtual-network-manage-subnet"
_NETWORKS = "https://learn.microsoft.com/en-us/azure/virtual-network/manage-virtual-network"
_ADDRESSES = "https://learn.microsoft.com/en-us/azure/virtual-network/ip-services/public-ip-addresses"
_RETIRED = "https://learn.microsoft.com/en-us/azure/virtual-network/ip-services/public-ip-basic-upgrade-guidance"
_NAT = "https://learn.microsoft.com/en-us/azure/nat-gateway/nat-gateway-resource"
_API_SERVER = "https://learn.microsoft.com/en-us/azure/aks/api-server-vnet-integration"

_AKS = "Microsoft.ContainerService/managedClusters"
_SMALLEST = 29
"""Azure keeps five addresses of every subnet, and has no smaller one. """

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def ranges(given: object) -> list[Network]:
    """What of this is a range of addresses; the table has judged its form already."""
    found = []
    for text in given if isinstance(given, Sequence) and not isinstance(given, str) else [given]:
        try:
            found.append(ipaddress.ip_network(str(text)))
        except ValueError:
            continue
    return found


def subnet_ranges(inputs: Mapping[str, Any]) -> list[Network]:
    """The ranges of a subnet, which has one or several."""
    return ranges(inputs.get("addressPrefixes") or inputs.get("addressPrefix"))


@rule(NETWORK, on=WRITE, document=_NETWORKS)
def space(account: Account, change: Change) -> Iterator[str]:
    """A network has ranges, and keeps those that its subnets lie in."""
    own = ranges((change.new.get("addressSpace") or {}).get("addressPrefixes"))
    if not own:
        yield "InvalidRequestFormat: addressSpace.addressPrefixes is missing: a virtual network has at least one range"
    for index, one in enumerate(own):
        if any(one.version == other.version and one.overlaps(other) for other in own[:index]):
            yield f"NetcfgInvalidVirtualNetworkAddressSpace: addressSpace.addressPrefixes: {one} overlaps another range"
    for subnet in _subnets_of(account, change.id):
        for lost in (one for one in subnet_ranges(subnet.inputs) if not _inside(one, own)):
            yield f"NetcfgInvalidSubnet: addressSpace: the subnet {name(subnet)} has {lost}, which would be outside"


@rule(SUBNET, on=WRITE, document=_SUBNETS)
def subnet(account: Account, change: Change) -> Iterator[str]:
    """A subnet lies in its network, overlaps no other one, and has room for what Azure keeps of it."""
    network = find(account, NETWORK, parent(change.id, "subnets"))
    own = subnet_ranges(change.new)
    if network is None:
        asked = change.new.get("virtualNetworkName")
        yield f"ResourceNotFound: virtualNetworkName: there is no virtual network {asked} in the resource group"
        return
    if not own:
        yield "InvalidRequestFormat: addressPrefix is missing: a subnet has at least one range"
    around = ranges((network.inputs.get("addressSpace") or {}).get("addressPrefixes"))
    for one in own:
        if not _inside(one, around):
            said = ", ".join(map(str, around))
            yield f"NetcfgInvalidSubnet: addressPrefix: {one} is not inside of the virtual network's {said}"
        if one.version == 4 and one.prefixlen > _SMALLEST:
            yield f"NetcfgInvalidSubnet: addressPrefix: {one} is too small: the smallest subnet is a /{_SMALLEST}"
        for other in _subnets_of(account, network.id):
            if ids.same(other.id, change.id):
                continue
            if any(one.version == taken.version and one.overlaps(taken) for taken in subnet_ranges(other.inputs)):
                yield f"NetcfgSubnetRangesOverlap: addressPrefix: {one} overlaps the subnet {name(other)}"


@rule(SUBNET, on=("update",), document=_SUBNETS)
def used_subnet(account: Account, change: Change) -> Iterator[str]:
    """The range, and the delegation, of a subnet that something is in stay as they are."""
    users = list(subnet_users(account, change.id))
    before = change.old
    if users and subnet_ranges(before) != subnet_ranges(change.new):
        yield f"InUsePrefixCannotBeDeleted: addressPrefix: the subnet is in use by {_said(users)}"
    if users and delegations(before) != delegations(change.new):
        yield f"SubnetDelegationsCannotChangeWhenSubnetUsed: delegations: the subnet is in use by {_said(users)}"


@rule(SUBNET, on=WRITE, document=_API_SERVER)
def delegated(account: Account, change: Change) -> Iterator[str]:
    """The subnet of API servers is a /28 or larger, and nothing else is delegated to beside AKS."""
    del account
    services = delegations(change.new)
    if _AKS.lower() in services and any(one.prefixlen > 28 for one in subnet_ranges(change.new)):
        yield "SubnetTooSmall: addressPrefix: a subnet that is delegated to AKS' API servers is at least a /28"
    if len(services) > 1:
        yield "SubnetHasTooManyDelegations: delegations: a subnet is delegated to one service"


@rule(SUBNET, on=("delete",), document=_SUBNETS)
def subnet_in_use(account: Account, change: Change) -> Iterator[str]:
    """A subnet that something is in stays."""
    if users := list(subnet_users(account, change.id)):
        name = last(change.id)
        yield f"InUseSubnetCannotBeDeleted: Subnet {name} is in use by {_said(users)} and cannot be deleted"


@rule(NETWORK, on=("delete",), document=_NETWORKS)
def network_in_use(account: Account, change: Change) -> Iterator[str]:
    """A network goes with its subnets, unless something is in one of them."""
    for one in _subnets_of(account, change.id):
        if users := list(subnet_users(account, one.id)):
            yield f"InUseSubnetCannotBeDeleted: Subnet {name(one)} is in use by {_said(users)} and cannot be deleted"


@rule(NAT, on=("delete",), document=_NAT)
def nat_in_use(account: Account, change: Change) -> Iterator[str]:
    """A NAT gateway that a subnet goes out by stays."""
    if users := list(nat_users(account, change.id)):
        yield f"InUseNatGatewayCannotBeDeleted: The NAT gateway is in use by {_said(users)} and cannot be deleted"


@rule(SECURITY, on=("delete",), document=_NETWORKS)
def security_in_use(account: Account, change: Change) -> Iterator[str]:
    """A security group that is on a subnet stays."""
    if users := list(security_users(account, change.id)):
        yield f"InUseNetworkSecurityGroupCannotBeDeleted: The group is in use by {_said(users)} and cannot be deleted"


@rule(ADDRESS, on=("delete",), document=_ADDRESSES)
def address_in_use(account: Account, change: Change) -> Iterator[str]:
    """An address that something answers at stays."""
    if users := list(address_users(account, change.id)):
        yield f"PublicIPAddressCannotBeDeleted: The address is allocated to {_said(users)} and cannot be deleted"


@rule(ADDRESS, on=WRITE, document=_RETIRED)
def basic(account: Account, change: Change) -> Iterator[str]:
    """Addresses of the SKU Basic are no longer made; it is what an address without a SKU would be."""
    del account
    sku = (change.new.get("sku") or {}).get("name", "Basic")
    if sku == "Basic":
        yield "BasicSkuRetired: sku.name: public IP addresses of the SKU Basic are retired: give Standard"
    elif change.new.get("publicIPAllocationMethod") != "Static":
        yield f"{sku}SkuPublicIPAddressesMustBeStatic: publicIPAllocationMethod: an address of the SKU {sku} is Static"


@rule(NAT, on=WRITE, document=_NAT)
def nat(account: Account, change: Change) -> Iterator[str]:
    """A gateway is in one zone, has an address or a prefix, and addresses of its own SKU that are nobody else's."""
    inputs = change.new
    sku = (inputs.get("sku") or {}).get("name")
    if sku is None:
        yield "InvalidRequestFormat: sku.name is missing: a NAT gateway is Standard"
    if sku == "Standard" and len(inputs.get("zones") or []) > 1:
        yield "NatGatewayCannotHaveMultipleZones: zones: a NAT gateway of the SKU Standard is in one zone, or in none"
    for index, reference in enumerate(inputs.get("publicIpAddresses") or []):
        address = find(account, ADDRESS, str(reference.get("id")))
        if address is None:
            continue  # told as a reference that leads nowhere
        if (address.inputs.get("sku") or {}).get("name") != (sku or "Standard"):
            yield f"NatGatewaySkuMismatch: publicIpAddresses[{index}]: {name(address)} is not of the SKU {sku}"
        for other in account.store.all(NAT):
            taken = [one.get("id") for one in other.inputs.get("publicIpAddresses") or []]
            if not ids.same(other.id, change.id) and any(ids.same(address.id, one) for one in taken):
                yield f"PublicIPAddressInUse: publicIpAddresses[{index}]: {name(address)} is {name(other)}'s already"


def delegations(inputs: Mapping[str, Any]) -> list[str]:
    """The services that a subnet is delegated to, in small letters."""
    return [str(one.get("serviceName")).lower() for one in inputs.get("delegations") or []]


def _subnets_of(account: Account, network: str) -> Iterator[Any]:
    return (one for one in account.store.all(SUBNET) if ids.same(parent(one.id, "subnets"), network))


def _inside(one: Network, around: Sequence[Network]) -> bool:
    return any(one.version == other.version and one.subnet_of(other) for other in around)  # type: ignore[arg-type]


def _said(users: Sequence[str]) -> str:
    return ", ".join(users)
