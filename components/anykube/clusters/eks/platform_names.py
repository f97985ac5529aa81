"""Names that the platform and what is routed by it share; no SDK is needed to know them."""

INGRESS_CLASS = "alb"
CHART = "aws-load-balancer-controller"
CHART_VERSION = "3.1.0"
CHART_REPOSITORY = "https://aws.github.io/eks-charts"
