"""KMS keys and aliases."""

from collections.abc import Mapping

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
    has_mark,
    tags_of,
    to_tag_list,
)

_GONE = "NotFoundException"


class KeyKind(Kind):
    """A key. Once its deletion is scheduled, it counts as deleted."""

    token = "aws:kms/key:Key"

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates the resource, or adopts one with this mark."""
        inputs, account = request.inputs, request.account
        client = account.client("kms")
        identifier = self._find_marked(request)
        if identifier is None:
            response = call(
                client.create_key,
                Description=inputs.get("description", ""),
                KeySpec=inputs.get("customerMasterKeySpec"),
                KeyUsage=inputs.get("keyUsage"),
                MultiRegion=inputs.get("multiRegion"),
                Policy=inputs.get("policy"),
                BypassPolicyLockoutSafetyCheck=inputs.get("bypassPolicyLockoutSafetyCheck"),
                Tags=to_tag_list(tags_of(request), "TagKey", "TagValue"),
            )
            identifier = str(response["KeyMetadata"]["KeyId"])
        self._set_state(account, identifier, {}, inputs)
        return identifier

    def _find_marked(self, request: CreateRequest) -> str | None:
        client = request.account.client("kms")
        for page in client.get_paginator("list_keys").paginate():
            for key in page["Keys"]:
                identifier = str(key["KeyId"])
                current = None if identifier in request.known_ids else self.read(request.account, identifier, {})
                if current is not None and has_mark(request, current[TAGS]):
                    return identifier
        return None

    def _set_state(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        client = account.client("kms")
        enabled = new.get("isEnabled", True)
        if enabled and not old.get("isEnabled", True):
            client.enable_key(KeyId=identifier)
        period = new.get("rotationPeriodInDays")
        if new.get("enableKeyRotation") and (
            not old.get("enableKeyRotation") or changed(old, new, "rotationPeriodInDays")
        ):
            call(client.enable_key_rotation, KeyId=identifier, RotationPeriodInDays=period)
        elif old.get("enableKeyRotation") and not new.get("enableKeyRotation"):
            client.disable_key_rotation(KeyId=identifier)
        if not enabled and old.get("isEnabled", True):
            client.disable_key(KeyId=identifier)

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the key; None once its deletion is scheduled."""
        client = account.client("kms")
        response = call_or_none(client.describe_key, _GONE, KeyId=identifier)
        if response is None or response["KeyMetadata"]["KeyState"] in ("PendingDeletion", "PendingReplicaDeletion"):
            return None
        description = response["KeyMetadata"]
        # Keys that AWS manages have no rotation status.
        is_customer_key = (
            description.get("KeyManager") == "CUSTOMER"
            and description.get("KeySpec", "SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT"
        )
        rotation = client.get_key_rotation_status(KeyId=identifier) if is_customer_key else {}
        tags = client.list_resource_tags(KeyId=identifier)["Tags"]
        return {
            "keyId": identifier,
            "arn": description["Arn"],
            "description": description.get("Description", ""),
            "isEnabled": description["Enabled"],
            "keyUsage": description.get("KeyUsage", "ENCRYPT_DECRYPT"),
            "customerMasterKeySpec": description.get("KeySpec", "SYMMETRIC_DEFAULT"),
            "multiRegion": description.get("MultiRegion", False),
            "enableKeyRotation": rotation.get("KeyRotationEnabled", False),
            "rotationPeriodInDays": rotation.get("RotationPeriodInDays", 365),
            "policy": client.get_key_policy(KeyId=identifier, PolicyName="default")["Policy"],
            TAGS: {tag["TagKey"]: tag["TagValue"] for tag in tags},
        }

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Updates what differs."""
        client = account.client("kms")
        self._set_state(account, identifier, old, new)
        if changed(old, new, "description"):
            client.update_key_description(KeyId=identifier, Description=new.get("description", ""))
        if changed(old, new, "policy") and new.get("policy"):
            client.put_key_policy(KeyId=identifier, PolicyName="default", Policy=new["policy"])

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Schedules the deletion."""
        if self.read(account, identifier, state) is not None:
            days = state.get("deletionWindowInDays") or 30
            call_or_none(account.client("kms").schedule_key_deletion, _GONE, KeyId=identifier, PendingWindowInDays=days)

    @override
    def tag(
        self, account: ProviderAccount, identifier: str, state: Inputs, tags: Mapping[str, str], removed: list[str]
    ) -> None:
        """Sets and removes tags."""
        client = account.client("kms")
        if removed:
            client.untag_resource(KeyId=identifier, TagKeys=removed)
        client.tag_resource(KeyId=identifier, Tags=to_tag_list(tags, "TagKey", "TagValue"))


class AliasKind(Kind):
    """An alias of a key; its id is its name."""

    token = "aws:kms/alias:Alias"

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates the alias, or adopts one for the same key."""
        name, key = request.name(), request.inputs["targetKeyId"]
        try:
            request.account.client("kms").create_alias(AliasName=name, TargetKeyId=key)
        except ClientError as error:
            current = self.read(request.account, name, {}) if error_code(error) == "AlreadyExistsException" else None
            if (
                current is None
                or key not in (current["targetKeyId"], current["targetKeyArn"])
                or name in request.known_ids
                or request.replacement
            ):
                raise
        return name

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the alias with its key."""
        for page in account.client("kms").get_paginator("list_aliases").paginate():
            for alias in page["Aliases"]:
                if alias["AliasName"] == identifier and alias.get("TargetKeyId"):
                    key = account.arn("kms", f"key/{alias['TargetKeyId']}")
                    description = {"arn": alias["AliasArn"], "targetKeyArn": key, "targetKeyId": alias["TargetKeyId"]}
                    input_key = state.get("targetKeyId")
                    # The input is the key's id or its ARN.
                    return {"name": identifier, **description, **({"targetKeyId": key} if input_key == key else {})}
        return None

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Sets another key."""
        account.client("kms").update_alias(AliasName=identifier, TargetKeyId=new["targetKeyId"])

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the resource."""
        call_or_none(account.client("kms").delete_alias, _GONE, AliasName=identifier)


KINDS: list[Kind] = [KeyKind(), AliasKind()]
