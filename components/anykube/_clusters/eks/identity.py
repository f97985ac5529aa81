"""Cloud identity for pods: a role for a service account, by EKS Pod Identity.

https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
"""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from anykube._clusters.eks.iam import Role, role, trust
from anykube._clusters.resource_scope import ResourceScope

TRUST = trust("pods.eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession")
"""Lets pods of any cluster in the account take a role: the association says which."""


def pod_role(
    children: ResourceScope,
    name: str,
    *,
    policies: Sequence[str | pulumi.Output[str]] = (),
    statements: Sequence[Mapping[str, object]] = (),
    description: str,
) -> Role:
    """A role that pods may take."""
    return role(children, name, trusted=TRUST, policies=policies, statements=statements, description=description)


def associate(
    children: ResourceScope, name: str, cluster: aws.eks.Cluster, namespace: str, service_account: str, own: Role
) -> aws.eks.PodIdentityAssociation:
    """Gives the role to the pods of a service account, when they start."""
    return aws.eks.PodIdentityAssociation(
        children.name(name),
        cluster_name=cluster.name,
        namespace=namespace,
        service_account=service_account,
        role_arn=own.arn,
        opts=children.options(depends_on=own.ready),
    )
