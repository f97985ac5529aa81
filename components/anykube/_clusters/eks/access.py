"""Access entries: permissions of IAM principals in the cluster.

https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from anykube._clusters import reviews
from anykube._clusters.access import CREATOR, Role, former_names, grants, names_deployers, resource_name
from anykube._clusters.eks.spec import EksClusterSpec
from anykube._clusters.resource_scope import ResourceScope

_POLICIES = "arn:aws:eks::aws:cluster-access-policy"
_POLICY_OF_ROLE: Mapping[Role, str] = {
    "deployer": "AmazonEKSClusterAdminPolicy",
    "admin": "AmazonEKSClusterAdminPolicy",
    # Reads all resources, with Secrets: https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
    "reviewer": "AmazonEKSAdminViewPolicy",
    "previewer": "AmazonEKSAdminViewPolicy",
    "viewer": "AmazonEKSViewPolicy",
}


def grant_access(children: ResourceScope, spec: EksClusterSpec, cluster: aws.eks.Cluster) -> Sequence[pulumi.Resource]:
    """Creates an access entry for each principal in the settings.

    Create Kubernetes objects after these entries and delete them before; otherwise destroy fails with 401.
    """
    resources = [] if names_deployers(spec.access) else _grant_creator(children, cluster)
    first_deployer = next(iter(spec.access.deployers), None)
    for grant in grants(spec.access):
        suffix = grant.principal.rpartition(":")[2].replace("/", "-")
        resources += _create_entry(
            children,
            resource_name(grant, suffix),
            grant.principal,
            grant.role,
            cluster,
            # The creator of the cluster comes first, once the settings name deployers: see `anykube_cli.callers`.
            names=(*former_names(grant, suffix), *([CREATOR] if grant.principal == first_deployer else [])),
        )
    return resources


def _grant_creator(children: ResourceScope, cluster: aws.eks.Cluster) -> list[pulumi.Resource]:
    """Lets the principal that creates the cluster deploy. Later runs of others do not change that.

    The ARN of a session lacks the path of its role, such as /aws-reserved/sso.amazonaws.com/eu-west-1/ of a role of IAM
    Identity Center, and EKS refuses the ARN of a role without its path.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
    """
    options = pulumi.InvokeOutputOptions(provider=children.provider)
    caller = aws.get_caller_identity_output(opts=options)
    session = aws.iam.get_session_context_output(arn=caller.arn, opts=options)
    return _create_entry(children, CREATOR, session.issuer_arn, "deployer", cluster, ignore_changes=["principalArn"])


def _create_entry(
    children: ResourceScope,
    name: str,
    principal: pulumi.Input[str],
    role: Role,
    cluster: aws.eks.Cluster,
    *,
    names: Iterable[str] = (),
    ignore_changes: Sequence[str] = (),
) -> list[pulumi.Resource]:
    names = list(names)
    entry = aws.eks.AccessEntry(
        children.name(name),
        cluster_name=cluster.name,
        principal_arn=principal,
        # Each role has a group, since the provider does not notice that an entry should have none any more.
        kubernetes_groups=None if ignore_changes else [_group(role)],
        type="STANDARD",
        opts=children.options(ignore_changes=ignore_changes, former_names=names),
    )
    association = aws.eks.AccessPolicyAssociation(
        children.name(name),
        cluster_name=cluster.name,
        principal_arn=entry.principal_arn,
        policy_arn=f"{_POLICIES}/{_POLICY_OF_ROLE[role]}",
        access_scope=aws.eks.AccessPolicyAssociationAccessScopeArgs(type="cluster"),
        opts=children.options(ignore_changes=ignore_changes, former_names=names),
    )
    return [entry, association]


def review_permissions(spec: EksClusterSpec) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects in the cluster that let reviewers write, each with the suffix of its resource name."""
    if any(grant.role == "reviewer" for grant in grants(spec.access)):
        group = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": _group("reviewer")}
        yield from reviews.bindings([group])
        yield from reviews.policy(reviews.member_of([_group("reviewer")]))


def _group(role: Role) -> str:
    """The Kubernetes group of a role."""
    return f"anykube:{role}s"
