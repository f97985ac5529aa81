"""Resources of other services that EKS reads and creates, in moto's backends in this process."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.iam.models import IAMBackend, iam_backends
from moto.kms.models import kms_backends
from moto.sts.models import sts_backends

ACCOUNT = os.environ.get("MOTO_ACCOUNT_ID", DEFAULT_ACCOUNT_ID)
"""The account's id, by moto's own variable; by default that of AWS' examples."""

CALLER = f"arn:aws:iam::{ACCOUNT}:user/moto"
"""moto's caller for access keys that IAM does not have."""


@dataclass(frozen=True)
class Subnet:
    """A subnet."""

    id: str
    zone: str
    vpc: str


@dataclass(frozen=True)
class SecretKey:
    """What signs the requests of a caller."""

    access_key: str
    secret: str
    session_token: str | None = None
    """Only in a session."""


@dataclass(frozen=True)
class Template:
    """A version of a launch template, with its data in EC2."""

    id: str
    name: str
    version: str
    data: Mapping[str, Any]


def ec2(region: str) -> EC2Backend:
    """moto's EC2 backend of a region."""
    return ec2_backends[ACCOUNT][region]


def iam() -> IAMBackend:
    """moto's IAM backend."""
    return iam_backends[ACCOUNT]["aws"]


def subnet(region: str, subnet_id: str) -> Subnet | None:
    """A subnet; None if it does not exist."""
    for each in ec2(region).describe_subnets():
        if each.id == subnet_id:
            return Subnet(each.id, each.availability_zone, each.vpc_id)
    return None


def vpc_of_security_group(region: str, group_id: str) -> str | None:
    """The VPC of a security group; None if it does not exist."""
    group = ec2(region).get_security_group_from_id(group_id)
    return group.vpc_id if group else None


def admitted_ranges(region: str, group_id: str, port: int) -> Iterator[str]:
    """The IPv4 ranges that a security group admits on a TCP port."""
    group = ec2(region).get_security_group_from_id(group_id)
    for rule in group.ingress_rules if group else ():
        is_tcp = rule.ip_protocol == "tcp" and (rule.from_port or 0) <= port <= (rule.to_port or 0)
        if "CidrIp" in rule.ip_range and (is_tcp or rule.ip_protocol == "-1"):
            yield rule.ip_range["CidrIp"]


def vpc_range(region: str, vpc_id: str) -> str:
    """The IPv4 range of a VPC."""
    cidr: str = ec2(region).get_vpc(vpc_id).cidr_block
    return cidr


def trust_policy(role_arn: str) -> Mapping[str, Any] | None:
    """The trust policy of a role; None if it does not exist."""
    for role in list(iam().roles.values()):
        if role.arn == role_arn:
            return cast("Mapping[str, Any]", json.loads(role.assume_role_policy_document))
    return None


def has_principal(arn: str) -> bool:
    """Whether IAM has a role or user with this ARN."""
    arns = [role.arn for role in list(iam().roles.values())] + [user.arn for user in list(iam().users.values())]
    return arn in arns


def has_key(region: str, arn: str) -> bool:
    """Whether KMS has this key and it is enabled."""
    keys = list(kms_backends[ACCOUNT][region].keys.values())
    return any(key.arn == arn and key.key_state == "Enabled" for key in keys)


def architectures(instance_type: str) -> Sequence[str] | None:
    """The processor architectures of an instance type; None if it does not exist."""
    facts = INSTANCE_TYPES.get(instance_type)
    return cast("Sequence[str]", facts["ProcessorInfo"]["SupportedArchitectures"]) if facts else None


def template(region: str, params: Mapping[str, str]) -> Template | None:
    """The launch template with this `id` or `name`, in this `version` or the default; None if it does not exist."""
    backend = ec2(region)
    try:
        if "id" in params:
            launch_template = backend.get_launch_template(params["id"])
        else:
            launch_template = backend.get_launch_template_by_name(params["name"])
        version = launch_template.get_version(params.get("version", "$Default"))
    except (EC2ClientError, ValueError):
        return None
    return Template(launch_template.id, launch_template.name, str(version.number), version.data)


def secret_key(access_key: str) -> SecretKey | None:
    """The key of a user or session; None if it does not exist, is inactive or has expired."""
    session = sts_backends[ACCOUNT]["aws"].get_assumed_role_from_access_key(access_key)
    if session:
        key = SecretKey(access_key, session.secret_access_key, session.session_token)
        return key if utcnow() < session.expiration else None
    user_key = iam().access_keys.get(access_key)
    return SecretKey(access_key, user_key.secret_access_key) if user_key and user_key.status == "Active" else None


def caller(access_key: str, region: str) -> str:
    """The IAM principal of an access key; for a session of a role, the role."""
    _, arn, _ = sts_backends[ACCOUNT]["aws"].get_caller_identity(access_key, region)
    return principal(arn)


def principal(arn: str) -> str:
    """The IAM principal of an STS identity, for a role with its path, which the identity lacks.

    https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html: an entry has an IAM ARN, without a session.
    """
    head, _, session = arn.partition(":assumed-role/")
    if not session:
        return _iam(arn)
    name = session.split("/")[0]
    return next((role.arn for role in iam().roles.values() if role.name == name), _iam(head) + f":role/{name}")


def _iam(arn: str) -> str:
    return arn.replace(":sts:", ":iam:")


def create_caller() -> None:
    """Creates the user for unknown access keys, so that it can have an access entry."""
    if "moto" not in iam().users:
        iam().create_user("us-east-1", "moto")


def create_security_group(region: str, name: str, description: str, vpc: str, tags: Mapping[str, str]) -> str:
    """Creates a security group whose members can reach each other."""
    backend = ec2(region)
    group = backend.create_security_group(name, description, vpc_id=vpc, tags=dict(tags))
    backend.authorize_security_group_ingress(
        group.id, "-1", "-1", "-1", [], source_groups=[{"GroupId": group.id}], vpc_id=vpc
    )
    group_id: str = group.id
    return group_id


def create_interface(
    region: str, subnet_id: str, groups: Sequence[str], description: str, tags: Mapping[str, str]
) -> str:
    """Creates a network interface that is in use."""
    backend = ec2(region)
    interface = backend.create_network_interface(
        backend.get_subnet(subnet_id), "", group_ids=list(groups), description=description, tags=dict(tags)
    )
    interface.status = "in-use"
    return interface.id


def delete_interfaces(region: str, interface_ids: Iterable[str]) -> None:
    """Deletes network interfaces. Skips those that do not exist."""
    for interface_id in interface_ids:
        ec2(region).enis.pop(interface_id, None)


def detach_interfaces(region: str, interface_ids: Iterable[str]) -> None:
    """Marks network interfaces as unused, so that they can be deleted."""
    for interface_id in interface_ids:
        ec2(region).get_network_interface(interface_id).status = "available"


def delete_security_group(region: str, group_id: str) -> None:
    """Deletes a security group unless an interface uses it, as EKS does."""
    used = any(group.id == group_id for eni in list(ec2(region).enis.values()) for group in eni.group_set)
    if not used and ec2(region).get_security_group_from_id(group_id):
        ec2(region).delete_security_group(group_id=group_id)
