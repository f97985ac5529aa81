"""IAM roles for service accounts, by EKS Pod Identity.

https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
"""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from anykube._clusters.eks.iam import Role, create_role, trust_policy
from anykube._clusters.eks.resource_scope import ResourceScope

TRUST_POLICY = trust_policy("pods.eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession")
"""Lets pods of any cluster in the account assume the role. The association selects the pods."""


def create_pod_role(
    children: ResourceScope,
    name: str,
    *,
    policies: Sequence[str | pulumi.Output[str]] = (),
    statements: Sequence[Mapping[str, object]] = (),
    description: str,
) -> Role:
    """Creates a role for pods."""
    return create_role(
        children,
        name,
        trust_policy=TRUST_POLICY,
        policies=policies,
        statements=statements,
        description=description,
    )


def create_pod_identity_association(
    children: ResourceScope, name: str, cluster: aws.eks.Cluster, namespace: str, service_account: str, role: Role
) -> aws.eks.PodIdentityAssociation:
    """Gives a role to the pods of a service account. Pods get it when they start."""
    return aws.eks.PodIdentityAssociation(
        children.name(name),
        cluster_name=cluster.name,
        namespace=namespace,
        service_account=service_account,
        role_arn=role.arn,
        opts=children.options(depends_on=role.ready),
    )
