"""The cluster's network: a new virtual network, or an existing one.

Subnets are separate resources. Subnets declared inline would be removed by the network's next update.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_azure_native.network as network_
import pulumi_azure_native.resources as resources

from anykube._clusters.aks.addresses import split_range
from anykube._clusters.aks.identity import Identities, create_role_assignment
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.roles import ROLES
from anykube._clusters.aks.spec import AksClusterSpec, AksNetwork

_API_SERVERS = "Microsoft.ContainerService/managedClusters"
_LOAD_BALANCERS = "Microsoft.ServiceNetworking/trafficControllers"


@dataclass(frozen=True)
class ClusterNetwork:
    """The network for API server, nodes and load balancers."""

    nodes: Mapping[str, pulumi.Input[str]]
    """IDs of subnets for nodes by zone, or of one subnet for all zones, with the key ""."""
    api_server: pulumi.Input[str]
    load_balancers: pulumi.Input[str] | None
    outbound: str
    ready: Sequence[pulumi.Resource] = field(default_factory=tuple)
    """Resources that the control plane needs until it is deleted: subnets and role assignments."""


def create_network(
    children: ResourceScope, spec: AksClusterSpec, group: resources.ResourceGroup, identities: Identities
) -> ClusterNetwork:
    """The existing network in `aks.network`, or a new network. The control plane gets access to its subnets."""
    if spec.aks.network:
        return _existing_network(children, spec.aks.network, identities)
    return _new_network(children, spec, group, identities)


def _existing_network(children: ResourceScope, network: AksNetwork, identities: Identities) -> ClusterNetwork:
    ready = [
        _grant_subnet_access(children, name, subnet, identities)
        for name, subnet in (("nodes", network.nodes), ("api-server", network.api_server))
    ]
    return ClusterNetwork({"": network.nodes}, network.api_server, network.load_balancers, network.outbound, ready)


def _grant_subnet_access(
    children: ResourceScope, name: str, subnet: pulumi.Input[str], identities: Identities
) -> pulumi.Resource:
    """https://learn.microsoft.com/azure/aks/api-server-vnet-integration#grant-permissions"""
    return create_role_assignment(
        children,
        f"control-plane-{name}",
        principal=identities.control_plane.principal_id,
        role=ROLES["Network Contributor"],
        scope=subnet,
    )


def _new_network(
    children: ResourceScope, spec: AksClusterSpec, group: resources.ResourceGroup, identities: Identities
) -> ClusterNetwork:
    ranges = split_range(spec.network.cidr)
    network = network_.VirtualNetwork(
        children.name("network"),
        virtual_network_name=spec.name,
        resource_group_name=group.name,
        location=children.location,
        address_space=network_.AddressSpaceArgs(address_prefixes=[spec.network.cidr]),
        tags=children.tags,
        # Azure lists the subnets below in the network.
        opts=children.options(ignore_changes=["subnets"]),
    )
    subnets = _Subnets(children, group, network)
    nodes: dict[str, pulumi.Input[str]] = {}
    if spec.network.nat == "zone":
        for zone, cidr in zip(spec.zones, ranges.nodes, strict=False):
            gateway = _create_nat_gateway(children, group, f"nat-{zone}", [zone], [zone])
            nodes[zone] = subnets.add(f"nodes-{zone}", cidr, gateway=gateway).id
    else:
        # Azure places a gateway without a zone in one of the zones. Its address is in all zones.
        gateway = _create_nat_gateway(children, group, "nat", [], spec.zones)
        # The subnet of the first zone. It stays the same if `nat` changes to `zone` later.
        nodes[""] = subnets.add(f"nodes-{spec.zones[0]}", ranges.nodes[0], gateway=gateway).id
    api_server = subnets.add("api-server", ranges.api_server, delegated=_API_SERVERS)
    load_balancers = subnets.add("load-balancers", ranges.load_balancers, delegated=_LOAD_BALANCERS)
    assignment = create_role_assignment(
        children,
        "control-plane-network",
        principal=identities.control_plane.principal_id,
        role=ROLES["Network Contributor"],
        scope=network.id,
    )
    return ClusterNetwork(
        nodes, api_server.id, load_balancers.id, "userAssignedNATGateway", [*subnets.created, assignment]
    )


class _Subnets:
    """Creates the subnets of a network one after another: Azure rejects concurrent changes of a network."""

    def __init__(
        self, children: ResourceScope, group: resources.ResourceGroup, network: network_.VirtualNetwork
    ) -> None:
        self._children, self._group, self._network = children, group, network
        self.created: list[network_.Subnet] = []

    def add(
        self, name: str, cidr: str, *, gateway: network_.NatGateway | None = None, delegated: str | None = None
    ) -> network_.Subnet:
        """Creates a subnet without Azure's default outbound access, which cannot be controlled."""
        delegations = [network_.DelegationArgs(name="delegation", service_name=delegated)] if delegated else None
        subnet = network_.Subnet(
            self._children.name(name),
            subnet_name=name,
            virtual_network_name=self._network.name,
            resource_group_name=self._group.name,
            address_prefix=cidr,
            default_outbound_access=False,
            nat_gateway=network_.SubResourceArgs(id=gateway.id) if gateway else None,
            delegations=delegations,
            opts=self._children.options(depends_on=self.created[-1:]),
        )
        self.created.append(subnet)
        return subnet


def _create_nat_gateway(
    children: ResourceScope,
    group: resources.ResourceGroup,
    name: str,
    zones: Sequence[str],
    address_zones: Sequence[str],
) -> network_.NatGateway:
    """https://learn.microsoft.com/azure/nat-gateway/nat-availability-zones"""
    address = network_.PublicIPAddress(
        children.name(name),
        public_ip_address_name=name,
        resource_group_name=group.name,
        location=children.location,
        sku=network_.PublicIPAddressSkuArgs(name="Standard"),
        public_ip_allocation_method="Static",
        zones=list(address_zones),
        tags=children.tags,
        opts=children.options(),
    )
    return network_.NatGateway(
        children.name(name),
        nat_gateway_name=name,
        resource_group_name=group.name,
        location=children.location,
        sku=network_.NatGatewaySkuArgs(name="Standard"),
        public_ip_addresses=[network_.SubResourceArgs(id=address.id)],
        zones=list(zones) or None,
        tags=children.tags,
        opts=children.options(),
    )
