"""The way in on GKE: Google's own load balancers, made for each Ingress or Gateway."""

from components.routing import Routing
from components.workloads.routes.classes import GATEWAY_CLASSES

ROUTING = Routing(
    # GKE's controller reads the annotation, and not the field ingressClassName:
    # https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#controller_summary
    annotations={"kubernetes.io/ingress.class": "gce"},
    gateway_class=GATEWAY_CLASSES["gcp"],
)
"""https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-xlb"""
