"""The sections that only AKS has, of node pools and of an app's identity."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._clusters.spec import NodePool
from anykube._model import Model, OutputText, Seq


class AksPool(Model):
    """What only AKS has of a pool."""

    image: Literal["AzureLinux", "Ubuntu"] = "AzureLinux"
    """The nodes' operating system. https://learn.microsoft.com/azure/aks/use-azure-linux"""


class AksNodePool(NodePool):
    """A node pool of AKS."""

    aks: AksPool | None = None
    """What only AKS has."""


def section(pool: NodePool) -> AksPool:
    """The section of a pool, or its defaults."""
    return (isinstance(pool, AksNodePool) and pool.aks) or AksPool()


class AzureRole(Model):
    """A role in a scope. https://learn.microsoft.com/azure/role-based-access-control/built-in-roles"""

    role: Annotated[str, Field(min_length=1)]
    """Its name, such as Storage Blob Data Reader, or the id of its definition."""
    scope: Annotated[str, Field(pattern=r"^/subscriptions/\S+$")] | OutputText
    """Resource id of a subscription, a resource group or a resource."""


class AzureIdentity(Model):
    """A managed identity of its own, by a federated credential.

    https://learn.microsoft.com/azure/aks/workload-identity-overview
    """

    roles: Seq[AzureRole] = ()
