"""Helpers for AWS types: calls of boto3, and the tag that identifies resources of interrupted creates."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from botocore.exceptions import ClientError as ClientError  # type: ignore[import-untyped, unused-ignore]

from anykube_rehearsal.aws.plugin.account import MARK, ProviderAccount
from anykube_rehearsal.cloud.plugin import kind
from anykube_rehearsal.cloud.plugin.kind import LABELS, Inputs, Json, changed, wait

TAGS = LABELS
Kind: TypeAlias = kind.Kind[ProviderAccount]
CreateRequest: TypeAlias = kind.CreateRequest[ProviderAccount]

__all__ = [
    "TAGS",
    "ClientError",
    "CreateRequest",
    "Inputs",
    "Json",
    "Kind",
    "call",
    "call_or_none",
    "changed",
    "error_code",
    "from_tag_list",
    "has_mark",
    "tags_of",
    "to_tag_list",
    "wait",
]


def tags_of(request: CreateRequest) -> dict[str, str]:
    """All tags of a resource, with the provider's default tags and the mark."""
    return {**request.inputs.get("tagsAll", {}), MARK: f"{request.mark} {request.urn[-200:]}"}


def has_mark(request: CreateRequest, tags: Mapping[str, str]) -> bool:
    """Whether these tags have the mark of this request, so that the resource can be adopted."""
    return not request.replacement and tags.get(MARK, "").startswith(request.mark)


def call(operation: Callable[..., Json], **parameters: Any) -> Json:
    """Calls an operation of boto3 without parameters that are None."""
    return operation(**{key: value for key, value in parameters.items() if value is not None})


def error_code(error: ClientError) -> str:
    """The code of AWS' error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def call_or_none(operation: Callable[..., Json], *missing: str, **parameters: Any) -> Json | None:
    """Calls an operation; None if its error says that the resource does not exist."""
    try:
        return call(operation, **parameters)
    except ClientError as error:
        if error_code(error) in missing or error_code(error).endswith((".NotFound", "NotFoundException", "NotFound")):
            return None
        raise


def to_tag_list(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Converts tags to the list that most services use."""
    return [{key: name, value: text} for name, text in tags.items()]


def from_tag_list(tags: Any) -> dict[str, str]:
    """Converts a list of tags to a mapping."""
    return {tag["Key"]: tag["Value"] for tag in tags or []}
