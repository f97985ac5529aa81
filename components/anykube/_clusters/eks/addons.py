"""EKS add-ons. Some must exist before nodes can become ready, others need nodes to run.

https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html
"""

import json
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from anykube._clusters.eks.iam import MANAGED
from anykube._clusters.eks.identity import create_pod_role
from anykube._clusters.eks.resource_scope import ResourceScope

BEFORE_NODES = ("vpc-cni", "kube-proxy", "eks-pod-identity-agent")
AFTER_NODES = ("coredns", "metrics-server", "aws-ebs-csi-driver")

_CONFIGURATION = {
    # The network plugin enforces NetworkPolicy objects itself.
    "vpc-cni": {"enableNetworkPolicy": "true"},
    # Spread replicas over zones, so that they do not fail together.
    "coredns": {"topologySpreadConstraints": [
        {
            "maxSkew": 1,
            "topologyKey": "topology.kubernetes.io/zone",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ]},
}  # fmt: skip


def create_addons(
    children: ResourceScope, names: Sequence[str], cluster: aws.eks.Cluster, depends_on: Sequence[pulumi.Resource]
) -> list[pulumi.Resource]:
    """Creates add-ons, each in the default version for the cluster's Kubernetes version, also after an upgrade."""
    return [_create_addon(children, name, cluster, depends_on) for name in names]


def _create_addon(
    children: ResourceScope, name: str, cluster: aws.eks.Cluster, depends_on: Sequence[pulumi.Resource]
) -> aws.eks.Addon:
    version = aws.eks.get_addon_version_output(
        addon_name=name,
        kubernetes_version=cluster.version,
        opts=pulumi.InvokeOutputOptions(provider=children.provider),
    ).version
    associations, dependencies = [], list(depends_on)
    if name == "aws-ebs-csi-driver":
        role = create_pod_role(
            children,
            "ebs-csi",
            policies=[f"{MANAGED}/AmazonEBSCSIDriverPolicyV2"],
            description="Volumes of the cluster's pods",
        )
        dependencies += role.ready
        associations = [
            aws.eks.AddonPodIdentityAssociationArgs(role_arn=role.arn, service_account="ebs-csi-controller-sa")
        ]
    return aws.eks.Addon(
        children.name(name),
        cluster_name=cluster.name,
        addon_name=name,
        addon_version=version,
        configuration_values=_configuration(name, cluster),
        pod_identity_associations=associations or None,
        # Keep its objects until the cluster is deleted. Deleting them earlier could fail without nodes.
        preserve=True,
        resolve_conflicts_on_create="OVERWRITE",
        resolve_conflicts_on_update="OVERWRITE",
        opts=children.options(depends_on=dependencies, timeout="20m"),
    )


def _configuration(name: str, cluster: aws.eks.Cluster) -> pulumi.Input[str] | None:
    """The values of an add-on as JSON; None for its defaults.

    Volumes outlive the cluster if their claim does. By default, no tag of a volume names the cluster:
    https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/tagging.md
    """
    if name == "aws-ebs-csi-driver":
        tags = {"anykube:cluster": cluster.name, "anykube:stack": pulumi.get_stack()}
        return pulumi.Output.json_dumps({"controller": {"extraVolumeTags": tags}})
    return json.dumps(_CONFIGURATION[name]) if name in _CONFIGURATION else None
