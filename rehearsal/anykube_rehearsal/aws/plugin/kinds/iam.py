"""IAM roles and OpenID Connect providers."""

from collections.abc import Mapping

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import ProviderAccount
from anykube_rehearsal.aws.plugin.kinds.iam_policies import policy_document
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


class RoleKind(Kind):
    """A role; its id is its name."""

    token = "aws:iam/role:Role"

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates the resource, or adopts one with this name and mark."""
        inputs, client, name = request.inputs, request.account.client("iam"), request.name()
        try:
            call(
                client.create_role,
                RoleName=name,
                AssumeRolePolicyDocument=inputs["assumeRolePolicy"],
                Path=inputs.get("path"),
                Description=inputs.get("description"),
                MaxSessionDuration=inputs.get("maxSessionDuration"),
                PermissionsBoundary=inputs.get("permissionsBoundary"),
                Tags=to_tag_list(tags_of(request)),
            )
        except ClientError as error:
            tags = {} if error_code(error) != "EntityAlreadyExists" else client.list_role_tags(RoleName=name)
            if not has_mark(request, from_tag_list(tags.get("Tags"))) or name in request.known_ids:
                raise
        self._update_policies(request.account, name, {}, inputs)
        return name

    def _update_policies(self, account: ProviderAccount, name: str, old: Inputs, new: Inputs) -> None:
        client = account.client("iam")
        before, after = _by_name(old), _by_name(new)
        for policy in before.keys() - after.keys():
            call_or_none(client.delete_role_policy, _GONE, RoleName=name, PolicyName=policy)
        for policy, document in after.items():
            client.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=document)
        attached, desired = set(old.get("managedPolicyArns") or []), set(new.get("managedPolicyArns") or [])
        for arn in sorted(attached - desired):
            call_or_none(client.detach_role_policy, _GONE, RoleName=name, PolicyArn=arn)
        for arn in sorted(desired - attached):
            client.attach_role_policy(RoleName=name, PolicyArn=arn)

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the role with its inline and attached policies."""
        client = account.client("iam")
        response = call_or_none(client.get_role, _GONE, RoleName=identifier)
        if response is None:
            return None
        description = response["Role"]
        names = client.list_role_policies(RoleName=identifier)["PolicyNames"]
        documents = [client.get_role_policy(RoleName=identifier, PolicyName=name)["PolicyDocument"] for name in names]
        inline = [
            {"name": name, "policy": policy_document(document)} for name, document in zip(names, documents, strict=True)
        ]
        attached = client.list_attached_role_policies(RoleName=identifier)["AttachedPolicies"]
        return {
            "name": identifier,
            "arn": description["Arn"],
            "path": description["Path"],
            "uniqueId": description["RoleId"],
            "createDate": description["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "description": description.get("Description", ""),
            "maxSessionDuration": description.get("MaxSessionDuration", 3600),
            "permissionsBoundary": description.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
            "assumeRolePolicy": policy_document(description["AssumeRolePolicyDocument"]),
            "inlinePolicies": inline,
            "managedPolicyArns": [policy["PolicyArn"] for policy in attached],
            TAGS: from_tag_list(description.get("Tags")),
        }

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Updates what differs."""
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
        self._update_policies(account, identifier, old, new)

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the role with the program's policies; with `forceDetachPolicies`, with all policies."""
        client = account.client("iam")
        current = self.read(account, identifier, state)
        if current is None:
            return
        everything = bool(state.get("forceDetachPolicies"))
        owned = current if everything else {key: state.get(key) for key in ("inlinePolicies", "managedPolicyArns")}
        inline_policies = {policy["name"] for policy in current["inlinePolicies"]} & _by_name(owned).keys()
        for policy in inline_policies:
            call_or_none(client.delete_role_policy, _GONE, RoleName=identifier, PolicyName=policy)
        for arn in set(current["managedPolicyArns"]) & set(owned.get("managedPolicyArns") or []):
            call_or_none(client.detach_role_policy, _GONE, RoleName=identifier, PolicyArn=arn)
        call_or_none(client.delete_role, _GONE, RoleName=identifier)

    @override
    def tag(
        self, account: ProviderAccount, identifier: str, state: Inputs, tags: Mapping[str, str], removed: list[str]
    ) -> None:
        """Sets and removes tags."""
        client = account.client("iam")
        if removed:
            client.untag_role(RoleName=identifier, TagKeys=removed)
        client.tag_role(RoleName=identifier, Tags=to_tag_list(tags))


def _by_name(inputs: Inputs) -> dict[str, str]:
    return {policy["name"]: policy["policy"] for policy in inputs.get("inlinePolicies") or [] if policy.get("name")}


class OpenIdConnectProviderKind(Kind):
    """An OpenID Connect provider; its id is its ARN."""

    token = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates the provider, or adopts one with this issuer and mark."""
        inputs, account = request.inputs, request.account
        client = account.client("iam")
        try:
            response = call(
                client.create_open_id_connect_provider,
                Url=inputs["url"],
                ClientIDList=inputs["clientIdLists"],
                ThumbprintList=inputs.get("thumbprintLists"),
                Tags=to_tag_list(tags_of(request)),
            )
            return str(response["OpenIDConnectProviderArn"])
        except ClientError as error:
            issuer = str(inputs["url"]).removeprefix("https://")
            arn = f"arn:aws:iam::{account.number}:oidc-provider/{issuer}"
            exists = error_code(error) == "EntityAlreadyExists"
            description = client.get_open_id_connect_provider(OpenIDConnectProviderArn=arn) if exists else {}
            if not has_mark(request, from_tag_list(description.get("Tags"))) or arn in request.known_ids:
                raise
            return arn

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the provider."""
        client = account.client("iam")
        description = call_or_none(client.get_open_id_connect_provider, _GONE, OpenIDConnectProviderArn=identifier)
        return description and {
            "arn": identifier,
            # IAM returns it without the scheme. The provider takes both for the same:
            # https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/iam/openid_connect_provider.go
            "url": f"https://{str(description['Url']).removeprefix('https://')}",
            "clientIdLists": description.get("ClientIDList", []),
            "thumbprintLists": description.get("ThumbprintList", []),
            TAGS: from_tag_list(description.get("Tags")),
        }

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Updates thumbprints and clients."""
        client = account.client("iam")
        if changed(old, new, "thumbprintLists") and new.get("thumbprintLists"):
            prints = new["thumbprintLists"]
            client.update_open_id_connect_provider_thumbprint(
                OpenIDConnectProviderArn=identifier, ThumbprintList=prints
            )
        before, after = set(old.get("clientIdLists") or []), set(new.get("clientIdLists") or [])
        for policy in sorted(after - before):
            client.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=identifier, ClientID=policy)
        for policy in sorted(before - after):
            client.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=identifier, ClientID=policy)

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the resource."""
        client = account.client("iam")
        call_or_none(client.delete_open_id_connect_provider, _GONE, OpenIDConnectProviderArn=identifier)

    @override
    def tag(
        self, account: ProviderAccount, identifier: str, state: Inputs, tags: Mapping[str, str], removed: list[str]
    ) -> None:
        """Sets and removes tags."""
        client = account.client("iam")
        if removed:
            client.untag_open_id_connect_provider(OpenIDConnectProviderArn=identifier, TagKeys=removed)
        client.tag_open_id_connect_provider(OpenIDConnectProviderArn=identifier, Tags=to_tag_list(tags))


KINDS: list[Kind] = [RoleKind(), OpenIdConnectProviderKind()]
