"""What an AKS cluster is asked to be."""

from typing import Annotated, Literal

from pydantic import Field

from components.clusters.managed import ManagedCluster
from components.model import Model
from components.names import Cidr


class AksOptions(Model):
    """What only AKS has."""

    subnet: Annotated[str, Field(pattern=r"^/subscriptions/\S+/subnets/[^/\s]+$")] | None = None
    """Resource id of a subnet that is there, for nodes, instead of a network that is made."""
    pods: Cidr = "10.244.0.0/16"
    """Range of pods, /9 to /20: an overlay, beside the network's and the Services'. A node takes a /24 of it.

    https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay
    """
    tier: Literal["Free", "Standard", "Premium"] = "Standard"
    """Standard: with a service level; Premium: with long-term support.

    https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers
    """


class AksClusterSpec(ManagedCluster):
    """Azure Kubernetes Service, private and encrypted unless told otherwise."""

    cloud: Literal["azure"]
    aks: AksOptions = AksOptions()
    """What only AKS has."""
