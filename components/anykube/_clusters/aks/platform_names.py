"""Helm charts of the platform, with versions."""

ALB_CHART = "alb-controller"
ALB_REPOSITORY = "oci://mcr.microsoft.com/application-lb/charts"
ALB_VERSION = "1.12.2"

CERTIFICATES_CHART = "cert-manager"
CERTIFICATES_REPOSITORY = "https://charts.jetstack.io"
CERTIFICATES_VERSION = "v1.21.0"
