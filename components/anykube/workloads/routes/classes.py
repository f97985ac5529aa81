"""The classes of Gateways that are made for apps, by cloud."""

from collections.abc import Mapping

GATEWAY_CLASSES: Mapping[str, str] = {
    # The controller's is `gateway.k8s.aws/alb`, and the class that names it is ours:
    # https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/l7gateway/
    "aws": "alb",
    # https://cloud.google.com/kubernetes-engine/docs/how-to/gatewayclass-capabilities
    "gcp": "gke-l7-global-external-managed",
    # https://learn.microsoft.com/azure/aks/app-routing-gateway-api
    "azure": "approuting-istio",
    # Of operations/anykube_cli/kubernetes/gateways.py, whose Gateways have an address and serve nobody.
    "local": "simulated",
}
