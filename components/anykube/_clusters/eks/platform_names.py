"""Names that the platform and what is routed by it share; no SDK is needed to know them."""

INGRESS_CLASS = "alb"
GATEWAY_CLASS = "alb"
"""The controller's is `gateway.k8s.aws/alb`, and the class that names it is ours:
https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/l7gateway/
"""

CHART = "aws-load-balancer-controller"
CHART_VERSION = "3.1.0"
CHART_REPOSITORY = "https://aws.github.io/eks-charts"
