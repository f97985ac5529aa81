"""Who may do what in the cluster: access entries, and nothing in the cluster itself.

https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
"""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from anykube._clusters.eks.spec import EksClusterSpec
from anykube._clusters.resource_scope import ResourceScope

_POLICIES = "arn:aws:eks::aws:cluster-access-policy"


def access(children: ResourceScope, spec: EksClusterSpec, cluster: aws.eks.Cluster) -> Sequence[pulumi.Resource]:
    """The entries. What is put into the cluster has to come after them, and go before them: a 401 else, at destroy."""
    caller = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(provider=children.provider))
    deployer = caller.arn.apply(role_of)
    made = [*_entry(children, "deployer", deployer, "AmazonEKSClusterAdminPolicy", cluster)]
    for kind, policy, principals in (
        ("admin", "AmazonEKSClusterAdminPolicy", spec.access.admins),
        ("viewer", "AmazonEKSViewPolicy", spec.access.viewers),
    ):
        for principal in principals:
            made += _entry(
                children, f"{kind}-{principal.rpartition(':')[2].replace('/', '-')}", principal, policy, cluster
            )
    return made


def role_of(arn: str) -> str:
    """The role behind a session of it, as access entries want it; a user as it is.

    `arn:aws:sts::123456789012:assumed-role/deployer/session` is `arn:aws:iam::123456789012:role/deployer`. A path of
    the role is not in a session's name: such a role is to be named among the admins.
    """
    head, _, rest = arn.partition(":assumed-role/")
    return f"{head.replace(':sts:', ':iam:')}:role/{rest.partition('/')[0]}" if rest else arn


def _entry(
    children: ResourceScope, part: str, principal: pulumi.Input[str], policy: str, cluster: aws.eks.Cluster
) -> list[pulumi.Resource]:
    entry = aws.eks.AccessEntry(
        children.name(part),
        cluster_name=cluster.name,
        principal_arn=principal,
        type="STANDARD",
        opts=children.options(),
    )
    association = aws.eks.AccessPolicyAssociation(
        children.name(part),
        cluster_name=cluster.name,
        principal_arn=entry.principal_arn,
        policy_arn=f"{_POLICIES}/{policy}",
        access_scope=aws.eks.AccessPolicyAssociationAccessScopeArgs(type="cluster"),
        opts=children.options(),
    )
    return [entry, association]
