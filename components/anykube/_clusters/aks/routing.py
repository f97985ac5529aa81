"""The way in on AKS, by the cluster's mode. No SDK is needed to know it.

Application routing's Ingress class `webapprouting.kubernetes.azure.com` is NGINX, whose support by Azure ends with
November 2026; nothing new is built on it. Microsoft names two successors, and each is used where it can be had:
https://learn.microsoft.com/azure/aks/app-routing-nginx-to-gateway-api-migration

- AKS Automatic has application routing with the Gateway API, class `approuting-istio`, by itself from Kubernetes 1.36.
  https://learn.microsoft.com/azure/aks/app-routing-gateway-api
- In standard mode that is switched on by `ingressProfile.gatewayAPI`, which API version 2025-09-01, the one that
  azure-native 3.29 has, does not know. So it is the other one, Application Gateway for Containers, which takes
  Ingresses and Gateways: https://learn.microsoft.com/azure/application-gateway/for-containers/overview
"""

from collections.abc import Mapping

from anykube._clusters.cloud import Mode
from anykube._routing import IngressProfile, LoadBalancers

INGRESS_CLASS = "azure-alb-external"
"""Of Application Gateway for Containers; its Gateways have a class of the same name."""

ALB_NAME, ALB_NAMESPACE = "anykube", "azure-alb-system"
"""The cluster's load balancer, as an object in it."""

ISSUER = "anykube"
"""The ClusterIssuer that signs for `issuer: cluster`."""

_BALANCER = {
    "alb.networking.azure.io/alb-name": ALB_NAME,
    "alb.networking.azure.io/alb-namespace": ALB_NAMESPACE,
}
"""https://learn.microsoft.com/azure/application-gateway/for-containers/how-to-ssl-offloading-ingress-api"""

INGRESS_PROFILES: Mapping[Mode, IngressProfile] = {
    "standard": IngressProfile(
        ingress_class=INGRESS_CLASS,
        annotations=_BALANCER,
        gateway_annotations=_BALANCER,
        gateway_class=INGRESS_CLASS,
        cluster_issuer=ISSUER,
    ),
    "managed": IngressProfile(gateway_class="approuting-istio", cluster_issuer=ISSUER, via="gateway"),
}
"""By mode."""

LOAD_BALANCERS = LoadBalancers(internal={"service.beta.kubernetes.io/azure-load-balancer-internal": "true"})
"""https://learn.microsoft.com/azure/aks/internal-lb"""
