"""Permissions in the cluster: Azure RBAC role assignments.

AKS asks only Azure RBAC about principals of Entra, so RBAC objects in the cluster would have no effect.

https://learn.microsoft.com/azure/aks/manage-azure-rbac
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pulumi
import pulumi_azure_native.authorization as authorization
import pulumi_azure_native.resources as resources

from anykube._clusters import reviews
from anykube._clusters.access import CREATOR, Grant, Role, former_names, names_deployers, resource_name
from anykube._clusters.access import grants as merged
from anykube._clusters.aks.custom_roles import CUSTOM_ROLES, custom_role_guid
from anykube._clusters.aks.identity import create_role_assignment
from anykube._clusters.aks.principals import PrincipalType, parse_principal
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.roles import ROLES
from anykube._clusters.aks.spec import AksClusterSpec
from anykube._clusters.aks.tokens import principal_type

_ROLES: Mapping[Role, str] = {
    "deployer": ROLES["Azure Kubernetes Service RBAC Cluster Admin"],
    "admin": ROLES["Azure Kubernetes Service RBAC Cluster Admin"],
    "viewer": ROLES["Azure Kubernetes Service RBAC Reader"],
}
_KUBECONFIG = ROLES["Azure Kubernetes Service Cluster User Role"]
"""Required for `az aks get-credentials`. The other roles apply only to objects in the cluster."""


def grants(spec: AksClusterSpec) -> Iterator[Grant]:
    """A grant for each object ID."""
    return merged(spec.access, lambda text: parse_principal(text).object_id)


def grant_access(
    children: ResourceScope,
    spec: AksClusterSpec,
    group: resources.ResourceGroup,
    caller: pulumi.Output[authorization.GetClientConfigResult],
) -> Sequence[pulumi.Resource]:
    """Creates the role assignments of each principal in the settings.

    Even an owner of the subscription has no permissions in the cluster. Create Kubernetes objects after these
    assignments and delete them before; otherwise destroy fails with 403.

    The scope is the cluster's resource group, which contains no other cluster, so that the assignments can exist before
    the cluster: an assignment can take ten minutes to take effect, about as long as the creation of a cluster.
    https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected
    """
    granted = list(grants(spec))
    assignments = [] if names_deployers(spec.access) else [_grant_creator(children, group, caller)]
    first_deployer = next((grant.principal for grant in granted if grant.role == "deployer"), None)
    for grant in granted:
        principal = parse_principal(grant.principal)
        for suffix, guid in (("", _role_guid(spec, grant.role)), ("-kubeconfig", _KUBECONFIG)):
            name = f"{principal.object_id}{suffix}"
            is_creator = grant.principal == first_deployer and not suffix
            assignments.append(
                create_role_assignment(
                    children,
                    resource_name(grant, name),
                    principal=principal.object_id,
                    role=guid,
                    scope=group.id,
                    principal_type=principal.type,
                    # The creator of the cluster comes first, once the settings name deployers: see
                    # `anykube_cli.callers`.
                    former_names=(*former_names(grant, name), *([CREATOR] if is_creator else [])),
                )
            )
    return assignments


def _role_guid(spec: AksClusterSpec, role: Role) -> str:
    return custom_role_guid(spec.aks.subscription, role) if role in CUSTOM_ROLES else _ROLES[role]


def review_policy(spec: AksClusterSpec) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects in the cluster that limit reviewers, each with the suffix of its resource name."""
    ids = [parse_principal(grant.principal).object_id for grant in grants(spec) if grant.role == "reviewer"]
    if ids:
        yield from reviews.policy(_is_one_of(ids))


def _is_one_of(object_ids: Sequence[str]) -> str:
    """A CEL expression: whether the caller is, or is in a group that is, one of these.

    The user name of an application is its object ID; that of a person is the UPN, and the object ID is in `extra`.
    """
    extra = (
        "has(request.userInfo.extra) && 'oid' in request.userInfo.extra"
        f" && request.userInfo.extra['oid'].exists(id, id in {list(object_ids)!r})"
    )
    return f"{reviews.named(object_ids)} || {reviews.member_of(object_ids)} || ({extra})"


def _grant_creator(
    children: ResourceScope,
    group: resources.ResourceGroup,
    caller: pulumi.Output[authorization.GetClientConfigResult],
) -> authorization.RoleAssignment:
    """Lets the principal that creates the cluster deploy. Later runs of others do not change that."""
    token = authorization.get_client_token_output(opts=pulumi.InvokeOutputOptions(provider=children.provider)).token
    kind: pulumi.Output[PrincipalType] = pulumi.Output.all(token, caller.client_id).apply(
        lambda values: principal_type(values[0], values[1])
    )
    return create_role_assignment(
        children,
        CREATOR,
        principal=caller.object_id,
        role=_ROLES["deployer"],
        scope=group.id,
        principal_type=pulumi.Output.unsecret(kind),
        ignore_changes=("principalId", "principalType", "roleAssignmentName"),
    )
