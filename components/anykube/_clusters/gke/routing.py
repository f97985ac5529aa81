"""Ingresses, Gateways and Services on GKE: Google Cloud load balancers, one for each Ingress or Gateway."""

from anykube._routing import IngressExtra, IngressProfile, LoadBalancers

INGRESS_PROFILE = IngressProfile(
    # GKE's controller reads the annotation, not the field ingressClassName:
    # https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#controller_summary
    annotations={"kubernetes.io/ingress.class": "gce"},
    # https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs
    certificate=IngressExtra(
        "managed-certificate",
        "networking.gke.io/managed-certificates",
        "networking.gke.io/v1",
        "ManagedCertificate",
        lambda hosts: {"domains": list(hosts)},
    ),
    # https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#https_redirect
    redirect=IngressExtra(
        "frontend-config",
        "networking.gke.io/v1beta1.FrontendConfig",
        "networking.gke.io/v1beta1",
        "FrontendConfig",
        lambda _: {"redirectToHttps": {"enabled": True, "responseCodeName": "MOVED_PERMANENTLY_DEFAULT"}},
    ),
    # https://cloud.google.com/kubernetes-engine/docs/how-to/gatewayclass-capabilities
    gateway_class="gke-l7-global-external-managed",
)
"""https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-xlb"""

LOAD_BALANCERS = LoadBalancers(
    internal={"networking.gke.io/load-balancer-type": "Internal"},
    public={"cloud.google.com/l4-rbs": "enabled"},
)
"""https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer-parameters"""
