"""EKS add-ons: those that nodes need to become ready come before them, those that need nodes after.

https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html
"""

import json
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from anykube._clusters.eks.iam import MANAGED
from anykube._clusters.eks.identity import pod_role
from anykube._clusters.resource_scope import ResourceScope

BEFORE_NODES = ("vpc-cni", "kube-proxy", "eks-pod-identity-agent")
AFTER_NODES = ("coredns", "metrics-server", "aws-ebs-csi-driver")

_CONFIGURATION = {
    # Policies of the cluster's own NetworkPolicy objects are enforced by the network plugin itself.
    "vpc-cni": {"enableNetworkPolicy": "true"},
    # Two replicas on one node, or in one zone, would fail together.
    "coredns": {"topologySpreadConstraints": [
        {
            "maxSkew": 1,
            "topologyKey": "topology.kubernetes.io/zone",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ]},
}  # fmt: skip


def addons(
    children: ResourceScope, names: Sequence[str], cluster: aws.eks.Cluster, depends_on: Sequence[pulumi.Resource]
) -> list[pulumi.Resource]:
    """These add-ons, each in the version that EKS has as its default for the cluster's: it follows an upgrade."""
    return [_addon(children, name, cluster, depends_on) for name in names]


def _addon(
    children: ResourceScope, name: str, cluster: aws.eks.Cluster, depends_on: Sequence[pulumi.Resource]
) -> aws.eks.Addon:
    version = aws.eks.get_addon_version_output(
        addon_name=name,
        kubernetes_version=cluster.version,
        opts=pulumi.InvokeOutputOptions(provider=children.provider),
    ).version
    identities, ready = [], list(depends_on)
    if name == "aws-ebs-csi-driver":
        driver = pod_role(
            children,
            "ebs-csi",
            policies=[f"{MANAGED}/AmazonEBSCSIDriverPolicyV2"],
            description="Volumes of the cluster's pods",
        )
        ready += driver.ready
        identities = [
            aws.eks.AddonPodIdentityAssociationArgs(role_arn=driver.arn, service_account="ebs-csi-controller-sa")
        ]
    return aws.eks.Addon(
        children.name(name),
        cluster_name=cluster.name,
        addon_name=name,
        addon_version=version,
        configuration_values=json.dumps(_CONFIGURATION[name]) if name in _CONFIGURATION else None,
        pod_identity_associations=identities or None,
        # Its objects go with the cluster; removed one by one before, they could fail for want of nodes.
        preserve=True,
        resolve_conflicts_on_create="OVERWRITE",
        resolve_conflicts_on_update="OVERWRITE",
        opts=children.options(depends_on=ready, timeout="20m"),
    )
