"""AKS sections of node pools and of an app's identity."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._clusters.spec import NodePool
from anykube._model import Model, OutputText, Seq


class AksPool(Model):
    """Settings of a node pool that only AKS has."""

    image: Literal["AzureLinux", "Ubuntu"] = "AzureLinux"
    """Operating system of the nodes: https://learn.microsoft.com/azure/aks/use-azure-linux"""


class AksNodePool(NodePool):
    """A node pool on AKS."""

    aks: AksPool | None = None
    """Settings that only AKS has."""


def section(pool: NodePool) -> AksPool:
    """The AKS section of a pool, or its defaults."""
    return (isinstance(pool, AksNodePool) and pool.aks) or AksPool()


class AzureRole(Model):
    """An Azure role in a scope: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles"""

    role: Annotated[str, Field(min_length=1)]
    """Name of a built-in role, such as Storage Blob Data Reader, or the GUID or ID of a role definition."""
    scope: Annotated[str, Field(pattern=r"^/subscriptions/\S+$")] | OutputText
    """Resource ID of a subscription, a resource group or a resource."""


class AzureIdentity(Model):
    """A managed identity for an app, by workload identity federation.

    https://learn.microsoft.com/azure/aks/workload-identity-overview
    """

    roles: Seq[AzureRole] = ()
    """Roles of the identity."""
