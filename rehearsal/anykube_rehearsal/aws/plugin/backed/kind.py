"""What the backed types of AWS share: boto3's calls, and the tags by which a thing is found again."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from botocore.exceptions import ClientError as ClientError  # type: ignore[import-untyped, unused-ignore]

from anykube_rehearsal.aws.plugin.account import MARK, Account
from anykube_rehearsal.cloud.plugin import kind
from anykube_rehearsal.cloud.plugin.kind import LABELS, Inputs, Json, changed, wait

TAGS = LABELS
Kind: TypeAlias = kind.Kind[Account]
CreateRequest: TypeAlias = kind.CreateRequest[Account]

__all__ = [
    "TAGS",
    "ClientError",
    "CreateRequest",
    "Inputs",
    "Json",
    "Kind",
    "call",
    "changed",
    "code",
    "found",
    "is_made",
    "mapping",
    "pairs",
    "tags_of",
    "wait",
]


def tags_of(making: CreateRequest) -> dict[str, str]:
    """All tags that a thing gets, the provider's own among them."""
    return {**making.inputs.get("tagsAll", {}), MARK: f"{making.mark} {making.urn[-200:]}"}


def is_made(making: CreateRequest, tags: Mapping[str, str]) -> bool:
    """Whether something with these tags is this very resource."""
    return not making.replacement and tags.get(MARK, "").startswith(making.mark)


def call(operation: Callable[..., Json], **parameters: Any) -> Json:
    """An operation of boto3 without the parameters that are None."""
    return operation(**{key: value for key, value in parameters.items() if value is not None})


def code(error: ClientError) -> str:
    """AWS' own name of an error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def found(operation: Callable[..., Json], *missing: str, **parameters: Any) -> Json | None:
    """What an operation answers; None where it says that the thing is not there."""
    try:
        return call(operation, **parameters)
    except ClientError as error:
        if code(error) in missing or code(error).endswith((".NotFound", "NotFoundException", "NotFound")):
            return None
        raise


def pairs(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as most services write them."""
    return [{key: name, value: text} for name, text in tags.items()]


def mapping(tags: Any) -> dict[str, str]:
    """The way back."""
    return {tag["Key"]: tag["Value"] for tag in tags or []}
