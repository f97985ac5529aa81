"""What AKS refuses of the ranges and ways out of a cluster."""

import ipaddress
from collections.abc import Iterator
from typing import Any

from anykube_rehearsal.azure.account.lookup import find, name, parent
from anykube_rehearsal.azure.account.pools import inline
from anykube_rehearsal.azure.account.rules.network import ranges
from anykube_rehearsal.azure.account.rules.rule import WRITE, rule
from anykube_rehearsal.azure.plugin.facts import CLUSTER, NETWORK, SUBNET
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change

_RANGES = "https://learn.microsoft.com/en-us/azure/aks/configure-azure-cni"
_OVERLAY = "https://learn.microsoft.com/en-us/azure/aks/azure-cni-overlay"
_OUTBOUND = "https://learn.microsoft.com/en-us/azure/aks/egress-outboundtype"
_NAT = "https://learn.microsoft.com/en-us/azure/aks/nat-gateway"

_LARGEST_SERVICES = 12
_SERVICES, _PODS = "10.0.0.0/16", "10.244.0.0/16"
"""Where nothing is given."""


@rule(CLUSTER, on=("create",), document=_RANGES)
def services(account: Account, change: Change) -> Iterator[str]:
    """Services have a range that nothing else lies in, and DNS an address in it that is not the first."""
    network = change.new.get("networkProfile") or {}
    own = ranges(network.get("serviceCidr") or _SERVICES)
    if not own:
        yield f"InvalidParameter: networkProfile.serviceCidr: {network['serviceCidr']} is no range"
        return
    (service,) = own
    if service.prefixlen < _LARGEST_SERVICES:
        yield f"ServiceCidrTooLarge: networkProfile.serviceCidr: at most a /{_LARGEST_SERVICES}, and it is {service}"
    dns = str(network.get("dnsServiceIP") or "")
    if network.get("serviceCidr") and not dns:
        yield "InvalidParameter: networkProfile.dnsServiceIP is missing: it goes with serviceCidr"
    elif dns:
        try:
            address = ipaddress.ip_address(dns)
        except ValueError:
            yield f"InvalidParameter: networkProfile.dnsServiceIP: {dns} is no address"
            return
        if address not in service or int(address) - int(service.network_address) < 2:
            yield f"InvalidParameter: networkProfile.dnsServiceIP: {dns} is not in {service}, or is its first address"
    for one in _around(account, change):
        if service.version == one.version and service.overlaps(one):
            said = f"{service} overlaps the network's {one}"
            yield f"ServiceCidrOverlapExistingSubnetsCidr: networkProfile.serviceCidr: {said}"


@rule(CLUSTER, on=("create",), document=_OVERLAY)
def pods(account: Account, change: Change) -> Iterator[str]:
    """Pods of an overlay have a range of their own."""
    network = change.new.get("networkProfile") or {}
    overlay = network.get("networkPluginMode") == "overlay"
    if network.get("podCidr") and network.get("networkPlugin") == "azure" and not overlay:
        yield "InvalidParameter: networkProfile.podCidr: with the network plugin azure only in the mode overlay"
    if not overlay:
        return
    own, service = ranges(network.get("podCidr") or _PODS), ranges(network.get("serviceCidr") or _SERVICES)
    for pod in own:
        for what, one in [
            *(("services'", one) for one in service),
            *(("network's", one) for one in _around(account, change)),
        ]:
            if pod.version == one.version and pod.overlaps(one):
                yield f"PodCidrOverlap: networkProfile.podCidr: {pod} overlaps the {what} {one}"


@rule(CLUSTER, on=WRITE, document=_OUTBOUND)
def outbound(account: Account, change: Change) -> Iterator[str]:
    """The way out that is said to be there, is there."""
    network = change.new.get("networkProfile") or {}
    kind = network.get("outboundType")
    subnets = [
        found for pool in inline(change.id, change.new) if pool.subnet and (found := find(account, SUBNET, pool.subnet))
    ]
    if kind == "managedNATGateway" and subnets:
        yield "InvalidParameter: networkProfile.outboundType: managedNATGateway is for networks that AKS makes"
    if kind in ("userDefinedRouting", "userAssignedNATGateway") and not subnets:
        yield f"InvalidParameter: networkProfile.outboundType: {kind} needs a network of the customer's"
    for subnet in subnets:
        if kind == "userDefinedRouting" and not _has(subnet.inputs, "routeTable"):
            said = f"{name(subnet)} has no route table"
            yield f"ExistingRouteTableNotAssociatedWithSubnet: networkProfile.outboundType: {said}"
    if kind != "loadBalancer" and network.get("loadBalancerProfile"):
        yield "InvalidParameter: networkProfile.loadBalancerProfile: only with the outboundType loadBalancer"
    if kind != "managedNATGateway" and network.get("natGatewayProfile"):
        yield "InvalidParameter: networkProfile.natGatewayProfile: only with the outboundType managedNATGateway"


@rule(CLUSTER, on=WRITE, document=_NAT)
def nat(account: Account, change: Change) -> Iterator[str]:
    """Nodes that go out by a NAT gateway are in subnets that have one."""
    if (change.new.get("networkProfile") or {}).get("outboundType") != "userAssignedNATGateway":
        return
    for pool in inline(change.id, change.new):
        subnet = find(account, SUBNET, pool.subnet) if pool.subnet else None
        if subnet is not None and not _has(subnet.inputs, "natGateway"):
            yield f"SubnetNotAssociatedWithNatGateway: networkProfile.outboundType: {name(subnet)} has no NAT gateway"


def _has(inputs: Any, wire: str) -> bool:
    return bool((inputs.get(wire) or {}).get("id"))


def _around(account: Account, change: Change) -> Iterator[Any]:
    """The ranges of the networks that its nodes are in."""
    for network in {parent(pool.subnet, "subnets") for pool in inline(change.id, change.new)}:
        found = find(account, NETWORK, network) if network else None
        yield from ranges((found.inputs.get("addressSpace") or {}).get("addressPrefixes")) if found else ()
