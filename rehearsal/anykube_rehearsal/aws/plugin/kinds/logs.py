"""CloudWatch log groups."""

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
)

_GONE = "ResourceNotFoundException"


class LogGroupKind(Kind):
    """A log group; its id is its name."""

    token = "aws:cloudwatch/logGroup:LogGroup"

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates the resource, or adopts one with this name and mark."""
        inputs, account, name = request.inputs, request.account, request.name()
        try:
            call(
                account.client("logs").create_log_group,
                logGroupName=name,
                kmsKeyId=inputs.get("kmsKeyId"),
                logGroupClass=inputs.get("logGroupClass"),
                tags=tags_of(request),
            )
        except ClientError as error:
            current = self.read(account, name, {}) if error_code(error) == "ResourceAlreadyExistsException" else None
            if current is None or not has_mark(request, current[TAGS]) or name in request.known_ids:
                raise
        self._set_retention(account, name, inputs)
        return name

    def _set_retention(self, account: ProviderAccount, name: str, inputs: Inputs) -> None:
        client, days = account.client("logs"), inputs.get("retentionInDays")
        if days:
            client.put_retention_policy(logGroupName=name, retentionInDays=days)
        else:
            client.delete_retention_policy(logGroupName=name)

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the resource."""
        client = account.client("logs")
        for page in client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=identifier):
            for description in page["logGroups"]:
                if description["logGroupName"] == identifier:
                    arn = str(description["arn"]).removesuffix(":*")
                    tags = client.list_tags_for_resource(resourceArn=arn).get("tags", {})
                    return {
                        "name": identifier,
                        "arn": arn,
                        "retentionInDays": description.get("retentionInDays", 0),
                        "kmsKeyId": description.get("kmsKeyId", ""),
                        "logGroupClass": description.get("logGroupClass", "STANDARD"),
                        TAGS: tags,
                    }
        return None

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Updates the retention and the key."""
        client = account.client("logs")
        if changed(old, new, "retentionInDays"):
            self._set_retention(account, identifier, new)
        if changed(old, new, "kmsKeyId"):
            if new.get("kmsKeyId"):
                client.associate_kms_key(logGroupName=identifier, kmsKeyId=new["kmsKeyId"])
            else:
                client.disassociate_kms_key(logGroupName=identifier)

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the log group, unless `skipDestroy` is set."""
        if not state.get("skipDestroy"):
            call_or_none(account.client("logs").delete_log_group, _GONE, logGroupName=identifier)

    @override
    def tag(
        self, account: ProviderAccount, identifier: str, state: Inputs, tags: Mapping[str, str], removed: list[str]
    ) -> None:
        """Sets and removes tags."""
        client, arn = account.client("logs"), account.arn("logs", f"log-group:{identifier}")
        if removed:
            client.untag_resource(resourceArn=arn, tagKeys=removed)
        client.tag_resource(resourceArn=arn, tags=dict(tags))


KINDS: list[Kind] = [LogGroupKind()]
