"""Who acts for nodes, and what a member may do in the project."""

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
    """The service account of all nodes, and what has to be there before it can do its work."""

    def __init__(self, made: gcp.serviceaccount.Account, roles: Sequence[pulumi.Resource]) -> None:
        self.email: pulumi.Output[str] = made.email
        self.ready: Sequence[pulumi.Resource] = [made, *roles]


def node_account(children: ResourceScope, spec: GkeClusterSpec, project: Project) -> NodeAccount:
    """An account of the cluster's own. The project's default one could edit all of the project."""
    made = gcp.serviceaccount.Account(
        children.name("nodes"),
        project=project.id,
        account_id=account_id(spec.name),
        display_name=account_display_name(spec.name),
        opts=children.options(depends_on=project.ready),
    )
    roles = [member(children, f"nodes-{role.rpartition('/')[2]}", project, role, made.member) for role in _NODE_ROLES]
    return NodeAccount(made, roles)


def member(
    children: ResourceScope,
    part: str,
    project: Project,
    role: str,
    who: pulumi.Input[str],
    *,
    resource: pulumi.Input[str] | None = None,
    depends_on: Sequence[pulumi.Resource] = (),
) -> gcp.projects.IAMMember:
    """Gives a member a role in the project, beside whatever else it has; with `resource` on that alone."""
    return gcp.projects.IAMMember(
        children.name(part),
        project=project.id,
        role=role,
        member=who,
        condition=gcp.projects.IAMMemberConditionArgs(
            title="only-one-resource",
            expression=pulumi.Output.format('resource.name == "{0}" || resource.name.startsWith("{0}/")', resource),
        )
        if resource
        else None,
        opts=children.options(depends_on=[*project.ready, *depends_on]),
    )
