"""Managed identities, role assignments and federated credentials."""

from collections.abc import Iterable, Sequence

import pulumi
import pulumi_azure_native.authorization as authorization
import pulumi_azure_native.managedidentity as managedidentity
import pulumi_azure_native.resources as resources

from anykube._clusters.aks.naming import assignment_name, role_id
from anykube._clusters.aks.principals import PrincipalType
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.roles import ROLES
from anykube._names import shortened

_MAX_IDENTITY, _MAX_CREDENTIAL = 128, 120
"""https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftmanagedidentity"""

AUDIENCE = "api://AzureADTokenExchange"
"""Audience of service account tokens that Entra accepts.

https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust-user-assigned-managed-identity
"""


def create_identity(
    children: ResourceScope, name: str, group: resources.ResourceGroup
) -> managedidentity.UserAssignedIdentity:
    """Creates a user-assigned identity. It can have roles before the resource that uses it exists."""
    return managedidentity.UserAssignedIdentity(
        children.name(name),
        resource_name_=shortened(children.name(name), _MAX_IDENTITY),
        resource_group_name=group.name,
        location=children.location,
        tags=children.tags,
        opts=children.options(),
    )


def create_role_assignment(
    children: ResourceScope,
    name: str,
    *,
    principal: pulumi.Input[str],
    role: str,
    scope: pulumi.Input[str],
    principal_type: pulumi.Input[PrincipalType] = "ServicePrincipal",
    depends_on: Sequence[pulumi.Resource] = (),
    ignore_changes: Sequence[str] = (),
    former_names: Iterable[str] = (),
) -> authorization.RoleAssignment:
    """Assigns a role, by its GUID, to a principal in a scope.

    It sets the principal type so that Azure does not look up the principal: that can fail for minutes after creation.
    https://learn.microsoft.com/azure/role-based-access-control/role-assignments-template#new-service-principal
    """
    return authorization.RoleAssignment(
        children.name(name),
        role_assignment_name=pulumi.Output.all(scope, principal).apply(
            lambda values: assignment_name(values[0], values[1], role)
        ),
        principal_id=principal,
        principal_type=principal_type,
        role_definition_id=role_id(children.subscription, role),
        scope=scope,
        opts=children.options(depends_on=depends_on, ignore_changes=ignore_changes, former_names=former_names),
    )


def create_federated_credential(
    children: ResourceScope,
    name: str,
    identity: managedidentity.UserAssignedIdentity,
    group: resources.ResourceGroup,
    issuer: pulumi.Input[str],
    subject: str,
    depends_on: Sequence[pulumi.Resource] = (),
) -> managedidentity.FederatedIdentityCredential:
    """Lets a service account of the cluster use a managed identity.

    Create only one credential for an identity: Azure rejects concurrent writes to the same identity.
    https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
    """
    return managedidentity.FederatedIdentityCredential(
        children.name(name),
        federated_identity_credential_resource_name=shortened(children.name(name), _MAX_CREDENTIAL),
        resource_name_=identity.name,
        resource_group_name=group.name,
        issuer=issuer,
        subject=subject,
        audiences=[AUDIENCE],
        opts=children.options(depends_on=depends_on),
    )


class Identities:
    """The cluster's managed identities: of the control plane, and of all kubelets, to pull images."""

    def __init__(self, children: ResourceScope, group: resources.ResourceGroup) -> None:
        self.control_plane = create_identity(children, "control-plane", group)
        self.kubelet = create_identity(children, "kubelet", group)
        # https://learn.microsoft.com/azure/aks/use-managed-identity#bring-your-own-kubelet-identity
        self.ready: Sequence[pulumi.Resource] = [
            create_role_assignment(
                children,
                "control-plane-kubelet",
                principal=self.control_plane.principal_id,
                role=ROLES["Managed Identity Operator"],
                scope=self.kubelet.id,
            )
        ]
