"""EC2 types, each described by a row of operations, parameters, outputs and tags."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError  # type: ignore[import-untyped, unused-ignore]
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_fixed
from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import MARK, ProviderAccount
from anykube_rehearsal.aws.plugin.kinds.kind import (
    TAGS,
    CreateRequest,
    Inputs,
    Json,
    Kind,
    call,
    call_or_none,
    error_code,
    from_tag_list,
    has_mark,
    tags_of,
    to_tag_list,
)

_DELETE_TIMEOUT = 60.0
"""Seconds to retry a delete while the resource has dependents. The real provider retries for 20 minutes."""

Apply = Callable[[ProviderAccount, str, Inputs, Inputs], None]
"""Updates in place what differs between the old and new inputs. After a create, the old inputs are empty."""


@dataclass(frozen=True)
class Row:
    """How to create, read and delete one type."""

    token: str
    noun: str
    """Its name in operations, such as `vpc` in create_vpc."""
    plural: str
    """Its name in the Describe operation, such as `vpcs`."""
    key: str
    """The parameter with its id, such as VpcId."""
    response_key: str
    """Its key in the response of Create; with an s, in that of Describe."""
    tag_type: str = ""
    """Its name in tag specifications, if it differs from the noun."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Parameters of Create by input."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    """Fields of the response of Describe by output."""
    arn: str = ""
    """Such as `vpc` in arn:aws:ec2:…:vpc/vpc-1."""
    list_key: str = ""
    """The key of the list in the response of Describe, if it is not `response_key` with an s."""
    apply: Apply | None = None
    before_delete: Callable[[ProviderAccount, str, Inputs], None] | None = None
    extra_outputs: Callable[[ProviderAccount, Json], Json] | None = None
    """Outputs that are not a field of the response."""
    wait_until_ready: Callable[[ProviderAccount, str], None] | None = None
    is_gone: Callable[[Json], bool] = lambda description: description.get("State") in ("deleted", "deleting")


def _has_dependents(error: BaseException) -> bool:
    return isinstance(error, ClientError) and error_code(error) == "DependencyViolation"


class Ec2Kind(Kind):
    """An EC2 type, described by a row."""

    def __init__(self, row: Row, volatile: frozenset[str] = frozenset()) -> None:
        self._row = row
        self.__dict__.update(token=row.token, volatile=volatile)

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates the resource, or adopts one with this mark."""
        row, account = self._row, request.account
        identifier = self._find_marked(request)
        if identifier is None:
            parameters = {name: request.inputs.get(wire) for wire, name in row.parameters.items()}
            tags = [{"ResourceType": row.tag_type or row.noun.replace("_", "-"), "Tags": to_tag_list(tags_of(request))}]
            create = getattr(account.client("ec2"), f"create_{row.noun}")
            identifier = str(call(create, TagSpecifications=tags, **parameters)[row.response_key][row.key])
        if row.wait_until_ready:
            row.wait_until_ready(account, identifier)
        if row.apply:
            row.apply(account, identifier, {}, request.inputs)
        return identifier

    def _find_marked(self, request: CreateRequest) -> str | None:
        filters = [{"Name": f"tag:{MARK}", "Values": [f"{request.mark}*"]}]
        row = self._row
        response = getattr(request.account.client("ec2"), f"describe_{row.plural}")(Filters=filters)
        for description in response[row.list_key or f"{row.response_key}s"]:
            identifier = str(description[row.key])
            if (
                has_mark(request, from_tag_list(description.get("Tags")))
                and identifier not in request.known_ids
                and not row.is_gone(description)
            ):
                return identifier
        return None

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the resource with its Describe operation."""
        row = self._row
        describe = getattr(account.client("ec2"), f"describe_{row.plural}")
        response = call_or_none(describe, **{f"{row.key}s": [identifier]})
        descriptions: list[Json] = (response or {}).get(row.list_key or f"{row.response_key}s", [])
        if not descriptions or row.is_gone(descriptions[0]):
            return None
        description = descriptions[0]
        outputs: Json = {wire: description.get(name) for wire, name in row.outputs.items()}
        if row.arn:
            outputs["arn"] = account.arn("ec2", f"{row.arn}/{identifier}")
            outputs["ownerId"] = description.get("OwnerId") or account.number
        if row.extra_outputs:
            outputs |= row.extra_outputs(account, description)
        return {**outputs, TAGS: from_tag_list(description.get("Tags"))}

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Updates in place what differs."""
        if self._row.apply:
            self._row.apply(account, identifier, old, new)

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the resource."""
        row = self._row
        if self.read(account, identifier, state) is None:
            return
        if row.before_delete:
            row.before_delete(account, identifier, state)
        delete: Any = getattr(account.client("ec2"), f"delete_{row.noun}")
        retrying = Retrying(
            retry=retry_if_exception(_has_dependents),
            wait=wait_fixed(0.5),
            stop=stop_after_delay(_DELETE_TIMEOUT),
            reraise=True,
        )
        retrying(call_or_none, delete, **{row.key: identifier})

    @override
    def tag(
        self, account: ProviderAccount, identifier: str, state: Inputs, tags: Mapping[str, str], removed: list[str]
    ) -> None:
        """Sets and removes tags."""
        retag(account, identifier, tags, removed)


def retag(account: ProviderAccount, identifier: str, tags: Mapping[str, str], removed: list[str]) -> None:
    """Sets and removes tags: the same two operations for every EC2 type."""
    client = account.client("ec2")
    if removed:
        client.delete_tags(Resources=[identifier], Tags=[{"Key": key} for key in removed])
    if tags:
        client.create_tags(Resources=[identifier], Tags=to_tag_list(tags))
