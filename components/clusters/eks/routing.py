"""The way in on EKS: Application Load Balancers, made by the load balancer controller or Auto Mode's own."""

from components.clusters.eks.platform_names import INGRESS_CLASS
from components.routing import IngressProfile
from components.workloads.routes.classes import GATEWAY_CLASSES

ROUTING = IngressProfile(
    ingress_class=INGRESS_CLASS,
    annotations={
        "alb.ingress.kubernetes.io/scheme": "internet-facing",
        # Straight to the pods: no node port, and a pod that is not ready gets nothing.
        "alb.ingress.kubernetes.io/target-type": "ip",
    },
    tls_annotations={
        "alb.ingress.kubernetes.io/listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]',
        "alb.ingress.kubernetes.io/ssl-policy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    },
    redirect_annotations={"alb.ingress.kubernetes.io/ssl-redirect": "443"},
    split_annotation="alb.ingress.kubernetes.io/actions.",
    # https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/cert_discovery/
    finds_certificates=True,
    gateway_class=GATEWAY_CLASSES["aws"],
)
"""https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/"""
