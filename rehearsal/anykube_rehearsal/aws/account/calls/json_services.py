"""Calls of services with a JSON protocol: KMS, CloudWatch Logs and Service Quotas.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from moto.kms.models import kms_backends

from anykube_rehearsal.aws.account import moto_backends
from anykube_rehearsal.aws.account.calls.model import IamCall, Resource, arn


def kms(region: str, operation: str, params: Mapping[str, Any]) -> Iterator[IamCall]:
    """A key with tags also needs permission to set them."""
    tags = {tag["TagKey"]: tag["TagValue"] for tag in params.get("Tags") or ()}
    resources = [_key(region, str(params["KeyId"]))] if "KeyId" in params else []
    yield IamCall(f"kms:{operation}", resources, region, tags)
    if operation == "CreateKey" and tags:
        yield IamCall("kms:TagResource", [Resource(arn("kms", region, "key/new"))], region, tags)


def _key(region: str, identifier: str) -> Resource:
    backend = kms_backends[moto_backends.ACCOUNT][region]
    key_id = backend.get_key_id_from_alias(identifier) or identifier.rpartition("/")[2]
    if key_id not in backend.keys:
        return Resource(arn("kms", region, f"key/{key_id}"))
    tags = {tag["TagKey"]: tag["TagValue"] for tag in backend.list_resource_tags(key_id)["Tags"]}
    key = backend.keys[key_id]
    aliases = sorted(key.aliases)
    return Resource(key.arn, tags, {"kms:ResourceAliases": aliases} if aliases else {})


def logs(region: str, operation: str, params: Mapping[str, Any]) -> Iterator[IamCall]:
    """A group's ARN in a policy ends with `:*`."""
    group = params.get("logGroupName")
    resource = params.get("resourceArn")
    groups = [Resource(arn("logs", region, f"log-group:{group}:*"))] if group else []
    yield IamCall(f"logs:{operation}", [*groups, *([Resource(str(resource))] if resource else [])], region)
    if operation == "CreateLogGroup" and params.get("tags"):
        yield IamCall("logs:TagResource", groups, region)


def quotas(region: str, operation: str, params: Mapping[str, Any]) -> Iterator[IamCall]:
    """Reads only."""
    del params
    yield IamCall(f"servicequotas:{operation}", (), region)
