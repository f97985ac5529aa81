"""The cluster's network: a new VPC with private and public subnets, or an existing one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from anykube._clusters.eks.addresses import ZoneRanges, split_range
from anykube._clusters.eks.spec import EksClusterSpec, Vpc
from anykube._clusters.resource_scope import ResourceScope, name_part

_ENDPOINTS_WITHOUT_NAT = ("ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticloadbalancing", "logs", "sts")
"""AWS services that nodes without a NAT gateway must reach.

https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html
"""


@dataclass(frozen=True)
class ClusterNetwork:
    """The network for control plane, nodes and load balancers."""

    vpc: pulumi.Input[str]
    private: dict[str, pulumi.Input[str]]
    """Private subnets by zone; in an existing network by ID, since their zones are unknown offline."""
    ready: Sequence[pulumi.Resource] = field(default_factory=tuple)
    """Resources that nodes need to join, until they are deleted: routes to the internet."""

    def subnets(self, zones: Sequence[str]) -> list[pulumi.Input[str]]:
        """The private subnets in these zones. Empty `zones`: all."""
        return [subnet for zone, subnet in self.private.items() if not zones or zone in zones]


def create_network(children: ResourceScope, spec: EksClusterSpec) -> ClusterNetwork:
    """The existing network in `eks.vpc`, or a new network."""
    return _existing_network(spec.eks.vpc) if spec.eks.vpc else _new_network(children, spec)


def _existing_network(vpc: Vpc) -> ClusterNetwork:
    return ClusterNetwork(vpc.id, {name_part(id_, index): id_ for index, id_ in enumerate(vpc.private_subnets)})


def _new_network(children: ResourceScope, spec: EksClusterSpec) -> ClusterNetwork:
    vpc = aws.ec2.Vpc(
        children.name("vpc"),
        cidr_block=spec.network.cidr,
        # The private endpoint of the control plane is a DNS name in the network.
        enable_dns_hostnames=True,
        enable_dns_support=True,
        tags={"Name": spec.name},
        opts=children.options(),
    )
    # Removes all rules of the default security group: resources that use it by mistake have no traffic.
    aws.ec2.DefaultSecurityGroup(
        children.name("default-security-group"),
        vpc_id=vpc.id,
        tags={"Name": f"{spec.name}-unused"},
        opts=children.options(),
    )
    ranges = dict(zip(spec.zones, split_range(spec.network.cidr, len(spec.zones)), strict=True))
    internet_gateway = aws.ec2.InternetGateway(
        children.name("internet"), vpc_id=vpc.id, tags={"Name": spec.name}, opts=children.options()
    )
    public_subnets, public_routes = _create_public_subnets(children, spec, vpc, internet_gateway, ranges)
    gateways = _create_nat_gateways(children, spec, public_subnets, public_routes)
    private, tables = dict[str, pulumi.Input[str]](), list[aws.ec2.RouteTable]()
    ready: list[pulumi.Resource] = list(public_routes)
    for index, (zone, zone_ranges) in enumerate(ranges.items()):
        name = f"private-{zone}"
        subnet = _create_subnet(children, spec, vpc, zone, zone_ranges.private, "private")
        table = _create_route_table(children, spec, vpc, name)
        if gateways:
            ready.append(_create_route(children, table, name, nat_gateway_id=gateways[index % len(gateways)].id))
        ready.append(_associate(children, table, subnet, name))
        private[zone] = subnet.id
        tables.append(table)
    ready += _create_endpoints(children, spec, vpc, list(private.values()), tables)
    return ClusterNetwork(vpc.id, private, ready)


def _create_public_subnets(
    children: ResourceScope,
    spec: EksClusterSpec,
    vpc: aws.ec2.Vpc,
    internet_gateway: aws.ec2.InternetGateway,
    ranges: Mapping[str, ZoneRanges],
) -> tuple[list[aws.ec2.Subnet], list[pulumi.Resource]]:
    table = _create_route_table(children, spec, vpc, "public")
    routes: list[pulumi.Resource] = [_create_route(children, table, "public", gateway_id=internet_gateway.id)]
    subnets = []
    for zone, zone_ranges in ranges.items():
        subnet = _create_subnet(children, spec, vpc, zone, zone_ranges.public, "public")
        routes.append(_associate(children, table, subnet, f"public-{zone}"))
        subnets.append(subnet)
    return subnets, routes


def _create_subnet(
    children: ResourceScope, spec: EksClusterSpec, vpc: aws.ec2.Vpc, zone: str, cidr: str, visibility: str
) -> aws.ec2.Subnet:
    # Load balancers find their subnets by these tags: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    role_tag = {"public": "kubernetes.io/role/elb", "private": "kubernetes.io/role/internal-elb"}[visibility]
    return aws.ec2.Subnet(
        children.name(f"{visibility}-{zone}"),
        vpc_id=vpc.id,
        cidr_block=cidr,
        availability_zone=zone,
        map_public_ip_on_launch=False,
        tags={"Name": f"{spec.name}-{visibility}-{zone}", role_tag: "1"},
        opts=children.options(),
    )


def _create_route_table(
    children: ResourceScope, spec: EksClusterSpec, vpc: aws.ec2.Vpc, name: str
) -> aws.ec2.RouteTable:
    return aws.ec2.RouteTable(
        children.name(name), vpc_id=vpc.id, tags={"Name": f"{spec.name}-{name}"}, opts=children.options()
    )


def _create_route(
    children: ResourceScope,
    table: aws.ec2.RouteTable,
    name: str,
    gateway_id: pulumi.Input[str] | None = None,
    nat_gateway_id: pulumi.Input[str] | None = None,
) -> aws.ec2.Route:
    return aws.ec2.Route(
        children.name(f"{name}-out"),
        route_table_id=table.id,
        destination_cidr_block="0.0.0.0/0",
        gateway_id=gateway_id,
        nat_gateway_id=nat_gateway_id,
        opts=children.options(),
    )


def _associate(
    children: ResourceScope, table: aws.ec2.RouteTable, subnet: aws.ec2.Subnet, name: str
) -> aws.ec2.RouteTableAssociation:
    return aws.ec2.RouteTableAssociation(
        children.name(name), route_table_id=table.id, subnet_id=subnet.id, opts=children.options()
    )


def _create_nat_gateways(
    children: ResourceScope,
    spec: EksClusterSpec,
    public_subnets: Sequence[aws.ec2.Subnet],
    public_routes: Sequence[pulumi.Resource],
) -> list[aws.ec2.NatGateway]:
    count = {"none": 0, "single": 1, "zone": len(public_subnets)}[spec.network.nat]
    gateways = []
    for zone, subnet in list(zip(spec.zones, public_subnets, strict=True))[:count]:
        tags = {"Name": f"{spec.name}-{zone}"}
        address = aws.ec2.Eip(children.name(f"nat-{zone}"), domain="vpc", tags=tags, opts=children.options())
        gateways.append(
            aws.ec2.NatGateway(
                children.name(f"nat-{zone}"),
                allocation_id=address.id,
                subnet_id=subnet.id,
                tags=tags,
                opts=children.options(depends_on=public_routes),
            )
        )
    return gateways


def _create_endpoints(
    children: ResourceScope,
    spec: EksClusterSpec,
    vpc: aws.ec2.Vpc,
    subnets: Sequence[pulumi.Input[str]],
    tables: Sequence[aws.ec2.RouteTable],
) -> list[pulumi.Resource]:
    """VPC endpoints: for S3, which is free and stores image layers; without a NAT gateway, also for other services."""
    endpoints: list[pulumi.Resource] = [
        aws.ec2.VpcEndpoint(
            children.name("s3"),
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{spec.region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=[table.id for table in tables],
            tags={"Name": f"{spec.name}-s3"},
            opts=children.options(),
        )
    ]
    if spec.network.nat != "none":
        return endpoints
    group = aws.ec2.SecurityGroup(
        children.name("endpoints"),
        description="Nodes to AWS services inside the network",
        vpc_id=vpc.id,
        tags={"Name": f"{spec.name}-endpoints"},
        opts=children.options(),
    )
    endpoints.append(
        aws.vpc.SecurityGroupIngressRule(
            children.name("endpoints-https"),
            security_group_id=group.id,
            cidr_ipv4=spec.network.cidr,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            opts=children.options(),
        )
    )
    for service in _ENDPOINTS_WITHOUT_NAT:
        endpoints.append(
            aws.ec2.VpcEndpoint(
                children.name(service.replace(".", "-")),
                vpc_id=vpc.id,
                service_name=f"com.amazonaws.{spec.region}.{service}",
                vpc_endpoint_type="Interface",
                private_dns_enabled=True,
                subnet_ids=list(subnets),
                security_group_ids=[group.id],
                tags={"Name": f"{spec.name}-{service}"},
                opts=children.options(),
            )
        )
    return endpoints
