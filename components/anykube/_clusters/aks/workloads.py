"""Cloud identity for pods: an identity for a service account, by workload identity federation.

https://learn.microsoft.com/azure/aks/workload-identity-overview
"""

from collections.abc import Sequence

import pulumi
import pulumi_azure_native.resources as resources

from anykube._clusters.aks.identity import assigned, trusted, user_assigned
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.roles import role_guid
from anykube._clusters.aks.sections import AzureRole
from anykube._workloads.identity import IdentityBinding


def allowed(
    children: ResourceScope,
    group: resources.ResourceGroup,
    issuer: pulumi.Input[str],
    namespace: str,
    service_account: str,
    roles: Sequence[AzureRole],
) -> IdentityBinding:
    """An identity of the service account's own, with these roles.

    The webhook of workload identity reads whose it is from the service account, when a pod starts.

    Raises pulumi.RunError for a role that is not known.
    """
    part = f"{namespace}-{service_account}"
    own = user_assigned(children, part, group)
    bound = trusted(children, part, own, group, issuer, f"system:serviceaccount:{namespace}:{service_account}")
    given = []
    for index, asked in enumerate(roles):
        try:
            role = role_guid(asked.role)
        except ValueError as wrong:
            raise pulumi.RunError(f"identity of {namespace}/{service_account}: {wrong}.") from None
        given.append(assigned(children, f"{part}-{index}", principal=own.principal_id, role=role, scope=asked.scope))
    return IdentityBinding([bound, *given], {"azure.workload.identity/client-id": own.client_id})
