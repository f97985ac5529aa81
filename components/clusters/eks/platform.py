"""What apps find on the cluster: encrypted volumes, and an Ingress class that makes load balancers."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from components.clusters.eks.children import Children
from components.clusters.eks.controller_policy import STATEMENTS
from components.clusters.eks.identity import associate, pod_role
from components.clusters.eks.network import ClusterNetwork
from components.clusters.eks.platform_names import CHART, CHART_REPOSITORY, CHART_VERSION, INGRESS_CLASS
from components.clusters.eks.spec import EksClusterSpec
from components.kubernetes import apply

_PROVISIONERS = {"standard": "ebs.csi.aws.com", "managed": "ebs.csi.eks.amazonaws.com"}


def storage_class(mode: str) -> Mapping[str, Any]:
    """The default class: gp3, encrypted, in the zone of the pod that asks for it.

    https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html, .../create-storage-class.html
    """
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "gp3", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
        "provisioner": _PROVISIONERS[mode],
        "parameters": {"type": "gp3", "encrypted": "true"},
        "volumeBindingMode": "WaitForFirstConsumer",
        "reclaimPolicy": "Delete",
        "allowVolumeExpansion": True,
    }


def auto_ingress_class() -> Mapping[str, Any]:
    """Auto Mode's own controller: https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html"""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": {
            "name": INGRESS_CLASS,
            "annotations": {"ingressclass.kubernetes.io/is-default-class": "true"},
        },
        "spec": {"controller": "eks.amazonaws.com/alb"},
    }


def platform(
    children: Children,
    spec: EksClusterSpec,
    cluster: aws.eks.Cluster,
    network: ClusterNetwork,
    onto: kubernetes.Provider,
) -> list[pulumi.Resource]:
    """Makes both. What uses them comes after, and goes before: a load balancer left behind blocks the network's end."""
    on_cluster = pulumi.ResourceOptions(parent=children.parent, provider=onto)
    made: list[pulumi.Resource] = [apply(storage_class(spec.mode), children.name("gp3"), on_cluster)]
    if spec.mode == "managed":
        return [*made, apply(auto_ingress_class(), children.name(INGRESS_CLASS), on_cluster)]
    return [*made, *_controller(children, spec, cluster, network, onto)]


def _controller(
    children: Children,
    spec: EksClusterSpec,
    cluster: aws.eks.Cluster,
    network: ClusterNetwork,
    onto: kubernetes.Provider,
) -> Sequence[pulumi.Resource]:
    """https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/"""
    own = pod_role(children, CHART, statements=STATEMENTS, description="Load balancers of the cluster's Ingresses")
    bound = associate(children, CHART, cluster, "kube-system", CHART, own)
    release = kubernetes.helm.v3.Release(
        children.name(CHART),
        name=CHART,
        namespace="kube-system",
        chart=CHART,
        version=CHART_VERSION,
        repository_opts=kubernetes.helm.v3.RepositoryOptsArgs(
            # A mirror of one's own, or a rehearsal's stand-in.
            repo=pulumi.Config("anykube").get("chart-repository") or CHART_REPOSITORY
        ),
        values={
            "clusterName": cluster.name,
            "region": spec.region,
            "vpcId": network.vpc,
            "serviceAccount": {"create": True, "name": CHART},
            "createIngressClassResource": True,
            "ingressClass": INGRESS_CLASS,
            "ingressClassConfig": {"default": True},
            "replicaCount": 2,
            "tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}],
            "podDisruptionBudget": {"maxUnavailable": 1},
        },
        atomic=True,
        opts=pulumi.ResourceOptions(
            parent=children.parent,
            provider=onto,
            depends_on=[bound],
            custom_timeouts=pulumi.CustomTimeouts("10m", "10m", "10m"),
        ),
    )
    return [bound, release]
