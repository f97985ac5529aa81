"""Policies, by themselves, inside roles and attached to them."""

import json
from collections.abc import Mapping
from urllib.parse import unquote

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import Account
from anykube_rehearsal.aws.plugin.backed.kind import (
    TAGS,
    ClientError,
    CreateRequest,
    Inputs,
    Json,
    Kind,
    call,
    changed,
    code,
    found,
    is_made,
    mapping,
    pairs,
    tags_of,
)

_GONE = "NoSuchEntity"


def policy_document(value: object) -> str:
    """A policy as IAM gives it back: boto3 has parsed it, or left it encoded."""
    return json.dumps(value) if isinstance(value, Mapping) else unquote(str(value))


class Policy(Kind):
    """A managed policy. Its ARN is its id; a change is a new default version, of which there are five at most."""

    token = "aws:iam/policy:Policy"

    @override
    def create(self, making: CreateRequest) -> str:
        """Makes it; one of that name with this mark is taken over."""
        given, account, name = making.inputs, making.account, making.name()
        client = account.client("iam")
        try:
            answer = call(
                client.create_policy,
                PolicyName=name,
                Path=given.get("path"),
                PolicyDocument=given["policy"],
                Description=given.get("description"),
                Tags=pairs(tags_of(making)),
            )
            return str(answer["Policy"]["Arn"])
        except ClientError as error:
            arn = f"arn:aws:iam::{account.number}:policy{given.get('path', '/')}{name}"
            tags = {} if code(error) != "EntityAlreadyExists" else client.list_policy_tags(PolicyArn=arn)
            if not is_made(making, mapping(tags.get("Tags"))) or arn in making.known_ids:
                raise
            return arn

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """What it is like, with the document of its default version."""
        client = account.client("iam")
        answer = found(client.get_policy, _GONE, PolicyArn=identifier)
        if answer is None:
            return None
        about = answer["Policy"]
        version = client.get_policy_version(PolicyArn=identifier, VersionId=about["DefaultVersionId"])
        return {
            "name": about["PolicyName"],
            "arn": identifier,
            "path": about["Path"],
            "policyId": about["PolicyId"],
            "description": about.get("Description", ""),
            "attachmentCount": about.get("AttachmentCount", 0),
            "policy": policy_document(version["PolicyVersion"]["Document"]),
            TAGS: mapping(about.get("Tags")),
        }

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Makes a new default version, and room for it."""
        if not changed(old, new, "policy"):
            return
        client = account.client("iam")
        self._prune(account, identifier, keep=4)
        client.create_policy_version(PolicyArn=identifier, PolicyDocument=new["policy"], SetAsDefault=True)

    def _prune(self, account: Account, identifier: str, keep: int) -> None:
        client = account.client("iam")
        versions = client.list_policy_versions(PolicyArn=identifier)["Versions"]
        old = sorted(
            (one for one in versions if not one["IsDefaultVersion"]), key=lambda one: int(one["VersionId"][1:])
        )
        for version in old[: max(len(versions) - keep, 0)]:
            client.delete_policy_version(PolicyArn=identifier, VersionId=version["VersionId"])

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes its versions, then itself."""
        if self.read(account, identifier, state) is not None:
            self._prune(account, identifier, keep=1)
            found(account.client("iam").delete_policy, _GONE, PolicyArn=identifier)

    @override
    def tag(self, account: Account, identifier: str, state: Inputs, tags: Mapping[str, str], gone: list[str]) -> None:
        """Sets and removes tags."""
        client = account.client("iam")
        if gone:
            client.untag_policy(PolicyArn=identifier, TagKeys=gone)
        client.tag_policy(PolicyArn=identifier, Tags=pairs(tags))


class RolePolicy(Kind):
    """A policy inside a role; its id is `role:name`."""

    token = "aws:iam/rolePolicy:RolePolicy"

    @override
    def create(self, making: CreateRequest) -> str:
        """Puts it, which may be repeated."""
        role, name = making.inputs["role"], making.name()
        client = making.account.client("iam")
        client.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=making.inputs["policy"])
        return f"{role}:{name}"

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """Its document."""
        role, _, name = identifier.partition(":")
        answer = found(account.client("iam").get_role_policy, _GONE, RoleName=role, PolicyName=name)
        return answer and {"role": role, "name": name, "policy": policy_document(answer["PolicyDocument"])}

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Puts the new document."""
        role, _, name = identifier.partition(":")
        account.client("iam").put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=new["policy"])

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes it."""
        role, _, name = identifier.partition(":")
        found(account.client("iam").delete_role_policy, _GONE, RoleName=role, PolicyName=name)


class RolePolicyAttachment(Kind):
    """That a role has a managed policy; its id is `role/arn`."""

    token = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"

    @override
    def create(self, making: CreateRequest) -> str:
        """Attaches it, which may be repeated."""
        role, arn = making.inputs["role"], making.inputs["policyArn"]
        making.account.client("iam").attach_role_policy(RoleName=role, PolicyArn=arn)
        return f"{role}/{arn}"

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """Whether it is attached."""
        role, _, arn = identifier.partition("/")
        answer = found(account.client("iam").list_attached_role_policies, _GONE, RoleName=role)
        attached = [one["PolicyArn"] for one in (answer or {}).get("AttachedPolicies", [])]
        return {"role": role, "policyArn": arn} if arn in attached else None

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Detaches it."""
        role, _, arn = identifier.partition("/")
        found(account.client("iam").detach_role_policy, _GONE, RoleName=role, PolicyArn=arn)


KINDS: list[Kind] = [Policy(), RolePolicy(), RolePolicyAttachment()]
