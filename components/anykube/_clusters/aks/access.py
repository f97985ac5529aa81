"""Who may do what in the cluster: roles of Azure's, by Entra identities, and nothing in the cluster itself.

https://learn.microsoft.com/azure/aks/manage-azure-rbac
"""

from collections.abc import Iterator, Sequence

import pulumi
import pulumi_azure_native.authorization as authorization
import pulumi_azure_native.resources as resources

from anykube._clusters.aks.identity import assigned
from anykube._clusters.aks.principals import PrincipalType, parse_principal
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.roles import ROLES
from anykube._clusters.aks.spec import AksClusterSpec

_ADMIN, _VIEWER = "Azure Kubernetes Service RBAC Cluster Admin", "Azure Kubernetes Service RBAC Reader"
_KUBECONFIG = "Azure Kubernetes Service Cluster User Role"
"""Lets `az aks get-credentials` work, too; the other two are about what is in the cluster alone."""

_AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
"""The application that a person logs in by on a command line."""


def access(
    children: ResourceScope,
    spec: AksClusterSpec,
    group: resources.ResourceGroup,
    caller: pulumi.Output[authorization.GetClientConfigResult],
) -> Sequence[pulumi.Resource]:
    """The assignments. What is put into the cluster has to come after them, and go before them: a 403 else, at destroy.

    Whoever brings the stack up is among them: an owner of the subscription has nothing to say in the cluster.

    They are over the cluster's resource group, which has no other cluster, and made before it. For an assignment may
    take ten minutes to be heard of everywhere, about as long as a cluster.
    https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected
    """
    made = [_deployer(children, group, caller)]
    for part, text, role in _asked(spec):
        who = parse_principal(text)
        for suffix, name in (("", role), ("-kubeconfig", _KUBECONFIG)):
            made.append(
                assigned(
                    children,
                    f"{part}-{who.object_id}{suffix}",
                    principal=who.object_id,
                    role=ROLES[name],
                    scope=group.id,
                    kind=who.type,
                )
            )
    return made


def _asked(spec: AksClusterSpec) -> Iterator[tuple[str, str, str]]:
    for part, role, texts in (("admin", _ADMIN, spec.access.admins), ("viewer", _VIEWER, spec.access.viewers)):
        for text in texts:
            yield part, text, role


def _deployer(
    children: ResourceScope,
    group: resources.ResourceGroup,
    caller: pulumi.Output[authorization.GetClientConfigResult],
) -> authorization.RoleAssignment:
    return assigned(
        children,
        "deployer",
        principal=caller.object_id,
        role=ROLES[_ADMIN],
        scope=group.id,
        kind=caller.client_id.apply(kind_of),
    )


def kind_of(client: str) -> PrincipalType:
    """What a login is: a person's goes through the Azure CLI's own application, a program's through its own."""
    return "User" if client == _AZURE_CLI else "ServicePrincipal"
