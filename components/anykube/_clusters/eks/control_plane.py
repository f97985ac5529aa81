"""The control plane: private, encrypted and logged. Access is granted only by access entries."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from anykube._clusters.eks.iam import MANAGED, Role, create_role, trust_policy
from anykube._clusters.eks.network import ClusterNetwork
from anykube._clusters.eks.resource_scope import ResourceScope
from anykube._clusters.eks.spec import EksClusterSpec

_STANDARD = ("AmazonEKSClusterPolicy",)
_AUTO = (
    "AmazonEKSClusterPolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
)
"""https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html"""
_AUTO_NODES = ("AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly")
"""https://docs.aws.amazon.com/eks/latest/userguide/auto-create-node-role.html"""


@dataclass(frozen=True)
class ControlPlane:
    """An EKS cluster and its OIDC issuer."""

    cluster: aws.eks.Cluster
    issuer: pulumi.Output[str]
    """URL of the OIDC issuer."""


def create_control_plane(children: ResourceScope, spec: EksClusterSpec, network: ClusterNetwork) -> ControlPlane:
    """Creates the cluster, after its key and its log group."""
    auto_mode = spec.mode == "managed"
    policies = [f"{MANAGED}/{name}" for name in (_AUTO if auto_mode else _STANDARD)]
    role = create_role(
        children,
        "control-plane",
        trust_policy=trust_policy("eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession"),
        policies=policies,
        description=f"Control plane of the EKS cluster {spec.name}",
    )
    nodes = _create_auto_mode_node_role(children, spec) if auto_mode else None
    key = aws.kms.Key(
        children.name("secrets"),
        description=f"Secrets of the EKS cluster {spec.name}",
        enable_key_rotation=True,
        deletion_window_in_days=30,
        opts=children.options(),
    )
    # Create the log group before the cluster. EKS would create one that keeps logs forever and is never deleted.
    logs = aws.cloudwatch.LogGroup(
        children.name("logs"),
        name=f"/aws/eks/{spec.name}/cluster",
        retention_in_days=spec.eks.log_days,
        opts=children.options(),
    )
    ready: list[pulumi.Resource] = [*role.ready, logs, *(nodes.ready if nodes else ())]
    cluster = aws.eks.Cluster(
        children.name("cluster"),
        name=spec.name,
        version=spec.version,
        role_arn=role.arn,
        vpc_config=_vpc_config(spec, network),
        access_config=aws.eks.ClusterAccessConfigArgs(
            authentication_mode="API", bootstrap_cluster_creator_admin_permissions=False
        ),
        encryption_config=aws.eks.ClusterEncryptionConfigArgs(
            provider=aws.eks.ClusterEncryptionConfigProviderArgs(key_arn=key.arn), resources=["secrets"]
        ),
        enabled_cluster_log_types=list(spec.eks.log_types),
        # EKS never updates add-ons that it bootstraps. `create_addons` creates EKS add-ons instead.
        bootstrap_self_managed_addons=False,
        upgrade_policy=aws.eks.ClusterUpgradePolicyArgs(support_type=spec.eks.support),
        deletion_protection=spec.protect,
        kubernetes_network_config=aws.eks.ClusterKubernetesNetworkConfigArgs(
            service_ipv4_cidr=spec.network.services,
            elastic_load_balancing=_load_balancing_config(auto_mode),
        ),
        compute_config=_compute_config(nodes),
        storage_config=aws.eks.ClusterStorageConfigArgs(
            block_storage=aws.eks.ClusterStorageConfigBlockStorageArgs(enabled=auto_mode)
        ),
        opts=children.options(depends_on=ready, protect=spec.protect or None, timeout="60m"),
    )
    issuer = cluster.identities.apply(lambda identities: str((identities[0].oidcs or [])[0].issuer))
    return ControlPlane(cluster, issuer)


def _vpc_config(spec: EksClusterSpec, network: ClusterNetwork) -> aws.eks.ClusterVpcConfigArgs:
    return aws.eks.ClusterVpcConfigArgs(
        subnet_ids=network.subnets(()),
        endpoint_private_access=True,
        endpoint_public_access=bool(spec.api.public),
        public_access_cidrs=list(spec.api.public) or None,
    )


# The three switches of Auto Mode must agree. Always set them, also to false: otherwise Auto Mode cannot be disabled.
# https://docs.aws.amazon.com/eks/latest/userguide/auto-disable.html
def _load_balancing_config(auto_mode: bool) -> aws.eks.ClusterKubernetesNetworkConfigElasticLoadBalancingArgs:
    return aws.eks.ClusterKubernetesNetworkConfigElasticLoadBalancingArgs(enabled=auto_mode)


def _compute_config(nodes: Role | None) -> aws.eks.ClusterComputeConfigArgs:
    if nodes is None:
        return aws.eks.ClusterComputeConfigArgs(enabled=False)
    return aws.eks.ClusterComputeConfigArgs(
        enabled=True, node_pools=["general-purpose", "system"], node_role_arn=nodes.arn
    )


def _create_auto_mode_node_role(children: ResourceScope, spec: EksClusterSpec) -> Role:
    return create_role(
        children,
        "nodes",
        trust_policy=trust_policy("ec2.amazonaws.com"),
        policies=[f"{MANAGED}/{name}" for name in _AUTO_NODES],
        description=f"Nodes of the EKS cluster {spec.name}",
    )


def create_oidc_provider(children: ResourceScope, plane: ControlPlane) -> aws.iam.OpenIdConnectProvider:
    """Creates an OIDC provider: IAM trusts the cluster's service accounts, for software without EKS Pod Identity."""
    return aws.iam.OpenIdConnectProvider(
        children.name("issuer"), url=plane.issuer, client_id_lists=["sts.amazonaws.com"], opts=children.options()
    )
