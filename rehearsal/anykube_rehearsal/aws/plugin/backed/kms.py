"""Encryption keys and their aliases."""

from collections.abc import Mapping

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
    pairs,
    tags_of,
)

_GONE = "NotFoundException"


class Key(Kind):
    """A key. It goes by being scheduled for deletion, and counts as gone from then on."""

    token = "aws:kms/key:Key"

    @override
    def create(self, making: CreateRequest) -> str:
        """Makes it; one that carries the mark of an earlier try is taken over."""
        given, account = making.inputs, making.account
        client = account.client("kms")
        identifier = self._marked(making)
        if identifier is None:
            answer = call(
                client.create_key,
                Description=given.get("description", ""),
                KeySpec=given.get("customerMasterKeySpec"),
                KeyUsage=given.get("keyUsage"),
                MultiRegion=given.get("multiRegion"),
                Policy=given.get("policy"),
                BypassPolicyLockoutSafetyCheck=given.get("bypassPolicyLockoutSafetyCheck"),
                Tags=pairs(tags_of(making), "TagKey", "TagValue"),
            )
            identifier = str(answer["KeyMetadata"]["KeyId"])
        self._switch(account, identifier, {}, given)
        return identifier

    def _marked(self, making: CreateRequest) -> str | None:
        client = making.account.client("kms")
        for page in client.get_paginator("list_keys").paginate():
            for key in page["Keys"]:
                identifier = str(key["KeyId"])
                now = None if identifier in making.known_ids else self.read(making.account, identifier, {})
                if now is not None and is_made(making, now[TAGS]):
                    return identifier
        return None

    def _switch(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
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
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """What it is like; None once its deletion is scheduled."""
        client = account.client("kms")
        answer = found(client.describe_key, _GONE, KeyId=identifier)
        if answer is None or answer["KeyMetadata"]["KeyState"] in ("PendingDeletion", "PendingReplicaDeletion"):
            return None
        about = answer["KeyMetadata"]
        # A key that AWS manages has no rotation to ask for, and nobody's tags.
        own = about.get("KeyManager") == "CUSTOMER" and about.get("KeySpec", "SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT"
        rotation = client.get_key_rotation_status(KeyId=identifier) if own else {}
        tags = client.list_resource_tags(KeyId=identifier)["Tags"]
        return {
            "keyId": identifier,
            "arn": about["Arn"],
            "description": about.get("Description", ""),
            "isEnabled": about["Enabled"],
            "keyUsage": about.get("KeyUsage", "ENCRYPT_DECRYPT"),
            "customerMasterKeySpec": about.get("KeySpec", "SYMMETRIC_DEFAULT"),
            "multiRegion": about.get("MultiRegion", False),
            "enableKeyRotation": rotation.get("KeyRotationEnabled", False),
            "rotationPeriodInDays": rotation.get("RotationPeriodInDays", 365),
            "policy": client.get_key_policy(KeyId=identifier, PolicyName="default")["Policy"],
            TAGS: {tag["TagKey"]: tag["TagValue"] for tag in tags},
        }

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Changes what differs."""
        client = account.client("kms")
        self._switch(account, identifier, old, new)
        if changed(old, new, "description"):
            client.update_key_description(KeyId=identifier, Description=new.get("description", ""))
        if changed(old, new, "policy") and new.get("policy"):
            client.put_key_policy(KeyId=identifier, PolicyName="default", Policy=new["policy"])

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Schedules its deletion."""
        if self.read(account, identifier, state) is not None:
            days = state.get("deletionWindowInDays") or 30
            found(account.client("kms").schedule_key_deletion, _GONE, KeyId=identifier, PendingWindowInDays=days)

    @override
    def tag(self, account: Account, identifier: str, state: Inputs, tags: Mapping[str, str], gone: list[str]) -> None:
        """Sets and removes tags."""
        client = account.client("kms")
        if gone:
            client.untag_resource(KeyId=identifier, TagKeys=gone)
        client.tag_resource(KeyId=identifier, Tags=pairs(tags, "TagKey", "TagValue"))


class Alias(Kind):
    """A name of a key. The name is its id."""

    token = "aws:kms/alias:Alias"

    @override
    def create(self, making: CreateRequest) -> str:
        """Makes it; one that points at the same key already is taken over, for it says the same."""
        name, key = making.name(), making.inputs["targetKeyId"]
        try:
            making.account.client("kms").create_alias(AliasName=name, TargetKeyId=key)
        except ClientError as error:
            now = self.read(making.account, name, {}) if code(error) == "AlreadyExistsException" else None
            if (
                now is None
                or key not in (now["targetKeyId"], now["targetKeyArn"])
                or name in making.known_ids
                or making.replacement
            ):
                raise
        return name

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """The key that it points at."""
        for page in account.client("kms").get_paginator("list_aliases").paginate():
            for alias in page["Aliases"]:
                if alias["AliasName"] == identifier and alias.get("TargetKeyId"):
                    key = account.arn("kms", f"key/{alias['TargetKeyId']}")
                    about = {"arn": alias["AliasArn"], "targetKeyArn": key, "targetKeyId": alias["TargetKeyId"]}
                    given = state.get("targetKeyId")
                    # A key is given by its id or by its ARN.
                    return {"name": identifier, **about, **({"targetKeyId": key} if given == key else {})}
        return None

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Points it at another key."""
        account.client("kms").update_alias(AliasName=identifier, TargetKeyId=new["targetKeyId"])

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes it."""
        found(account.client("kms").delete_alias, _GONE, AliasName=identifier)


KINDS: list[Kind] = [Key(), Alias()]
