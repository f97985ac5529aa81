"""Identity: roles and OpenID Connect providers."""

from collections.abc import Mapping

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import Account
from anykube_rehearsal.aws.plugin.backed.iam_policies import policy_document
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


class Role(Kind):
    """A role. Its name is its id."""

    token = "aws:iam/role:Role"

    @override
    def create(self, making: CreateRequest) -> str:
        """Makes it; one of that name with this mark is taken over."""
        given, client, name = making.inputs, making.account.client("iam"), making.name()
        try:
            call(
                client.create_role,
                RoleName=name,
                AssumeRolePolicyDocument=given["assumeRolePolicy"],
                Path=given.get("path"),
                Description=given.get("description"),
                MaxSessionDuration=given.get("maxSessionDuration"),
                PermissionsBoundary=given.get("permissionsBoundary"),
                Tags=pairs(tags_of(making)),
            )
        except ClientError as error:
            tags = {} if code(error) != "EntityAlreadyExists" else client.list_role_tags(RoleName=name)
            if not is_made(making, mapping(tags.get("Tags"))) or name in making.known_ids:
                raise
        self._policies(making.account, name, {}, given)
        return name

    def _policies(self, account: Account, name: str, old: Inputs, new: Inputs) -> None:
        client = account.client("iam")
        before, after = _by_name(old), _by_name(new)
        for policy in before.keys() - after.keys():
            found(client.delete_role_policy, _GONE, RoleName=name, PolicyName=policy)
        for policy, document in after.items():
            client.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=document)
        attached, wanted = set(old.get("managedPolicyArns") or []), set(new.get("managedPolicyArns") or [])
        for arn in sorted(attached - wanted):
            found(client.detach_role_policy, _GONE, RoleName=name, PolicyArn=arn)
        for arn in sorted(wanted - attached):
            client.attach_role_policy(RoleName=name, PolicyArn=arn)

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """What it is like, with the policies in and on it."""
        client = account.client("iam")
        answer = found(client.get_role, _GONE, RoleName=identifier)
        if answer is None:
            return None
        about = answer["Role"]
        names = client.list_role_policies(RoleName=identifier)["PolicyNames"]
        documents = [client.get_role_policy(RoleName=identifier, PolicyName=name)["PolicyDocument"] for name in names]
        inline = [
            {"name": name, "policy": policy_document(document)} for name, document in zip(names, documents, strict=True)
        ]
        attached = client.list_attached_role_policies(RoleName=identifier)["AttachedPolicies"]
        return {
            "name": identifier,
            "arn": about["Arn"],
            "path": about["Path"],
            "uniqueId": about["RoleId"],
            "createDate": about["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "description": about.get("Description", ""),
            "maxSessionDuration": about.get("MaxSessionDuration", 3600),
            "permissionsBoundary": about.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
            "assumeRolePolicy": policy_document(about["AssumeRolePolicyDocument"]),
            "inlinePolicies": inline,
            "managedPolicyArns": [one["PolicyArn"] for one in attached],
            TAGS: mapping(about.get("Tags")),
        }

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Changes what differs."""
        client = account.client("iam")
        if changed(old, new, "assumeRolePolicy"):
            client.update_assume_role_policy(RoleName=identifier, PolicyDocument=new["assumeRolePolicy"])
        if changed(old, new, "description", "maxSessionDuration"):
            client.update_role(
                RoleName=identifier,
                Description=new.get("description", ""),
                MaxSessionDuration=new.get("maxSessionDuration", 3600),
            )
        if changed(old, new, "permissionsBoundary"):
            boundary = new.get("permissionsBoundary")
            if boundary:
                client.put_role_permissions_boundary(RoleName=identifier, PermissionsBoundary=boundary)
            else:
                client.delete_role_permissions_boundary(RoleName=identifier)
        self._policies(account, identifier, old, new)

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes it with what the program put in it; with `forceDetachPolicies`, whatever is on it."""
        client = account.client("iam")
        now = self.read(account, identifier, state)
        if now is None:
            return
        everything = bool(state.get("forceDetachPolicies"))
        own = now if everything else {key: state.get(key) for key in ("inlinePolicies", "managedPolicyArns")}
        present = {one["name"] for one in now["inlinePolicies"]} & _by_name(own).keys()
        for policy in present:
            found(client.delete_role_policy, _GONE, RoleName=identifier, PolicyName=policy)
        for arn in set(now["managedPolicyArns"]) & set(own.get("managedPolicyArns") or []):
            found(client.detach_role_policy, _GONE, RoleName=identifier, PolicyArn=arn)
        found(client.delete_role, _GONE, RoleName=identifier)

    @override
    def tag(self, account: Account, identifier: str, state: Inputs, tags: Mapping[str, str], gone: list[str]) -> None:
        """Sets and removes tags."""
        client = account.client("iam")
        if gone:
            client.untag_role(RoleName=identifier, TagKeys=gone)
        client.tag_role(RoleName=identifier, Tags=pairs(tags))


def _by_name(inputs: Inputs) -> dict[str, str]:
    return {one["name"]: one["policy"] for one in inputs.get("inlinePolicies") or [] if one.get("name")}


class OpenIdConnectProvider(Kind):
    """That IAM believes an issuer. Its ARN is its id."""

    token = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"

    @override
    def create(self, making: CreateRequest) -> str:
        """Makes it; one of that issuer with this mark is taken over."""
        given, account = making.inputs, making.account
        client = account.client("iam")
        try:
            answer = call(
                client.create_open_id_connect_provider,
                Url=given["url"],
                ClientIDList=given["clientIdLists"],
                ThumbprintList=given.get("thumbprintLists"),
                Tags=pairs(tags_of(making)),
            )
            return str(answer["OpenIDConnectProviderArn"])
        except ClientError as error:
            issuer = str(given["url"]).removeprefix("https://")
            arn = f"arn:aws:iam::{account.number}:oidc-provider/{issuer}"
            exists = code(error) == "EntityAlreadyExists"
            about = client.get_open_id_connect_provider(OpenIDConnectProviderArn=arn) if exists else {}
            if not is_made(making, mapping(about.get("Tags"))) or arn in making.known_ids:
                raise
            return arn

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """What it believes."""
        client = account.client("iam")
        about = found(client.get_open_id_connect_provider, _GONE, OpenIDConnectProviderArn=identifier)
        return about and {
            "arn": identifier,
            "url": str(about["Url"]).removeprefix("https://"),
            "clientIdLists": about.get("ClientIDList", []),
            "thumbprintLists": about.get("ThumbprintList", []),
            TAGS: mapping(about.get("Tags")),
        }

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Changes thumbprints and clients."""
        client = account.client("iam")
        if changed(old, new, "thumbprintLists") and new.get("thumbprintLists"):
            prints = new["thumbprintLists"]
            client.update_open_id_connect_provider_thumbprint(
                OpenIDConnectProviderArn=identifier, ThumbprintList=prints
            )
        before, after = set(old.get("clientIdLists") or []), set(new.get("clientIdLists") or [])
        for one in sorted(after - before):
            client.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=identifier, ClientID=one)
        for one in sorted(before - after):
            client.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=identifier, ClientID=one)

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes it."""
        client = account.client("iam")
        found(client.delete_open_id_connect_provider, _GONE, OpenIDConnectProviderArn=identifier)

    @override
    def tag(self, account: Account, identifier: str, state: Inputs, tags: Mapping[str, str], gone: list[str]) -> None:
        """Sets and removes tags."""
        client = account.client("iam")
        if gone:
            client.untag_open_id_connect_provider(OpenIDConnectProviderArn=identifier, TagKeys=gone)
        client.tag_open_id_connect_provider(OpenIDConnectProviderArn=identifier, Tags=pairs(tags))


KINDS: list[Kind] = [Role(), OpenIdConnectProvider()]
