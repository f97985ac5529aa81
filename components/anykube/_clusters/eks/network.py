"""The cluster's network: made, private first, or one that is there."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from anykube._clusters.eks.addresses import share_out
from anykube._clusters.eks.spec import EksClusterSpec, Vpc
from anykube._clusters.resource_scope import ResourceScope, name_part

_ENDPOINTS_WITHOUT_NAT = ("ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticloadbalancing", "logs", "sts")
"""What nodes without a way out must still reach.

https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html
"""


@dataclass(frozen=True)
class ClusterNetwork:
    """Where control plane, nodes and load balancers go."""

    vpc: pulumi.Input[str]
    private: dict[str, pulumi.Input[str]]
    """Subnets of nodes, by zone; of a network that is there, by id, since its zones are not known offline."""
    ready: Sequence[pulumi.Resource] = field(default_factory=tuple)
    """What nodes need before they can join, and may lose only after they are gone: the way out."""

    def subnets(self, zones: Sequence[str]) -> list[pulumi.Input[str]]:
        """The private subnets of these zones; all, where none is named."""
        return [subnet for zone, subnet in self.private.items() if not zones or zone in zones]


def network(children: ResourceScope, spec: EksClusterSpec) -> ClusterNetwork:
    """The network of the page: the one that it names, or a new one."""
    return _there(spec.eks.vpc) if spec.eks.vpc else _made(children, spec)


def _there(vpc: Vpc) -> ClusterNetwork:
    return ClusterNetwork(vpc.id, {name_part(id_, index): id_ for index, id_ in enumerate(vpc.private_subnets)})


def _made(children: ResourceScope, spec: EksClusterSpec) -> ClusterNetwork:
    vpc = aws.ec2.Vpc(
        children.name("vpc"),
        cidr_block=spec.network.cidr,
        # The control plane's private endpoint is a name in the network.
        enable_dns_hostnames=True,
        enable_dns_support=True,
        tags={"Name": spec.name},
        opts=children.options(),
    )
    # Whatever lands in it by mistake reaches nothing and is reached by nobody.
    aws.ec2.DefaultSecurityGroup(
        children.name("default-security-group"),
        vpc_id=vpc.id,
        tags={"Name": f"{spec.name}-unused"},
        opts=children.options(),
    )
    ranges = dict(zip(spec.zones, share_out(spec.network.cidr, len(spec.zones)), strict=True))
    way_in = aws.ec2.InternetGateway(
        children.name("internet"), vpc_id=vpc.id, tags={"Name": spec.name}, opts=children.options()
    )
    public, through = _public(children, spec, vpc, way_in, {zone: of.public for zone, of in ranges.items()})
    gateways = _gateways(children, spec, public, through)
    private, tables = dict[str, pulumi.Input[str]](), list[aws.ec2.RouteTable]()
    ready: list[pulumi.Resource] = list(through)
    for index, (zone, of) in enumerate(ranges.items()):
        subnet = _subnet(children, spec, vpc, zone, of.private, "private")
        table = _table(children, spec, vpc, f"private-{zone}")
        if gateways:
            ready.append(_route(children, table, f"private-{zone}", nat_gateway_id=gateways[index % len(gateways)].id))
        ready.append(_associated(children, table, subnet, f"private-{zone}"))
        private[zone] = subnet.id
        tables.append(table)
    ready += _endpoints(children, spec, vpc, list(private.values()), tables)
    return ClusterNetwork(vpc.id, private, ready)


def _public(
    children: ResourceScope,
    spec: EksClusterSpec,
    vpc: aws.ec2.Vpc,
    way_in: aws.ec2.InternetGateway,
    ranges: dict[str, str],
) -> tuple[list[aws.ec2.Subnet], list[pulumi.Resource]]:
    table = _table(children, spec, vpc, "public")
    through: list[pulumi.Resource] = [_route(children, table, "public", gateway_id=way_in.id)]
    subnets = []
    for zone, cidr in ranges.items():
        subnet = _subnet(children, spec, vpc, zone, cidr, "public")
        through.append(_associated(children, table, subnet, f"public-{zone}"))
        subnets.append(subnet)
    return subnets, through


def _subnet(
    children: ResourceScope, spec: EksClusterSpec, vpc: aws.ec2.Vpc, zone: str, cidr: str, side: str
) -> aws.ec2.Subnet:
    # By these tags load balancers find their subnets: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    role = {"public": "kubernetes.io/role/elb", "private": "kubernetes.io/role/internal-elb"}[side]
    return aws.ec2.Subnet(
        children.name(f"{side}-{zone}"),
        vpc_id=vpc.id,
        cidr_block=cidr,
        availability_zone=zone,
        map_public_ip_on_launch=False,
        tags={"Name": f"{spec.name}-{side}-{zone}", role: "1"},
        opts=children.options(),
    )


def _table(children: ResourceScope, spec: EksClusterSpec, vpc: aws.ec2.Vpc, part: str) -> aws.ec2.RouteTable:
    return aws.ec2.RouteTable(
        children.name(part), vpc_id=vpc.id, tags={"Name": f"{spec.name}-{part}"}, opts=children.options()
    )


def _route(
    children: ResourceScope,
    table: aws.ec2.RouteTable,
    part: str,
    gateway_id: pulumi.Input[str] | None = None,
    nat_gateway_id: pulumi.Input[str] | None = None,
) -> aws.ec2.Route:
    return aws.ec2.Route(
        children.name(f"{part}-out"),
        route_table_id=table.id,
        destination_cidr_block="0.0.0.0/0",
        gateway_id=gateway_id,
        nat_gateway_id=nat_gateway_id,
        opts=children.options(),
    )


def _associated(
    children: ResourceScope, table: aws.ec2.RouteTable, subnet: aws.ec2.Subnet, part: str
) -> aws.ec2.RouteTableAssociation:
    return aws.ec2.RouteTableAssociation(
        children.name(part), route_table_id=table.id, subnet_id=subnet.id, opts=children.options()
    )


def _gateways(
    children: ResourceScope, spec: EksClusterSpec, public: Sequence[aws.ec2.Subnet], through: Sequence[pulumi.Resource]
) -> list[aws.ec2.NatGateway]:
    wanted = {"none": 0, "single": 1, "zone": len(public)}[spec.network.nat]
    gateways = []
    for zone, subnet in list(zip(spec.zones, public, strict=True))[:wanted]:
        tags = {"Name": f"{spec.name}-{zone}"}
        address = aws.ec2.Eip(children.name(f"nat-{zone}"), domain="vpc", tags=tags, opts=children.options())
        gateways.append(
            aws.ec2.NatGateway(
                children.name(f"nat-{zone}"),
                allocation_id=address.id,
                subnet_id=subnet.id,
                tags=tags,
                opts=children.options(depends_on=through),
            )
        )
    return gateways


def _endpoints(
    children: ResourceScope,
    spec: EksClusterSpec,
    vpc: aws.ec2.Vpc,
    subnets: Sequence[pulumi.Input[str]],
    tables: Sequence[aws.ec2.RouteTable],
) -> list[pulumi.Resource]:
    """S3 costs nothing and holds the images' layers; without a way out nodes need the other services inside, too."""
    made: list[pulumi.Resource] = [
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
        return made
    group = aws.ec2.SecurityGroup(
        children.name("endpoints"),
        description="Nodes to AWS services inside the network",
        vpc_id=vpc.id,
        tags={"Name": f"{spec.name}-endpoints"},
        opts=children.options(),
    )
    made.append(
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
        made.append(
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
    return made
