"""Identities, and what they may do: user-assigned ones, and roles by assignments that are always called the same."""

from collections.abc import Sequence

import pulumi
import pulumi_azure_native.authorization as authorization
import pulumi_azure_native.managedidentity as managedidentity
import pulumi_azure_native.resources as resources

from anykube._clusters.aks.naming import assignment_name, role_id
from anykube._clusters.aks.principals import PrincipalType
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.roles import ROLES
from anykube._names import shortened

_LONGEST_IDENTITY, _LONGEST_CREDENTIAL = 128, 120
"""https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftmanagedidentity"""

AUDIENCE = "api://AzureADTokenExchange"
"""Whom a service account's token is for, when Entra is to take it.

https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust-user-assigned-managed-identity
"""


def user_assigned(
    children: ResourceScope, part: str, group: resources.ResourceGroup
) -> managedidentity.UserAssignedIdentity:
    """An identity that is there before what uses it, and may be given roles before that too."""
    return managedidentity.UserAssignedIdentity(
        children.name(part),
        resource_name_=shortened(children.name(part), _LONGEST_IDENTITY),
        resource_group_name=group.name,
        location=children.location,
        tags=children.tags,
        opts=children.options(),
    )


def assigned(
    children: ResourceScope,
    part: str,
    *,
    principal: pulumi.Input[str],
    role: str,
    scope: pulumi.Input[str],
    kind: pulumi.Input[PrincipalType] = "ServicePrincipal",
    depends_on: Sequence[pulumi.Resource] = (),
) -> authorization.RoleAssignment:
    """Gives a principal a role, by its GUID, over a scope.

    The kind of principal is said: Azure then does not look it up, where a new one may not be seen for minutes.
    https://learn.microsoft.com/azure/role-based-access-control/role-assignments-template#new-service-principal
    """
    return authorization.RoleAssignment(
        children.name(part),
        role_assignment_name=pulumi.Output.all(scope, principal).apply(
            lambda parts: assignment_name(parts[0], parts[1], role)
        ),
        principal_id=principal,
        principal_type=kind,
        role_definition_id=role_id(children.subscription, role),
        scope=scope,
        opts=children.options(depends_on=depends_on),
    )


def trusted(
    children: ResourceScope,
    part: str,
    own: managedidentity.UserAssignedIdentity,
    group: resources.ResourceGroup,
    issuer: pulumi.Input[str],
    subject: str,
    depends_on: Sequence[pulumi.Resource] = (),
) -> managedidentity.FederatedIdentityCredential:
    """Lets a service account of the cluster be that identity.

    One credential an identity: Azure refuses to write two of one identity at a time.
    https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
    """
    return managedidentity.FederatedIdentityCredential(
        children.name(part),
        federated_identity_credential_resource_name=shortened(children.name(part), _LONGEST_CREDENTIAL),
        resource_name_=own.name,
        resource_group_name=group.name,
        issuer=issuer,
        subject=subject,
        audiences=[AUDIENCE],
        opts=children.options(depends_on=depends_on),
    )


class Identities:
    """The cluster's own: the control plane's, and the one that all nodes have, to pull images and no more."""

    def __init__(self, children: ResourceScope, group: resources.ResourceGroup) -> None:
        self.control_plane = user_assigned(children, "control-plane", group)
        self.kubelet = user_assigned(children, "kubelet", group)
        # https://learn.microsoft.com/azure/aks/use-managed-identity#bring-your-own-kubelet-identity
        self.ready: Sequence[pulumi.Resource] = [
            assigned(
                children,
                "control-plane-kubelet",
                principal=self.control_plane.principal_id,
                role=ROLES["Managed Identity Operator"],
                scope=self.kubelet.id,
            )
        ]
