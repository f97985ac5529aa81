"""Managed identities for service accounts, by workload identity federation.

https://learn.microsoft.com/azure/aks/workload-identity-overview
"""

from collections.abc import Sequence

import pulumi
import pulumi_azure_native.resources as resources

from anykube._clusters.aks.identity import create_federated_credential, create_identity, create_role_assignment
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.roles import role_guid
from anykube._clusters.aks.sections import AzureRole
from anykube._workloads.identity import IdentityBinding


def create_workload_identity(
    children: ResourceScope,
    group: resources.ResourceGroup,
    issuer: pulumi.Input[str],
    namespace: str,
    service_account: str,
    roles: Sequence[AzureRole],
) -> IdentityBinding:
    """Creates a managed identity with roles for a service account.

    The workload identity webhook reads the identity from the service account's annotation when a pod starts. Raises
    pulumi.RunError for an unknown role.
    """
    name = f"{namespace}-{service_account}"
    subject = f"system:serviceaccount:{namespace}:{service_account}"
    identity = create_identity(children, name, group)
    credential = create_federated_credential(children, name, identity, group, issuer, subject)
    assignments = []
    for index, role in enumerate(roles):
        try:
            guid = role_guid(role.role)
        except ValueError as error:
            raise pulumi.RunError(f"identity of {namespace}/{service_account}: {error}") from None
        assignments.append(
            create_role_assignment(
                children, f"{name}-{index}", principal=identity.principal_id, role=guid, scope=role.scope
            )
        )
    return IdentityBinding([credential, *assignments], {"azure.workload.identity/client-id": identity.client_id})
