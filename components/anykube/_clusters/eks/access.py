"""Access entries: permissions of IAM principals in the cluster. No RBAC objects in the cluster are needed.

https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
"""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from anykube._clusters.eks.spec import EksClusterSpec
from anykube._clusters.resource_scope import ResourceScope

_POLICIES = "arn:aws:eks::aws:cluster-access-policy"


def grant_access(children: ResourceScope, spec: EksClusterSpec, cluster: aws.eks.Cluster) -> Sequence[pulumi.Resource]:
    """Creates the access entries, including one for the principal that deploys the stack.

    Create Kubernetes objects after these entries and delete them before; otherwise destroy fails with 401.
    """
    caller = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(provider=children.provider))
    deployer = caller.arn.apply(role_arn)
    resources = [*_create_entry(children, "deployer", deployer, "AmazonEKSClusterAdminPolicy", cluster)]
    for kind, policy, principals in (
        ("admin", "AmazonEKSClusterAdminPolicy", spec.access.admins),
        ("viewer", "AmazonEKSViewPolicy", spec.access.viewers),
    ):
        for principal in principals:
            resources += _create_entry(
                children, f"{kind}-{principal.rpartition(':')[2].replace('/', '-')}", principal, policy, cluster
            )
    return resources


def role_arn(arn: str) -> str:
    """The ARN of the role of a session, which access entries require. Returns any other ARN unchanged.

    `arn:aws:sts::123456789012:assumed-role/deployer/session` becomes `arn:aws:iam::123456789012:role/deployer`. The
    ARN of a session does not contain the path of its role: add a role with a path to `access.admins`.
    """
    head, _, rest = arn.partition(":assumed-role/")
    return f"{head.replace(':sts:', ':iam:')}:role/{rest.partition('/')[0]}" if rest else arn


def _create_entry(
    children: ResourceScope, name: str, principal: pulumi.Input[str], policy: str, cluster: aws.eks.Cluster
) -> list[pulumi.Resource]:
    entry = aws.eks.AccessEntry(
        children.name(name),
        cluster_name=cluster.name,
        principal_arn=principal,
        type="STANDARD",
        opts=children.options(),
    )
    association = aws.eks.AccessPolicyAssociation(
        children.name(name),
        cluster_name=cluster.name,
        principal_arn=entry.principal_arn,
        policy_arn=f"{_POLICIES}/{policy}",
        access_scope=aws.eks.AccessPolicyAssociationAccessScopeArgs(type="cluster"),
        opts=children.options(),
    )
    return [entry, association]
