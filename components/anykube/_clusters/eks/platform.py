"""Objects in the cluster for apps: storage class, Ingress class, Gateway class and load balancer controller."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from anykube._clusters.eks.access import review_permissions
from anykube._clusters.eks.controller_policy import STATEMENTS
from anykube._clusters.eks.identity import create_pod_identity_association, create_pod_role
from anykube._clusters.eks.network import ClusterNetwork
from anykube._clusters.eks.platform_names import CHART, CHART_REPOSITORY, CHART_VERSION, GATEWAY_CLASS, INGRESS_CLASS
from anykube._clusters.eks.resource_scope import ResourceScope
from anykube._clusters.eks.routing import INGRESS_PROFILE
from anykube._clusters.eks.spec import EksClusterSpec
from anykube._kubernetes import apply

_NAMESPACE = "kube-system"
_GATEWAY_VALUES: Mapping[str, Any] = {
    # https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.1/guide/gateway/gateway/
    "controllerConfig": {"featureGates": {"ALBGatewayAPI": True}},
    # Targets are pods, as for Ingresses.
    "defaultTargetType": "ip",
}
_PROVISIONERS = {"standard": "ebs.csi.aws.com", "managed": "ebs.csi.eks.amazonaws.com"}


def storage_class(mode: str) -> Mapping[str, Any]:
    """The default storage class: encrypted gp3 volumes, in the zone of the pod.

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
    """The Ingress class of Auto Mode: https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html"""
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
    """Makes Auto Mode enforce NetworkPolicies. By default it accepts them, but does not enforce them.

    https://docs.aws.amazon.com/eks/latest/userguide/auto-net-pol.html
    """
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "amazon-vpc-cni", "namespace": _NAMESPACE},
        "data": {"enable-network-policy-controller": "true"},
    }


def gateway_class() -> Sequence[Mapping[str, Any]]:
    """The Gateway class, and its configuration: internet-facing, with the same TLS policy as Ingresses.

    https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/loadbalancerconfig/
    """
    reference = {"group": "gateway.k8s.aws", "kind": "LoadBalancerConfiguration", "name": GATEWAY_CLASS}
    policy = INGRESS_PROFILE.tls_annotations["alb.ingress.kubernetes.io/ssl-policy"]
    configuration = {
        "apiVersion": "gateway.k8s.aws/v1beta1",
        "kind": reference["kind"],
        "metadata": {"name": reference["name"], "namespace": _NAMESPACE},
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
                "parametersRef": {**reference, "namespace": _NAMESPACE},
            },
        },
    ]


def install_platform(
    children: ResourceScope,
    spec: EksClusterSpec,
    cluster: aws.eks.Cluster,
    network: ClusterNetwork,
    provider: kubernetes.Provider,
    gateway_crds: Sequence[Mapping[str, Any]] = (),
) -> list[pulumi.Resource]:
    """Creates all of it. `gateway_crds`: definitions of the Gateway API, with `gateway_api`.

    Create apps after these objects and delete them before; otherwise a load balancer can block the deletion of the
    network.
    """
    opts = pulumi.ResourceOptions(parent=children.parent, provider=provider)
    objects: list[pulumi.Resource] = [
        apply(manifest, children.name(name), opts)
        for name, manifest in (("gp3", storage_class(spec.mode)), *review_permissions(spec))
    ]
    if spec.mode == "managed":
        return [
            *objects,
            apply(auto_ingress_class(), children.name(INGRESS_CLASS), opts),
            apply(auto_network_policies(), children.name("network-policies"), opts),
        ]
    # Apps of other stacks may use the definitions, and would be deleted with them. The cluster's deletion removes them.
    retained = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(retain_on_delete=True))
    crds = [apply(crd, children.name(f"crd-{crd['spec']['names']['plural']}"), retained) for crd in gateway_crds]
    objects += [*crds, *_install_load_balancer_controller(children, spec, cluster, network, provider, crds)]
    if spec.gateway_api:
        # The chart has the definition of LoadBalancerConfiguration, and the controller handles the GatewayClass.
        after = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=list(objects)))
        objects += [
            apply(manifest, children.name(f"{manifest['kind']}-{GATEWAY_CLASS}"), after) for manifest in gateway_class()
        ]
    return objects


def _install_load_balancer_controller(
    children: ResourceScope,
    spec: EksClusterSpec,
    cluster: aws.eks.Cluster,
    network: ClusterNetwork,
    provider: kubernetes.Provider,
    crds: Sequence[pulumi.Resource],
) -> Sequence[pulumi.Resource]:
    """https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/"""
    role = create_pod_role(
        children, CHART, statements=STATEMENTS, description="Load balancers of the cluster's Ingresses"
    )
    association = create_pod_identity_association(children, CHART, cluster, _NAMESPACE, CHART, role)
    release = kubernetes.helm.v3.Release(
        children.name(CHART),
        name=CHART,
        namespace=_NAMESPACE,
        chart=CHART,
        version=CHART_VERSION,
        repository_opts=kubernetes.helm.v3.RepositoryOptsArgs(
            # Your own mirror, or the local chart repository of a rehearsal.
            repo=pulumi.Config("anykube").get("chart-repository") or CHART_REPOSITORY
        ),
        values={
            "clusterName": cluster.name,
            "region": spec.region,
            "vpcId": network.vpc,
            # They prove to a sweep whose load balancer it is: other clusters of this name may use the same network.
            "defaultTags": {"anykube:cluster": cluster.name, "anykube:stack": pulumi.get_stack()},
            "serviceAccount": {"create": True, "name": CHART},
            "createIngressClassResource": True,
            "ingressClass": INGRESS_CLASS,
            "ingressClassConfig": {"default": True},
            "replicaCount": 2,
            "tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}],
            "podDisruptionBudget": {"maxUnavailable": 1},
            **(_GATEWAY_VALUES if spec.gateway_api else {}),
        },
        atomic=True,
        opts=pulumi.ResourceOptions(
            parent=children.parent,
            provider=provider,
            depends_on=[association, *crds],
            custom_timeouts=pulumi.CustomTimeouts("10m", "10m", "10m"),
        ),
    )
    return [association, release]
