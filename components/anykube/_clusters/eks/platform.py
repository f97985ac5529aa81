"""What apps find on the cluster: encrypted volumes, and classes of Ingress and Gateway that make load balancers."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from anykube._clusters.eks.controller_policy import STATEMENTS
from anykube._clusters.eks.identity import associate, pod_role
from anykube._clusters.eks.network import ClusterNetwork
from anykube._clusters.eks.platform_names import CHART, CHART_REPOSITORY, CHART_VERSION, GATEWAY_CLASS, INGRESS_CLASS
from anykube._clusters.eks.routing import INGRESS_PROFILE
from anykube._clusters.eks.spec import EksClusterSpec
from anykube._clusters.resource_scope import ResourceScope
from anykube._kubernetes import apply

_NAMESPACE = "kube-system"
_FOR_GATEWAYS: Mapping[str, Any] = {
    # https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.1/guide/gateway/gateway/
    "controllerConfig": {"featureGates": {"ALBGatewayAPI": True}},
    # Straight to the pods, as for Ingresses.
    "defaultTargetType": "ip",
}
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


def auto_network_policies() -> Mapping[str, Any]:
    """Auto Mode takes NetworkPolicies from the start, and enforces none before it is asked to.

    https://docs.aws.amazon.com/eks/latest/userguide/auto-net-pol.html
    """
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "amazon-vpc-cni", "namespace": _NAMESPACE},
        "data": {"enable-network-policy-controller": "true"},
    }


def gateway_class() -> Sequence[Mapping[str, Any]]:
    """The class, and what its load balancers are: reached by the internet, with the TLS policy that Ingresses have.

    https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/loadbalancerconfig/
    """
    own = {"group": "gateway.k8s.aws", "kind": "LoadBalancerConfiguration", "name": GATEWAY_CLASS}
    policy = INGRESS_PROFILE.tls_annotations["alb.ingress.kubernetes.io/ssl-policy"]
    configuration = {
        "apiVersion": "gateway.k8s.aws/v1beta1",
        "kind": own["kind"],
        "metadata": {"name": own["name"], "namespace": _NAMESPACE},
        "spec": {
            "scheme": INGRESS_PROFILE.annotations["alb.ingress.kubernetes.io/scheme"],
            "listenerConfigurations": [{"protocolPort": "HTTPS:443", "sslPolicy": policy}],
        },
    }
    return [
        configuration,
        {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "GatewayClass",
            "metadata": {"name": GATEWAY_CLASS},
            "spec": {
                "controllerName": "gateway.k8s.aws/alb",
                "parametersRef": {**own, "namespace": _NAMESPACE},
            },
        },
    ]


def platform(
    children: ResourceScope,
    spec: EksClusterSpec,
    cluster: aws.eks.Cluster,
    network: ClusterNetwork,
    onto: kubernetes.Provider,
    definitions: Sequence[Mapping[str, Any]] = (),
) -> list[pulumi.Resource]:
    """Makes all of it. What uses it comes after, and goes before: a load balancer left behind blocks the network's end.

    `definitions`: the Gateway API's, where the cluster is to have it.
    """
    on_cluster = pulumi.ResourceOptions(parent=children.parent, provider=onto)
    made: list[pulumi.Resource] = [apply(storage_class(spec.mode), children.name("gp3"), on_cluster)]
    if spec.mode == "managed":
        return [
            *made,
            apply(auto_ingress_class(), children.name(INGRESS_CLASS), on_cluster),
            apply(auto_network_policies(), children.name("network-policies"), on_cluster),
        ]
    # Apps of other stacks may use them, and would go with them. The cluster's end takes them along.
    kept = pulumi.ResourceOptions.merge(on_cluster, pulumi.ResourceOptions(retain_on_delete=True))
    defined = [apply(one, children.name(f"crd-{one['spec']['names']['plural']}"), kept) for one in definitions]
    made += [*defined, *_controller(children, spec, cluster, network, onto, defined)]
    if spec.gateway_api:
        # The chart brings the definition of the one, and the controller looks after the other.
        after = pulumi.ResourceOptions.merge(on_cluster, pulumi.ResourceOptions(depends_on=list(made)))
        made += [apply(one, children.name(f"{one['kind']}-{GATEWAY_CLASS}"), after) for one in gateway_class()]
    return made


def _controller(
    children: ResourceScope,
    spec: EksClusterSpec,
    cluster: aws.eks.Cluster,
    network: ClusterNetwork,
    onto: kubernetes.Provider,
    defined: Sequence[pulumi.Resource],
) -> Sequence[pulumi.Resource]:
    """https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/"""
    own = pod_role(children, CHART, statements=STATEMENTS, description="Load balancers of the cluster's Ingresses")
    bound = associate(children, CHART, cluster, _NAMESPACE, CHART, own)
    release = kubernetes.helm.v3.Release(
        children.name(CHART),
        name=CHART,
        namespace=_NAMESPACE,
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
            **(_FOR_GATEWAYS if spec.gateway_api else {}),
        },
        atomic=True,
        opts=pulumi.ResourceOptions(
            parent=children.parent,
            provider=onto,
            depends_on=[bound, *defined],
            custom_timeouts=pulumi.CustomTimeouts("10m", "10m", "10m"),
        ),
    )
    return [bound, release]
