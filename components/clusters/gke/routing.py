"""The way in on GKE: Google's own load balancers, made for each Ingress or Gateway."""

from components.routing import IngressExtra, IngressProfile
from components.workloads.routes.classes import GATEWAY_CLASSES

ROUTING = IngressProfile(
    # GKE's controller reads the annotation, and not the field ingressClassName:
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
    gateway_class=GATEWAY_CLASSES["gcp"],
)
"""https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-xlb"""
