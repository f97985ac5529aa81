"""Settings that only AKS has, of node pools and of app identities."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._clusters.spec import NodePool
from anykube._model import Model, OutputText, Seq, example


class AksPool(Model, json_schema_extra=example(image="Ubuntu")):
    """Settings of a node pool that only AKS has."""

    image: Literal["AzureLinux", "Ubuntu"] = "AzureLinux"
    """Operating system of the nodes. https://learn.microsoft.com/azure/aks/use-azure-linux"""


class AksNodePool(NodePool):
    """A node pool on AKS."""

    aks: AksPool | None = None
    """Settings that only AKS has. Default: the defaults of their fields."""


def section(pool: NodePool) -> AksPool:
    """The AKS section of a pool, or its defaults."""
    return (isinstance(pool, AksNodePool) and pool.aks) or AksPool()


_SCOPE = "/subscriptions/00000000-1111-2222-3333-444444444444/resourceGroups/shop"


class AzureRole(Model, json_schema_extra=example(role="Storage Blob Data Reader", scope=_SCOPE)):
    """A role assignment in a scope. https://learn.microsoft.com/azure/role-based-access-control/built-in-roles"""

    role: Annotated[str, Field(min_length=1, examples=["Storage Blob Data Reader"])]
    """Name of the role, such as Storage Blob Data Reader, or the id of its definition."""
    scope: Annotated[str, Field(pattern=r"^/subscriptions/\S+$", examples=[_SCOPE])] | OutputText
    """Resource id of a subscription, a resource group or a resource."""


class AzureIdentity(Model, json_schema_extra=example(roles=[{"role": "Storage Blob Data Reader", "scope": _SCOPE}])):
    """A managed identity for the app, by a federated credential.

    https://learn.microsoft.com/azure/aks/workload-identity-overview
    """

    roles: Seq[AzureRole] = ()
    """Role assignments of the identity."""
