"""Log groups."""

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
    tags_of,
)

_GONE = "ResourceNotFoundException"


class LogGroup(Kind):
    """A log group. Its name is its id."""

    token = "aws:cloudwatch/logGroup:LogGroup"

    @override
    def create(self, making: CreateRequest) -> str:
        """Makes it; one of that name with this mark is taken over."""
        given, account, name = making.inputs, making.account, making.name()
        try:
            call(
                account.client("logs").create_log_group,
                logGroupName=name,
                kmsKeyId=given.get("kmsKeyId"),
                logGroupClass=given.get("logGroupClass"),
                tags=tags_of(making),
            )
        except ClientError as error:
            now = self.read(account, name, {}) if code(error) == "ResourceAlreadyExistsException" else None
            if now is None or not is_made(making, now[TAGS]) or name in making.known_ids:
                raise
        self._retain(account, name, given)
        return name

    def _retain(self, account: Account, name: str, inputs: Inputs) -> None:
        client, days = account.client("logs"), inputs.get("retentionInDays")
        if days:
            client.put_retention_policy(logGroupName=name, retentionInDays=days)
        else:
            client.delete_retention_policy(logGroupName=name)

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """What it is like."""
        client = account.client("logs")
        for page in client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=identifier):
            for about in page["logGroups"]:
                if about["logGroupName"] == identifier:
                    arn = str(about["arn"]).removesuffix(":*")
                    tags = client.list_tags_for_resource(resourceArn=arn).get("tags", {})
                    return {
                        "name": identifier,
                        "arn": arn,
                        "retentionInDays": about.get("retentionInDays", 0),
                        "kmsKeyId": about.get("kmsKeyId", ""),
                        "logGroupClass": about.get("logGroupClass", "STANDARD"),
                        TAGS: tags,
                    }
        return None

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Changes how long it keeps what it has, and its key."""
        client = account.client("logs")
        if changed(old, new, "retentionInDays"):
            self._retain(account, identifier, new)
        if changed(old, new, "kmsKeyId"):
            if new.get("kmsKeyId"):
                client.associate_kms_key(logGroupName=identifier, kmsKeyId=new["kmsKeyId"])
            else:
                client.disassociate_kms_key(logGroupName=identifier)

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes it, unless the program wants it kept."""
        if not state.get("skipDestroy"):
            found(account.client("logs").delete_log_group, _GONE, logGroupName=identifier)

    @override
    def tag(self, account: Account, identifier: str, state: Inputs, tags: Mapping[str, str], gone: list[str]) -> None:
        """Sets and removes tags."""
        client, arn = account.client("logs"), account.arn("logs", f"log-group:{identifier}")
        if gone:
            client.untag_resource(resourceArn=arn, tagKeys=gone)
        client.tag_resource(resourceArn=arn, tags=dict(tags))


KINDS: list[Kind] = [LogGroup()]
