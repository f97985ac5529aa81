"""Node pools: managed node groups, each with a launch template of its own.

https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import pulumi
import pulumi_aws as aws

from anykube._clusters.eks.iam import MANAGED, Role, role, trust
from anykube._clusters.eks.machines import resolve
from anykube._clusters.eks.network import ClusterNetwork
from anykube._clusters.eks.sections import section
from anykube._clusters.eks.spec import EksClusterSpec
from anykube._clusters.machines import MachineType
from anykube._clusters.resource_scope import ResourceScope
from anykube._clusters.spec import NodePool

_NODE_POLICIES = (
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonEC2ContainerRegistryPullOnly",
    # A shell on a node goes through Session Manager: no key, no open port.
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
"""The disk that grows with `disk`: Bottlerocket keeps images and pods' data apart from itself."""


def ami_type(pool: NodePool, machine: MachineType) -> str:
    """EKS' name for the image of a pool's nodes."""
    return _AMI_TYPES[_image(pool, machine), machine.arch, machine.gpu > 0]


def _image(pool: NodePool, machine: MachineType) -> Image:
    asked = section(pool).image
    return asked or ("Bottlerocket" if machine.gpu else "AL2023")


def node_role(children: ResourceScope, spec: EksClusterSpec) -> Role:
    """The one role of all pools' nodes."""
    return role(
        children,
        "nodes",
        trusted=trust("ec2.amazonaws.com"),
        policies=[f"{MANAGED}/{name}" for name in _NODE_POLICIES],
        description=f"Nodes of the EKS cluster {spec.name}",
    )


def pool(
    children: ResourceScope,
    name: str,
    asked: NodePool,
    spec: EksClusterSpec,
    cluster: aws.eks.Cluster,
    network: ClusterNetwork,
    nodes: Role,
    depends_on: Sequence[pulumi.Resource],
) -> aws.eks.NodeGroup:
    """A pool. What cannot change in place makes a new group, under a new name, before the old one is drained."""
    machines = resolve(asked.machine, spot=asked.spot)
    template = _template(children, name, asked, machines[0], spec)
    owned = asked.min is not None
    return aws.eks.NodeGroup(
        children.name(name),
        cluster_name=cluster.name,
        node_group_name_prefix=f"{name}-",
        node_role_arn=nodes.arn,
        subnet_ids=network.subnets(asked.zones),
        version=cluster.version,
        ami_type=ami_type(asked, machines[0]),
        capacity_type="SPOT" if asked.spot else "ON_DEMAND",
        instance_types=[machine.name for machine in machines],
        launch_template=aws.eks.NodeGroupLaunchTemplateArgs(id=template.id, version=template.latest_version.apply(str)),
        scaling_config=scaling(asked),
        update_config=exchanged(asked.surge or _SURGE),
        node_repair_config=aws.eks.NodeGroupNodeRepairConfigArgs(enabled=True),
        labels={"anykube.dev/pool": name, **asked.labels},
        taints=[
            aws.eks.NodeGroupTaintArgs(key=taint.key, value=taint.value or None, effect=_EFFECTS[taint.effect])
            for taint in asked.taints
        ],
        opts=children.options(
            depends_on=[*nodes.ready, *network.ready, *depends_on],
            # Where an autoscaler owns the size, that is no drift.
            ignore_changes=["scalingConfig.desiredSize"] if owned else [],
            timeout="60m",
        ),
    )


def scaling(asked: NodePool) -> aws.eks.NodeGroupScalingConfigArgs:
    """Sizes in total over all zones. EKS wants a largest size of 1 at least."""
    low = asked.min if asked.min is not None else asked.initial_count
    high = asked.max if asked.max is not None else asked.initial_count
    return aws.eks.NodeGroupScalingConfigArgs(min_size=low, desired_size=asked.initial_count, max_size=max(high, 1))


def exchanged(surge: str) -> aws.eks.NodeGroupUpdateConfigArgs:
    """How many nodes an upgrade takes at once; EKS starts that many new ones before."""
    if surge.endswith("%"):
        return aws.eks.NodeGroupUpdateConfigArgs(max_unavailable_percentage=int(surge[:-1]))
    return aws.eks.NodeGroupUpdateConfigArgs(max_unavailable=int(surge))


def _template(
    children: ResourceScope, name: str, asked: NodePool, machine: MachineType, spec: EksClusterSpec
) -> aws.ec2.LaunchTemplate:
    tags = {**spec.tags, "Name": f"{spec.name}-{name}"}
    return aws.ec2.LaunchTemplate(
        children.name(name),
        name_prefix=f"{spec.name}-{name}-",
        # Pods must not take the node's credentials: version 2 only, and one hop, which ends in the node itself.
        metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
            http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
        ),
        block_device_mappings=[
            aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
                device_name=_DISKS[_image(asked, machine)],
                ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                    volume_type="gp3",
                    volume_size=asked.disk or _DISK_GIB,
                    encrypted="true",
                    delete_on_termination="true",
                ),
            )
        ],
        # Tags of the provider reach the template, not what is made from it.
        tag_specifications=[
            aws.ec2.LaunchTemplateTagSpecificationArgs(resource_type=kind, tags=tags)
            for kind in ("instance", "volume", "network-interface")
        ],
        update_default_version=True,
        opts=children.options(),
    )
