"""Permissions in the cluster: Azure RBAC role assignments. No RBAC objects in the cluster are needed.

https://learn.microsoft.com/azure/aks/manage-azure-rbac
"""

from collections.abc import Iterator, Sequence

import pulumi
import pulumi_azure_native.authorization as authorization
import pulumi_azure_native.resources as resources

from anykube._clusters.aks.identity import create_role_assignment
from anykube._clusters.aks.principals import PrincipalType, parse_principal
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.roles import ROLES
from anykube._clusters.aks.spec import AksClusterSpec

_ADMIN, _VIEWER = "Azure Kubernetes Service RBAC Cluster Admin", "Azure Kubernetes Service RBAC Reader"
_KUBECONFIG = "Azure Kubernetes Service Cluster User Role"
"""Required for `az aks get-credentials`. The other two roles apply only to objects in the cluster."""

_AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
"""Application ID of the Azure CLI, by which a person logs in."""


def grant_access(
    children: ResourceScope,
    spec: AksClusterSpec,
    group: resources.ResourceGroup,
    caller: pulumi.Output[authorization.GetClientConfigResult],
) -> Sequence[pulumi.Resource]:
    """Creates the role assignments, including one for the principal that deploys the stack.

    Even an owner of the subscription has no permissions in the cluster. Create Kubernetes objects after these
    assignments and delete them before; otherwise destroy fails with 403.

    The scope is the cluster's resource group, which contains no other cluster, so that the assignments can exist before
    the cluster: an assignment can take ten minutes to take effect, about as long as the creation of a cluster.
    https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected
    """
    assignments = [_assign_deployer(children, group, caller)]
    for prefix, text, role in _roles(spec):
        principal = parse_principal(text)
        for suffix, name in (("", role), ("-kubeconfig", _KUBECONFIG)):
            assignments.append(
                create_role_assignment(
                    children,
                    f"{prefix}-{principal.object_id}{suffix}",
                    principal=principal.object_id,
                    role=ROLES[name],
                    scope=group.id,
                    principal_type=principal.type,
                )
            )
    return assignments


def _roles(spec: AksClusterSpec) -> Iterator[tuple[str, str, str]]:
    for prefix, role, principals in (("admin", _ADMIN, spec.access.admins), ("viewer", _VIEWER, spec.access.viewers)):
        for principal in principals:
            yield prefix, principal, role


def _assign_deployer(
    children: ResourceScope,
    group: resources.ResourceGroup,
    caller: pulumi.Output[authorization.GetClientConfigResult],
) -> authorization.RoleAssignment:
    return create_role_assignment(
        children,
        "deployer",
        principal=caller.object_id,
        role=ROLES[_ADMIN],
        scope=group.id,
        principal_type=caller.client_id.apply(principal_type),
    )


def principal_type(client_id: str) -> PrincipalType:
    """The type of a login: a person logs in by the Azure CLI's application, a program by its own."""
    return "User" if client_id == _AZURE_CLI else "ServicePrincipal"
