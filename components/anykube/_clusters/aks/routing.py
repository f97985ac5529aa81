"""Ingresses, Gateways and Services on AKS, by the cluster's mode. Imports no SDK.

Azure's support for NGINX, the Ingress class `webapprouting.kubernetes.azure.com` of application routing, ends in
November 2026. Microsoft names two successors, and Anykube uses both:
https://learn.microsoft.com/azure/aks/app-routing-nginx-to-gateway-api-migration

- AKS Automatic has application routing with the Gateway API, class `approuting-istio`, from Kubernetes 1.36.
  https://learn.microsoft.com/azure/aks/app-routing-gateway-api
- In standard mode, the field `ingressProfile.gatewayAPI` enables application routing, but API version 2025-09-01, which
  azure-native 3.29 has, lacks it. So standard mode uses Application Gateway for Containers, which supports Ingresses
  and Gateways: https://learn.microsoft.com/azure/application-gateway/for-containers/overview
"""

from collections.abc import Mapping

from anykube._clusters.cloud import Mode
from anykube._routing import IngressProfile, LoadBalancers

INGRESS_CLASS = "azure-alb-external"
"""Ingress class of Application Gateway for Containers. Its Gateway class has the same name."""

ALB_NAME, ALB_NAMESPACE = "anykube", "azure-alb-system"
"""Name and namespace of the cluster's ApplicationLoadBalancer."""

ISSUER = "anykube"
"""Name of the ClusterIssuer for routes with `issuer: cluster`."""

_LOAD_BALANCER = {
    "alb.networking.azure.io/alb-name": ALB_NAME,
    "alb.networking.azure.io/alb-namespace": ALB_NAMESPACE,
}
"""https://learn.microsoft.com/azure/application-gateway/for-containers/how-to-ssl-offloading-ingress-api"""

INGRESS_PROFILES: Mapping[Mode, IngressProfile] = {
    "standard": IngressProfile(
        ingress_class=INGRESS_CLASS,
        annotations=_LOAD_BALANCER,
        gateway_annotations=_LOAD_BALANCER,
        gateway_class=INGRESS_CLASS,
        cluster_issuer=ISSUER,
    ),
    "managed": IngressProfile(gateway_class="approuting-istio", cluster_issuer=ISSUER, via="gateway"),
}

LOAD_BALANCERS = LoadBalancers(internal={"service.beta.kubernetes.io/azure-load-balancer-internal": "true"})
"""https://learn.microsoft.com/azure/aks/internal-lb"""
