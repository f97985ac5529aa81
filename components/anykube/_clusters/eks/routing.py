"""Ingresses, Gateways and Services on EKS: AWS load balancers of the load balancer controller or of Auto Mode."""

from collections.abc import Mapping

from anykube._clusters.cloud import Mode
from anykube._clusters.eks.platform_names import GATEWAY_CLASS, INGRESS_CLASS
from anykube._routing import IngressProfile, LoadBalancers

INGRESS_PROFILE = IngressProfile(
    ingress_class=INGRESS_CLASS,
    annotations={
        "alb.ingress.kubernetes.io/scheme": "internet-facing",
        # Targets are pods: no node ports are needed, and only ready pods receive traffic.
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
    gateway_class=GATEWAY_CLASS,
)
"""https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/"""

_TARGETS = {"service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "ip"}
_SCHEME = "service.beta.kubernetes.io/aws-load-balancer-scheme"
_STANDARD = LoadBalancers(
    # Targets are pods: no node ports are needed, and only ready pods receive traffic.
    internal={**_TARGETS, _SCHEME: "internal"},
    public={**_TARGETS, _SCHEME: "internet-facing"},
    load_balancer_class="service.k8s.aws/nlb",
)
LOAD_BALANCERS: Mapping[Mode, LoadBalancers] = {
    # https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/nlb/
    "standard": _STANDARD,
    # https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-nlb.html
    "managed": LoadBalancers(_STANDARD.internal, _STANDARD.public, "eks.amazonaws.com/nlb"),
}
