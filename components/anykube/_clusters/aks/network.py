"""The cluster's network: made, private first, or one that is there.

Subnets are resources of their own. Inline ones of a network would be taken away by its next update.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_azure_native.network as network_
import pulumi_azure_native.resources as resources

from anykube._clusters.aks.addresses import share_out
from anykube._clusters.aks.identity import Identities, assigned
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.roles import ROLES
from anykube._clusters.aks.spec import AksClusterSpec, AksNetwork

_API_SERVERS = "Microsoft.ContainerService/managedClusters"
_LOAD_BALANCERS = "Microsoft.ServiceNetworking/trafficControllers"


@dataclass(frozen=True)
class ClusterNetwork:
    """Where API server, nodes and load balancers go."""

    nodes: Mapping[str, pulumi.Input[str]]
    """Subnets of nodes by zone, or one for all zones, under ""."""
    api_server: pulumi.Input[str]
    load_balancers: pulumi.Input[str] | None
    outbound: str
    ready: Sequence[pulumi.Resource] = field(default_factory=tuple)
    """What the control plane needs before it can place anything, and may lose only after it is gone."""


def network(
    children: ResourceScope, spec: AksClusterSpec, group: resources.ResourceGroup, identities: Identities
) -> ClusterNetwork:
    """The network of the page: the one that it names, or a new one. Its subnets are open to the control plane."""
    there = spec.aks.network
    return _there(children, there, identities) if there else _made(children, spec, group, identities)


def _there(children: ResourceScope, there: AksNetwork, identities: Identities) -> ClusterNetwork:
    ready = [
        _joinable(children, part, subnet, identities)
        for part, subnet in (("nodes", there.nodes), ("api-server", there.api_server))
    ]
    return ClusterNetwork({"": there.nodes}, there.api_server, there.load_balancers, there.outbound, ready)


def _joinable(children: ResourceScope, part: str, subnet: pulumi.Input[str], identities: Identities) -> pulumi.Resource:
    """https://learn.microsoft.com/azure/aks/api-server-vnet-integration#grant-permissions"""
    return assigned(
        children,
        f"control-plane-{part}",
        principal=identities.control_plane.principal_id,
        role=ROLES["Network Contributor"],
        scope=subnet,
    )


def _made(
    children: ResourceScope, spec: AksClusterSpec, group: resources.ResourceGroup, identities: Identities
) -> ClusterNetwork:
    ranges = share_out(spec.network.cidr)
    made = network_.VirtualNetwork(
        children.name("network"),
        virtual_network_name=spec.name,
        resource_group_name=group.name,
        location=children.location,
        address_space=network_.AddressSpaceArgs(address_prefixes=[spec.network.cidr]),
        tags=children.tags,
        # What Azure lists there are the subnets below, which are no drift.
        opts=children.options(ignore_changes=["subnets"]),
    )
    subnets = _Subnets(children, group, made)
    nodes: dict[str, pulumi.Input[str]] = {}
    if spec.network.nat == "zone":
        for zone, cidr in zip(spec.zones, ranges.nodes, strict=False):
            gateway = _gateway(children, group, f"nat-{zone}", [zone], [zone])
            nodes[zone] = subnets.add(f"nodes-{zone}", cidr, gateway=gateway).id
    else:
        # A gateway without a zone is placed by Azure in one of them; its address is in all.
        gateway = _gateway(children, group, "nat", [], spec.zones)
        # The subnet that the first zone would have: it stays where each gets one later.
        nodes[""] = subnets.add(f"nodes-{spec.zones[0]}", ranges.nodes[0], gateway=gateway).id
    api_server = subnets.add("api-server", ranges.api_server, delegated=_API_SERVERS)
    balancers = subnets.add("load-balancers", ranges.load_balancers, delegated=_LOAD_BALANCERS)
    joinable = assigned(
        children,
        "control-plane-network",
        principal=identities.control_plane.principal_id,
        role=ROLES["Network Contributor"],
        scope=made.id,
    )
    return ClusterNetwork(nodes, api_server.id, balancers.id, "userAssignedNATGateway", [*subnets.made, joinable])


class _Subnets:
    """Subnets of a network, one after the other: Azure changes one at a time, and refuses a second meanwhile."""

    def __init__(
        self, children: ResourceScope, group: resources.ResourceGroup, within: network_.VirtualNetwork
    ) -> None:
        self._children, self._group, self._within = children, group, within
        self.made: list[network_.Subnet] = []

    def add(
        self, part: str, cidr: str, *, gateway: network_.NatGateway | None = None, delegated: str | None = None
    ) -> network_.Subnet:
        """One more. No subnet has Azure's own way out, which nobody sees or can fence in."""
        delegations = [network_.DelegationArgs(name="delegation", service_name=delegated)] if delegated else None
        subnet = network_.Subnet(
            self._children.name(part),
            subnet_name=part,
            virtual_network_name=self._within.name,
            resource_group_name=self._group.name,
            address_prefix=cidr,
            default_outbound_access=False,
            nat_gateway=network_.SubResourceArgs(id=gateway.id) if gateway else None,
            delegations=delegations,
            opts=self._children.options(depends_on=self.made[-1:]),
        )
        self.made.append(subnet)
        return subnet


def _gateway(
    children: ResourceScope,
    group: resources.ResourceGroup,
    part: str,
    zones: Sequence[str],
    address_zones: Sequence[str],
) -> network_.NatGateway:
    """https://learn.microsoft.com/azure/nat-gateway/nat-availability-zones"""
    address = network_.PublicIPAddress(
        children.name(part),
        public_ip_address_name=part,
        resource_group_name=group.name,
        location=children.location,
        sku=network_.PublicIPAddressSkuArgs(name="Standard"),
        public_ip_allocation_method="Static",
        zones=list(address_zones),
        tags=children.tags,
        opts=children.options(),
    )
    return network_.NatGateway(
        children.name(part),
        nat_gateway_name=part,
        resource_group_name=group.name,
        location=children.location,
        sku=network_.NatGatewaySkuArgs(name="Standard"),
        public_ip_addresses=[network_.SubResourceArgs(id=address.id)],
        zones=list(zones) or None,
        tags=children.tags,
        opts=children.options(),
    )
