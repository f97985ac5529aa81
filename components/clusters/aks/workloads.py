"""Cloud identity for pods: an identity for a service account, by workload identity federation.

https://learn.microsoft.com/azure/aks/workload-identity-overview
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_azure_native.managedidentity as managedidentity
import pulumi_azure_native.resources as resources

from components.clusters.aks.children import Children
from components.clusters.aks.identity import assigned, trusted, user_assigned
from components.clusters.aks.roles import guid_of


@dataclass(frozen=True)
class Grant:
    """A role over a scope."""

    role: str
    """Name of a built-in role, or the GUID of any."""
    scope: str
    """Id of a resource, a resource group or a subscription."""


def allowed(
    children: Children,
    group: resources.ResourceGroup,
    issuer: pulumi.Input[str],
    namespace: str,
    service_account: str,
    grants: Sequence[Grant],
) -> tuple[managedidentity.UserAssignedIdentity, Sequence[pulumi.Resource]]:
    """The identity of the service account's pods, and what has to be there before they start.

    Raises pulumi.RunError for a role that is not known.
    """
    part = f"{namespace}-{service_account}"
    own = user_assigned(children, part, group)
    bound = trusted(children, part, own, group, issuer, f"system:serviceaccount:{namespace}:{service_account}")
    given = []
    for index, grant in enumerate(grants):
        try:
            role = guid_of(grant.role)
        except ValueError as wrong:
            raise pulumi.RunError(f"identity of {namespace}/{service_account}: {wrong}.") from None
        given.append(assigned(children, f"{part}-{index}", principal=own.principal_id, role=role, scope=grant.scope))
    return own, [bound, *given]
