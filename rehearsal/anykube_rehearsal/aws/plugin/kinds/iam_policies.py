"""IAM policies: managed, inline in roles, and attached to roles."""

import json
from collections.abc import Mapping
from urllib.parse import unquote

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import ProviderAccount
from anykube_rehearsal.aws.plugin.kinds.kind import (
    TAGS,
    ClientError,
    CreateRequest,
    Inputs,
    Json,
    Kind,
    call,
    call_or_none,
    changed,
    error_code,
    from_tag_list,
    has_mark,
    tags_of,
    to_tag_list,
)

_GONE = "NoSuchEntity"


def policy_document(value: object) -> str:
    """A policy document as JSON: boto3 returns it parsed or URL-encoded."""
    return json.dumps(value) if isinstance(value, Mapping) else unquote(str(value))


class PolicyKind(Kind):
    """A managed policy; its id is its ARN. An update adds a default version; a policy has at most five versions."""

    token = "aws:iam/policy:Policy"

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates the resource, or adopts one with this name and mark."""
        inputs, account, name = request.inputs, request.account, request.name()
        client = account.client("iam")
        try:
            response = call(
                client.create_policy,
                PolicyName=name,
                Path=inputs.get("path"),
                PolicyDocument=inputs["policy"],
                Description=inputs.get("description"),
                Tags=to_tag_list(tags_of(request)),
            )
            return str(response["Policy"]["Arn"])
        except ClientError as error:
            arn = f"arn:aws:iam::{account.number}:policy{inputs.get('path', '/')}{name}"
            tags = {} if error_code(error) != "EntityAlreadyExists" else client.list_policy_tags(PolicyArn=arn)
            if not has_mark(request, from_tag_list(tags.get("Tags"))) or arn in request.known_ids:
                raise
            return arn

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the policy with the document of its default version."""
        client = account.client("iam")
        response = call_or_none(client.get_policy, _GONE, PolicyArn=identifier)
        if response is None:
            return None
        description = response["Policy"]
        version = client.get_policy_version(PolicyArn=identifier, VersionId=description["DefaultVersionId"])
        return {
            "name": description["PolicyName"],
            "arn": identifier,
            "path": description["Path"],
            "policyId": description["PolicyId"],
            "description": description.get("Description", ""),
            "attachmentCount": description.get("AttachmentCount", 0),
            "policy": policy_document(version["PolicyVersion"]["Document"]),
            TAGS: from_tag_list(description.get("Tags")),
        }

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Creates a new default version, and deletes old versions to make room."""
        if not changed(old, new, "policy"):
            return
        client = account.client("iam")
        self._prune(account, identifier, keep=4)
        client.create_policy_version(PolicyArn=identifier, PolicyDocument=new["policy"], SetAsDefault=True)

    def _prune(self, account: ProviderAccount, identifier: str, keep: int) -> None:
        client = account.client("iam")
        versions = client.list_policy_versions(PolicyArn=identifier)["Versions"]
        old = sorted(
            (version for version in versions if not version["IsDefaultVersion"]),
            key=lambda version: int(version["VersionId"][1:]),
        )
        for version in old[: max(len(versions) - keep, 0)]:
            client.delete_policy_version(PolicyArn=identifier, VersionId=version["VersionId"])

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the versions, then the policy."""
        if self.read(account, identifier, state) is not None:
            self._prune(account, identifier, keep=1)
            call_or_none(account.client("iam").delete_policy, _GONE, PolicyArn=identifier)

    @override
    def tag(
        self, account: ProviderAccount, identifier: str, state: Inputs, tags: Mapping[str, str], removed: list[str]
    ) -> None:
        """Sets and removes tags."""
        client = account.client("iam")
        if removed:
            client.untag_policy(PolicyArn=identifier, TagKeys=removed)
        client.tag_policy(PolicyArn=identifier, Tags=to_tag_list(tags))


class RolePolicyKind(Kind):
    """An inline policy of a role; its id is `role:name`."""

    token = "aws:iam/rolePolicy:RolePolicy"

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates the policy. Can be repeated."""
        role, name = request.inputs["role"], request.name()
        client = request.account.client("iam")
        client.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=request.inputs["policy"])
        return f"{role}:{name}"

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the document."""
        role, _, name = identifier.partition(":")
        response = call_or_none(account.client("iam").get_role_policy, _GONE, RoleName=role, PolicyName=name)
        return response and {"role": role, "name": name, "policy": policy_document(response["PolicyDocument"])}

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Replaces the document."""
        role, _, name = identifier.partition(":")
        account.client("iam").put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=new["policy"])

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the resource."""
        role, _, name = identifier.partition(":")
        call_or_none(account.client("iam").delete_role_policy, _GONE, RoleName=role, PolicyName=name)


class RolePolicyAttachmentKind(Kind):
    """The attachment of a managed policy to a role; its id is `role/arn`."""

    token = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"

    @override
    def create(self, request: CreateRequest) -> str:
        """Attaches the policy. Can be repeated."""
        role, arn = request.inputs["role"], request.inputs["policyArn"]
        request.account.client("iam").attach_role_policy(RoleName=role, PolicyArn=arn)
        return f"{role}/{arn}"

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads whether the policy is attached."""
        role, _, arn = identifier.partition("/")
        response = call_or_none(account.client("iam").list_attached_role_policies, _GONE, RoleName=role)
        attached = [version["PolicyArn"] for version in (response or {}).get("AttachedPolicies", [])]
        return {"role": role, "policyArn": arn} if arn in attached else None

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Detaches the policy."""
        role, _, arn = identifier.partition("/")
        call_or_none(account.client("iam").detach_role_policy, _GONE, RoleName=role, PolicyArn=arn)


KINDS: list[Kind] = [PolicyKind(), RolePolicyKind(), RolePolicyAttachmentKind()]
