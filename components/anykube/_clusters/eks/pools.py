"""Node pools: managed node groups, each with its own launch template.

https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import pulumi
import pulumi_aws as aws

from anykube._clusters.eks.iam import MANAGED, Role, create_role, trust_policy
from anykube._clusters.eks.machines import resolve
from anykube._clusters.eks.network import ClusterNetwork
from anykube._clusters.eks.resource_scope import ResourceScope
from anykube._clusters.eks.sections import section
from anykube._clusters.eks.spec import EksClusterSpec
from anykube._clusters.machines import MachineType
from anykube._clusters.spec import NodePool

_NODE_POLICIES = (
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonEC2ContainerRegistryPullOnly",
    # Session Manager gives a shell on a node without SSH key and open port.
    "AmazonSSMManagedInstanceCore",
)
_DISK_GIB = 80
_SURGE = "33%"
_EFFECTS = {"NoSchedule": "NO_SCHEDULE", "PreferNoSchedule": "PREFER_NO_SCHEDULE", "NoExecute": "NO_EXECUTE"}

Image = Literal["AL2023", "Bottlerocket"]

_AMI_TYPES: Mapping[tuple[Image, str, bool], str] = {
    ("AL2023", "amd64", False): "AL2023_x86_64_STANDARD",
    ("AL2023", "arm64", False): "AL2023_ARM_64_STANDARD",
    ("AL2023", "amd64", True): "AL2023_x86_64_NVIDIA",
    ("AL2023", "arm64", True): "AL2023_ARM_64_NVIDIA",
    ("Bottlerocket", "amd64", False): "BOTTLEROCKET_x86_64",
    ("Bottlerocket", "arm64", False): "BOTTLEROCKET_ARM_64",
    ("Bottlerocket", "amd64", True): "BOTTLEROCKET_x86_64_NVIDIA",
    ("Bottlerocket", "arm64", True): "BOTTLEROCKET_ARM_64_NVIDIA",
}
"""https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html#AmazonEKS-Type-Nodegroup-amiType"""

_DISKS: Mapping[Image, str] = {"AL2023": "/dev/xvda", "Bottlerocket": "/dev/xvdb"}
"""Device of the disk that `disk` sizes. Bottlerocket has a separate disk for images and data of pods."""


def ami_type(pool: NodePool, machine: MachineType) -> str:
    """The EKS AMI type of a pool's nodes."""
    return _AMI_TYPES[_image(pool, machine), machine.arch, machine.gpu > 0]


def _image(pool: NodePool, machine: MachineType) -> Image:
    return section(pool).image or ("Bottlerocket" if machine.gpu else "AL2023")


def create_node_role(children: ResourceScope, spec: EksClusterSpec) -> Role:
    """Creates the role that the nodes of all pools share."""
    return create_role(
        children,
        "nodes",
        trust_policy=trust_policy("ec2.amazonaws.com"),
        policies=[f"{MANAGED}/{name}" for name in _NODE_POLICIES],
        description=f"Nodes of the EKS cluster {spec.name}",
    )


def create_pool(
    children: ResourceScope,
    name: str,
    pool: NodePool,
    spec: EksClusterSpec,
    cluster: aws.eks.Cluster,
    network: ClusterNetwork,
    node_role: Role,
    depends_on: Sequence[pulumi.Resource],
) -> aws.eks.NodeGroup:
    """Creates a node group. Changes that EKS cannot make in place create a new group before draining the old one."""
    machines = resolve(pool.machine, spot=pool.spot)
    template = _create_launch_template(children, name, pool, machines[0], spec)
    autoscaled = pool.min is not None
    return aws.eks.NodeGroup(
        children.name(name),
        cluster_name=cluster.name,
        node_group_name_prefix=f"{name}-",
        node_role_arn=node_role.arn,
        subnet_ids=network.subnets(pool.zones),
        version=cluster.version,
        ami_type=ami_type(pool, machines[0]),
        capacity_type="SPOT" if pool.spot else "ON_DEMAND",
        instance_types=[machine.name for machine in machines],
        launch_template=aws.eks.NodeGroupLaunchTemplateArgs(id=template.id, version=template.latest_version.apply(str)),
        scaling_config=scaling_config(pool),
        update_config=update_config(pool.surge or _SURGE),
        node_repair_config=aws.eks.NodeGroupNodeRepairConfigArgs(enabled=True),
        labels={"anykube.dev/pool": name, **pool.labels},
        taints=[
            aws.eks.NodeGroupTaintArgs(key=taint.key, value=taint.value or None, effect=_EFFECTS[taint.effect])
            for taint in pool.taints
        ],
        opts=children.options(
            depends_on=[*node_role.ready, *network.ready, *depends_on],
            # An autoscaler sets the size.
            ignore_changes=["scalingConfig.desiredSize"] if autoscaled else [],
            timeout="60m",
        ),
    )


def scaling_config(pool: NodePool) -> aws.eks.NodeGroupScalingConfigArgs:
    """Sizes in total over all zones. EKS requires a maximum of at least 1."""
    minimum = pool.min if pool.min is not None else pool.initial_count
    maximum = pool.max if pool.max is not None else pool.initial_count
    return aws.eks.NodeGroupScalingConfigArgs(
        min_size=minimum, desired_size=pool.initial_count, max_size=max(maximum, 1)
    )


def update_config(surge: str) -> aws.eks.NodeGroupUpdateConfigArgs:
    """Number of nodes that an upgrade replaces at a time. EKS starts as many new nodes first."""
    if surge.endswith("%"):
        return aws.eks.NodeGroupUpdateConfigArgs(max_unavailable_percentage=int(surge[:-1]))
    return aws.eks.NodeGroupUpdateConfigArgs(max_unavailable=int(surge))


def _create_launch_template(
    children: ResourceScope, name: str, pool: NodePool, machine: MachineType, spec: EksClusterSpec
) -> aws.ec2.LaunchTemplate:
    tags = {**spec.tags, "Name": f"{spec.name}-{name}"}
    return aws.ec2.LaunchTemplate(
        children.name(name),
        name_prefix=f"{spec.name}-{name}-",
        # Keep the node's credentials from pods: IMDSv2 only, with a hop limit that ends at the node.
        metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
            http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
        ),
        block_device_mappings=[
            aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
                device_name=_DISKS[_image(pool, machine)],
                ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                    volume_type="gp3",
                    volume_size=pool.disk or _DISK_GIB,
                    encrypted="true",
                    delete_on_termination="true",
                ),
            )
        ],
        # The provider's default tags apply only to the template, not to resources that EC2 creates from it.
        tag_specifications=[
            aws.ec2.LaunchTemplateTagSpecificationArgs(resource_type=kind, tags=tags)
            for kind in ("instance", "volume", "network-interface")
        ],
        update_default_version=True,
        opts=children.options(),
    )
