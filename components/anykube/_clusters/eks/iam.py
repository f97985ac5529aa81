"""IAM roles with their trust policies and permissions."""

import json
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from anykube._clusters.eks.resource_scope import ResourceScope
from anykube._clusters.resource_scope import name_part
from anykube._names import shortened

MANAGED = "arn:aws:iam::aws:policy"
"""ARN prefix of AWS managed policies."""

_DIGITS = len("-0123456")
"""Length of what Pulumi appends to the name of a resource."""
_MAX_ROLE, _MAX_ROLE_PREFIX, _MAX_POLICY_PREFIX = 64, 38, 102
"""Maximum lengths of names, and of prefixes to which the provider appends 26 digits.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""


def trust_policy(service: str, *actions: str) -> str:
    """A trust policy that lets an AWS service assume a role.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": sorted(actions or ("sts:AssumeRole",))}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def create_role(
    children: ResourceScope,
    name: str,
    *,
    trust_policy: str,
    policies: Sequence[str | pulumi.Output[str]],
    statements: Sequence[Mapping[str, object]] = (),
    description: str,
) -> "Role":
    """Creates a role with managed policies, by ARN, and inline policy statements.

    Its path names the cluster, so that a pipeline may pass only roles of its own cluster: a condition on tags does not
    apply to iam:PassRole. Roles of older stacks have no path. A new path would replace them, and with them the cluster.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    resource_name = children.name(name)
    is_long = len(resource_name) + _DIGITS > _MAX_ROLE
    role = aws.iam.Role(
        resource_name,
        # By default, the name is that of the resource and some digits, and Pulumi fails if it is too long.
        name_prefix=shortened(resource_name, _MAX_ROLE_PREFIX) if is_long else None,
        path=children.role_path,
        permissions_boundary=children.permissions_boundary,
        description=description,
        assume_role_policy=trust_policy,
        opts=children.options(ignore_changes=["path"]),
    )
    attached: list[pulumi.Resource] = [
        aws.iam.RolePolicyAttachment(
            children.name(f"{name}-{name_part(arn, index).rpartition('/')[2].lower()}"),
            role=role.name,
            policy_arn=arn,
            opts=children.options(),
        )
        for index, arn in enumerate(policies)
    ]
    if statements:
        document = _to_json({"Version": "2012-10-17", "Statement": list(statements)})
        attached.append(
            aws.iam.RolePolicy(
                policy_name := children.name(f"{name}-policy"),
                name_prefix=shortened(policy_name, _MAX_POLICY_PREFIX) if is_long else None,
                role=role.name,
                policy=document,
                opts=children.options(),
            )
        )
    return Role(role, attached)


def _to_json(content: Mapping[str, object]) -> pulumi.Input[str]:
    """A policy as JSON. An output if the policy contains outputs."""
    try:
        return json.dumps(content)
    except TypeError:
        return pulumi.Output.json_dumps(content)


class Role:
    """A role, and the resources that must exist before it can be used."""

    def __init__(self, role: aws.iam.Role, policies: Sequence[pulumi.Resource]) -> None:
        self.arn: pulumi.Output[str] = role.arn
        self.name: pulumi.Output[str] = role.name
        self.ready: Sequence[pulumi.Resource] = [role, *policies]
