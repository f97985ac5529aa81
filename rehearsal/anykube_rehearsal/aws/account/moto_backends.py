"""What EKS looks up and makes in the other services of the account: moto's backends, in this same process."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.iam.models import IAMBackend, iam_backends
from moto.kms.models import kms_backends
from moto.sts.models import sts_backends

ACCOUNT = DEFAULT_ACCOUNT_ID
"""The account of AWS' own examples, and moto's."""

CALLER = f"arn:aws:iam::{ACCOUNT}:user/moto"
"""Whoever calls with keys that IAM does not know, as moto has it."""


@dataclass(frozen=True)
class Subnet:
    """Where network interfaces can be."""

    id: str
    zone: str
    vpc: str


@dataclass(frozen=True)
class Template:
    """A version of a launch template, with what EC2 keeps of it."""

    id: str
    name: str
    version: str
    data: Mapping[str, Any]


def ec2(region: str) -> EC2Backend:
    """EC2 of a region, as moto keeps it."""
    return ec2_backends[ACCOUNT][region]


def iam() -> IAMBackend:
    """IAM of the account, as moto keeps it."""
    return iam_backends[ACCOUNT]["aws"]


def subnet(region: str, identity: str) -> Subnet | None:
    """A subnet, if there is one."""
    for found in ec2(region).describe_subnets():
        if found.id == identity:
            return Subnet(found.id, found.availability_zone, found.vpc_id)
    return None


def vpc_of_security_group(region: str, identity: str) -> str | None:
    """The VPC of a security group, if there is one."""
    found = ec2(region).get_security_group_from_id(identity)
    return found.vpc_id if found else None


def trust_policy(role_arn: str) -> Mapping[str, Any] | None:
    """Who may assume a role, if there is one: its document."""
    for role in list(iam().roles.values()):
        if role.arn == role_arn:
            return cast("Mapping[str, Any]", json.loads(role.assume_role_policy_document))
    return None


def has_principal(arn: str) -> bool:
    """Whether IAM has a role or user with this ARN."""
    return any(one.arn == arn for one in list(iam().roles.values())) or any(
        one.arn == arn for one in list(iam().users.values())
    )


def has_key(region: str, arn: str) -> bool:
    """Whether KMS has this key, and it can be used."""
    keys = list(kms_backends[ACCOUNT][region].keys.values())
    return any(key.arn == arn and key.key_state == "Enabled" for key in keys)


def architectures(instance_type: str) -> Sequence[str] | None:
    """Processor architectures of an instance type, if there is one."""
    facts = INSTANCE_TYPES.get(instance_type)
    return cast("Sequence[str]", facts["ProcessorInfo"]["SupportedArchitectures"]) if facts else None


def template(region: str, asked: Mapping[str, str]) -> Template | None:
    """The launch template that a request names by `id` or `name`, in its `version` or the default one."""
    backend = ec2(region)
    try:
        if "id" in asked:
            found = backend.get_launch_template(asked["id"])
        else:
            found = backend.get_launch_template_by_name(asked["name"])
        version = found.get_version(asked.get("version", "$Default"))
    except (EC2ClientError, ValueError):
        return None
    return Template(found.id, found.name, str(version.number), version.data)


def caller(access_key: str, region: str) -> str:
    """The IAM principal that owns a key: for a session of a role, the role."""
    _, arn, _ = sts_backends[ACCOUNT]["aws"].get_caller_identity(access_key, region)
    return principal(arn)


def principal(arn: str) -> str:
    """The IAM principal that an identity of STS stands for.

    https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html: an entry has the ARN of IAM, without session.
    """
    head, _, name = arn.partition("assumed-role/")
    if name:
        named = name.split("/")[0]
        return next((role.arn for role in iam().roles.values() if role.name == named), _iam(head) + f"role/{named}")
    return _iam(arn)


def _iam(arn: str) -> str:
    return arn.replace(":sts:", ":iam:")


def create_caller() -> None:
    """Makes the user that calls with unknown keys, so that it can be given access."""
    if "moto" not in iam().users:
        iam().create_user("us-east-1", "moto")


def create_security_group(region: str, name: str, description: str, vpc: str, tags: Mapping[str, str]) -> str:
    """Makes a security group whose members reach each other."""
    backend = ec2(region)
    group = backend.create_security_group(name, description, vpc_id=vpc, tags=dict(tags))
    backend.authorize_security_group_ingress(
        group.id, "-1", "-1", "-1", [], source_groups=[{"GroupId": group.id}], vpc_id=vpc
    )
    identity: str = group.id
    return identity


def create_interface(
    region: str, subnet_id: str, groups: Sequence[str], description: str, tags: Mapping[str, str]
) -> str:
    """Makes a network interface."""
    backend = ec2(region)
    found = backend.get_subnet(subnet_id)
    made = backend.create_network_interface(found, "", group_ids=list(groups), description=description, tags=dict(tags))
    made.status = "in-use"
    return made.id


def delete_interfaces(region: str, identities: Iterable[str]) -> None:
    """Removes network interfaces that may be gone already."""
    for identity in identities:
        ec2(region).enis.pop(identity, None)


def detach_interfaces(region: str, identities: Iterable[str]) -> None:
    """Leaves network interfaces to whoever cleans up: nothing uses them any more."""
    for identity in identities:
        ec2(region).get_network_interface(identity).status = "available"


def delete_security_group(region: str, identity: str) -> None:
    """Removes a security group unless something is in it, as EKS does."""
    used = any(group.id == identity for eni in list(ec2(region).enis.values()) for group in eni.group_set)
    if not used and ec2(region).get_security_group_from_id(identity):
        ec2(region).delete_security_group(group_id=identity)
