"""The service account of nodes, and IAM roles in the project."""

from collections.abc import Sequence

import pulumi
import pulumi_gcp as gcp

from anykube._clusters.gke.naming import account_display_name, account_id
from anykube._clusters.gke.project import Project
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._clusters.resource_scope import ResourceScope

_NODE_ROLES = (
    # https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster#use_least_privilege_sa
    "roles/container.defaultNodeServiceAccount",
    "roles/artifactregistry.reader",
)


class NodeAccount:
    """The service account of all nodes, and the resources that must exist before it can be used."""

    def __init__(self, account: gcp.serviceaccount.Account, roles: Sequence[pulumi.Resource]) -> None:
        self.email: pulumi.Output[str] = account.email
        self.ready: Sequence[pulumi.Resource] = [account, *roles]


def create_node_account(children: ResourceScope, spec: GkeClusterSpec, project: Project) -> NodeAccount:
    """Creates a service account for the cluster's nodes. The project's default account could edit the whole project."""
    account = gcp.serviceaccount.Account(
        children.name("nodes"),
        project=project.id,
        account_id=account_id(spec.name),
        display_name=account_display_name(spec.name),
        opts=children.options(depends_on=project.ready),
    )
    roles = [
        grant_role(children, f"nodes-{role.rpartition('/')[2]}", project, role, account.member) for role in _NODE_ROLES
    ]
    return NodeAccount(account, roles)


def grant_role(
    children: ResourceScope,
    name: str,
    project: Project,
    role: str,
    member: pulumi.Input[str],
    *,
    resource: pulumi.Input[str] | None = None,
    depends_on: Sequence[pulumi.Resource] = (),
) -> gcp.projects.IAMMember:
    """Adds a role to a member, in the whole project or on one `resource`. Other roles of the member stay."""
    return gcp.projects.IAMMember(
        children.name(name),
        project=project.id,
        role=role,
        member=member,
        condition=gcp.projects.IAMMemberConditionArgs(
            title="only-one-resource",
            expression=pulumi.Output.format('resource.name == "{0}" || resource.name.startsWith("{0}/")', resource),
        )
        if resource
        else None,
        opts=children.options(depends_on=[*project.ready, *depends_on]),
    )
