"""The control plane: private, encrypted, logged, and reached by access entries alone."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from anykube._clusters.eks.iam import MANAGED, Role, role, trust
from anykube._clusters.eks.network import ClusterNetwork
from anykube._clusters.eks.spec import EksClusterSpec
from anykube._clusters.resource_scope import ResourceScope

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
    """The cluster, and what of it others need."""

    cluster: aws.eks.Cluster
    issuer: pulumi.Output[str]
    """URL of its OIDC issuer."""


def control_plane(children: ResourceScope, spec: EksClusterSpec, network: ClusterNetwork) -> ControlPlane:
    """Makes it, with its key and its log group before it."""
    automatic = spec.mode == "managed"
    policies = [f"{MANAGED}/{name}" for name in (_AUTO if automatic else _STANDARD)]
    own = role(
        children,
        "control-plane",
        trusted=trust("eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession"),
        policies=policies,
        description=f"Control plane of the EKS cluster {spec.name}",
    )
    nodes = _auto_nodes(children, spec) if automatic else None
    key = aws.kms.Key(
        children.name("secrets"),
        description=f"Secrets of the EKS cluster {spec.name}",
        enable_key_rotation=True,
        deletion_window_in_days=30,
        opts=children.options(),
    )
    # Made before the cluster: EKS would make one that is kept for ever, and that nobody removes.
    logs = aws.cloudwatch.LogGroup(
        children.name("logs"),
        name=f"/aws/eks/{spec.name}/cluster",
        retention_in_days=spec.eks.log_days,
        opts=children.options(),
    )
    ready: list[pulumi.Resource] = [*own.ready, logs, *(nodes.ready if nodes else ())]
    cluster = aws.eks.Cluster(
        children.name("cluster"),
        name=spec.name,
        version=spec.version,
        role_arn=own.arn,
        vpc_config=_access_by_network(spec, network),
        access_config=aws.eks.ClusterAccessConfigArgs(
            authentication_mode="API", bootstrap_cluster_creator_admin_permissions=False
        ),
        encryption_config=aws.eks.ClusterEncryptionConfigArgs(
            provider=aws.eks.ClusterEncryptionConfigProviderArgs(key_arn=key.arn), resources=["secrets"]
        ),
        enabled_cluster_log_types=list(spec.eks.log_types),
        # Add-ons of EKS' own making cannot be updated by anybody; here they are add-ons from the start.
        bootstrap_self_managed_addons=False,
        upgrade_policy=aws.eks.ClusterUpgradePolicyArgs(support_type=spec.eks.support),
        deletion_protection=spec.protect,
        kubernetes_network_config=aws.eks.ClusterKubernetesNetworkConfigArgs(
            service_ipv4_cidr=spec.network.services,
            elastic_load_balancing=_switch_load_balancing(automatic),
        ),
        compute_config=_compute(nodes),
        storage_config=aws.eks.ClusterStorageConfigArgs(
            block_storage=aws.eks.ClusterStorageConfigBlockStorageArgs(enabled=automatic)
        ),
        opts=children.options(depends_on=ready, protect=spec.protect or None, timeout="60m"),
    )
    issuer = cluster.identities.apply(lambda identities: str((identities[0].oidcs or [])[0].issuer))
    return ControlPlane(cluster, issuer)


def _access_by_network(spec: EksClusterSpec, network: ClusterNetwork) -> aws.eks.ClusterVpcConfigArgs:
    return aws.eks.ClusterVpcConfigArgs(
        subnet_ids=network.subnets(()),
        endpoint_private_access=True,
        endpoint_public_access=bool(spec.api.public),
        public_access_cidrs=list(spec.api.public) or None,
    )


# The three switches of Auto Mode say the same, on and off alike, and are always said: it can be left again only so.
# https://docs.aws.amazon.com/eks/latest/userguide/auto-disable.html
def _switch_load_balancing(on: bool) -> aws.eks.ClusterKubernetesNetworkConfigElasticLoadBalancingArgs:
    return aws.eks.ClusterKubernetesNetworkConfigElasticLoadBalancingArgs(enabled=on)


def _compute(nodes: Role | None) -> aws.eks.ClusterComputeConfigArgs:
    if nodes is None:
        return aws.eks.ClusterComputeConfigArgs(enabled=False)
    return aws.eks.ClusterComputeConfigArgs(
        enabled=True, node_pools=["general-purpose", "system"], node_role_arn=nodes.arn
    )


def _auto_nodes(children: ResourceScope, spec: EksClusterSpec) -> Role:
    return role(
        children,
        "nodes",
        trusted=trust("ec2.amazonaws.com"),
        policies=[f"{MANAGED}/{name}" for name in _AUTO_NODES],
        description=f"Nodes of the EKS cluster {spec.name}",
    )


def issuer_of(children: ResourceScope, plane: ControlPlane) -> aws.iam.OpenIdConnectProvider:
    """Lets IAM trust the cluster's service accounts, for software that knows nothing of Pod Identity."""
    return aws.iam.OpenIdConnectProvider(
        children.name("issuer"), url=plane.issuer, client_id_lists=["sts.amazonaws.com"], opts=children.options()
    )
