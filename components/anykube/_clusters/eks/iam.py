"""Roles: who may take them, and what they may then do."""

import json
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from anykube._clusters.resource_scope import ResourceScope, name_part

MANAGED = "arn:aws:iam::aws:policy"
"""Where the policies lie that AWS keeps."""


def trust(service: str, *actions: str) -> str:
    """A trust policy for an AWS service.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": sorted(actions or ("sts:AssumeRole",))}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def role(
    children: ResourceScope,
    name: str,
    *,
    trusted: str,
    policies: Sequence[str | pulumi.Output[str]],
    statements: Sequence[Mapping[str, object]] = (),
    description: str,
) -> "Role":
    """A role with these managed policies, by ARN, and statements of its own."""
    made = aws.iam.Role(
        children.name(name),
        description=description,
        assume_role_policy=trusted,
        opts=children.options(),
    )
    attached: list[pulumi.Resource] = [
        aws.iam.RolePolicyAttachment(
            children.name(f"{name}-{name_part(arn, index).rpartition('/')[2].lower()}"),
            role=made.name,
            policy_arn=arn,
            opts=children.options(),
        )
        for index, arn in enumerate(policies)
    ]
    if statements:
        document = _document({"Version": "2012-10-17", "Statement": list(statements)})
        attached.append(
            aws.iam.RolePolicy(
                children.name(f"{name}-policy"), role=made.name, policy=document, opts=children.options()
            )
        )
    return Role(made, attached)


def _document(content: Mapping[str, object]) -> pulumi.Input[str]:
    """A policy as JSON; an output where something in it is one."""
    try:
        return json.dumps(content)
    except TypeError:
        return pulumi.Output.json_dumps(content)


class Role:
    """A role, and what has to be there before it can do its work."""

    def __init__(self, made: aws.iam.Role, attached: Sequence[pulumi.Resource]) -> None:
        self.arn: pulumi.Output[str] = made.arn
        self.name: pulumi.Output[str] = made.name
        self.ready: Sequence[pulumi.Resource] = [made, *attached]
