"""What the parts of the platform stand on."""

from dataclasses import dataclass

import pulumi
import pulumi_azure_native.resources as resources
import pulumi_kubernetes as kubernetes

from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.spec import AksClusterSpec


@dataclass(frozen=True)
class PlatformContext:
    """A cluster that takes what is put onto it."""

    children: ResourceScope
    spec: AksClusterSpec
    group: resources.ResourceGroup
    issuer: pulumi.Output[str]
    """URL of its OIDC issuer."""
    onto: kubernetes.Provider
