"""Names in the cluster that the platform and routing share. Imports no SDK."""

INGRESS_CLASS = "alb"
GATEWAY_CLASS = "alb"
"""Anykube's name for the class of the controller `gateway.k8s.aws/alb`:
https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/l7gateway/
"""

CHART = "aws-load-balancer-controller"
CHART_VERSION = "3.1.0"
CHART_REPOSITORY = "https://aws.github.io/eks-charts"
