"""Rules for the address ranges and outbound types of clusters."""

import ipaddress
from collections.abc import Iterator
from typing import Any

from anykube_rehearsal.azure.account.lookup import find, name, parent
from anykube_rehearsal.azure.account.pools import inline_pools
from anykube_rehearsal.azure.account.rules.network import ranges
from anykube_rehearsal.azure.account.rules.rule import WRITE, rule
from anykube_rehearsal.azure.plugin.facts import CLUSTER, NETWORK, SUBNET
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change

_RANGES = "https://learn.microsoft.com/en-us/azure/aks/configure-azure-cni"
_OVERLAY = "https://learn.microsoft.com/en-us/azure/aks/azure-cni-overlay"
_OUTBOUND = "https://learn.microsoft.com/en-us/azure/aks/egress-outboundtype"
_NAT = "https://learn.microsoft.com/en-us/azure/aks/nat-gateway"

_SHORTEST_SERVICE_PREFIX = 12
_DEFAULT_SERVICES, _DEFAULT_PODS = "10.0.0.0/16", "10.244.0.0/16"


@rule(CLUSTER, on=("create",), document=_RANGES)
def services(account: Account, change: Change) -> Iterator[str]:
    """The service range must not overlap the network, and must contain the DNS address, but not as the first one."""
    network = change.new.get("networkProfile") or {}
    service_ranges = ranges(network.get("serviceCidr") or _DEFAULT_SERVICES)
    if not service_ranges:
        yield f"InvalidParameter: networkProfile.serviceCidr: {network['serviceCidr']} is not a valid CIDR"
        return
    (service,) = service_ranges
    if service.prefixlen < _SHORTEST_SERVICE_PREFIX:
        message = f"{service} is too large. The largest range is a /{_SHORTEST_SERVICE_PREFIX}"
        yield f"ServiceCidrTooLarge: networkProfile.serviceCidr: {message}"
    dns = str(network.get("dnsServiceIP") or "")
    if network.get("serviceCidr") and not dns:
        yield "InvalidParameter: networkProfile.dnsServiceIP: is required with serviceCidr"
    elif dns:
        try:
            address = ipaddress.ip_address(dns)
        except ValueError:
            yield f"InvalidParameter: networkProfile.dnsServiceIP: {dns} is not a valid IP address"
            return
        if address not in service or int(address) - int(service.network_address) < 2:
            yield f"InvalidParameter: networkProfile.dnsServiceIP: {dns} must be in {service}, and not its first one"
    for network_range in _network_ranges(account, change):
        if service.version == network_range.version and service.overlaps(network_range):
            message = f"{service} overlaps {network_range} of the virtual network"
            yield f"ServiceCidrOverlapExistingSubnetsCidr: networkProfile.serviceCidr: {message}"


@rule(CLUSTER, on=("create",), document=_OVERLAY)
def pods(account: Account, change: Change) -> Iterator[str]:
    """The pod range of an overlay must not overlap other ranges."""
    network = change.new.get("networkProfile") or {}
    overlay = network.get("networkPluginMode") == "overlay"
    if network.get("podCidr") and network.get("networkPlugin") == "azure" and not overlay:
        yield "InvalidParameter: networkProfile.podCidr: network plugin azure supports it only in mode overlay"
    if not overlay:
        return
    service_ranges = ranges(network.get("serviceCidr") or _DEFAULT_SERVICES)
    for pod_range in ranges(network.get("podCidr") or _DEFAULT_PODS):
        for owner, other in [
            *(("services", service_range) for service_range in service_ranges),
            *(("the virtual network", network_range) for network_range in _network_ranges(account, change)),
        ]:
            if pod_range.version == other.version and pod_range.overlaps(other):
                yield f"PodCidrOverlap: networkProfile.podCidr: {pod_range} overlaps {other} of {owner}"


@rule(CLUSTER, on=WRITE, document=_OUTBOUND)
def outbound(account: Account, change: Change) -> Iterator[str]:
    """The outbound type must fit the network."""
    network = change.new.get("networkProfile") or {}
    kind = network.get("outboundType")
    subnet_ids = [pool.subnet for pool in inline_pools(change.id, change.new) if pool.subnet]
    subnets = [subnet for subnet_id in subnet_ids if (subnet := find(account, SUBNET, subnet_id))]
    if kind == "managedNATGateway" and subnets:
        yield "InvalidParameter: networkProfile.outboundType: managedNATGateway does not support custom subnets"
    if kind in ("userDefinedRouting", "userAssignedNATGateway") and not subnets:
        yield f"InvalidParameter: networkProfile.outboundType: {kind} requires a custom subnet"
    for subnet in subnets:
        if kind == "userDefinedRouting" and not _has(subnet.inputs, "routeTable"):
            message = f"{name(subnet)} has no route table"
            yield f"ExistingRouteTableNotAssociatedWithSubnet: networkProfile.outboundType: {message}"
    if kind != "loadBalancer" and network.get("loadBalancerProfile"):
        yield "InvalidParameter: networkProfile.loadBalancerProfile: requires outboundType loadBalancer"
    if kind != "managedNATGateway" and network.get("natGatewayProfile"):
        yield "InvalidParameter: networkProfile.natGatewayProfile: requires outboundType managedNATGateway"


@rule(CLUSTER, on=WRITE, document=_NAT)
def nat(account: Account, change: Change) -> Iterator[str]:
    """The outbound type userAssignedNATGateway requires subnets with a NAT gateway."""
    if (change.new.get("networkProfile") or {}).get("outboundType") != "userAssignedNATGateway":
        return
    for pool in inline_pools(change.id, change.new):
        subnet = find(account, SUBNET, pool.subnet) if pool.subnet else None
        if subnet is not None and not _has(subnet.inputs, "natGateway"):
            yield f"SubnetNotAssociatedWithNatGateway: networkProfile.outboundType: {name(subnet)} has no NAT gateway"


def _has(inputs: Any, wire: str) -> bool:
    return bool((inputs.get(wire) or {}).get("id"))


def _network_ranges(account: Account, change: Change) -> Iterator[Any]:
    """The ranges of the nodes' virtual networks."""
    for network_id in {parent(pool.subnet, "subnets") for pool in inline_pools(change.id, change.new)}:
        network = find(account, NETWORK, network_id) if network_id else None
        yield from ranges((network.inputs.get("addressSpace") or {}).get("addressPrefixes")) if network else ()
