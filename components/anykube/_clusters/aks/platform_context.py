"""`PlatformContext`: what the modules of the platform have in common."""

from dataclasses import dataclass

import pulumi
import pulumi_azure_native.resources as resources
import pulumi_kubernetes as kubernetes

from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.spec import AksClusterSpec


@dataclass(frozen=True)
class PlatformContext:
    """A cluster that is ready for objects in it."""

    children: ResourceScope
    spec: AksClusterSpec
    group: resources.ResourceGroup
    issuer: pulumi.Output[str]
    """URL of the cluster's OIDC issuer."""
    kubernetes_provider: kubernetes.Provider
