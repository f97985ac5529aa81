"""What the types of EC2 have in common, as one row of a table each: operations, parameters, outputs, tags."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError  # type: ignore[import-untyped, unused-ignore]
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_fixed
from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import MARK, Account
from anykube_rehearsal.aws.plugin.backed.kind import (
    TAGS,
    CreateRequest,
    Inputs,
    Json,
    Kind,
    call,
    code,
    found,
    is_made,
    mapping,
    pairs,
    tags_of,
)

_PATIENCE = 60.0
"""Seconds for which it is tried again to remove what something is still in. The real provider tries for 20 minutes."""

After = Callable[[Account, str, Inputs, Inputs], None]
"""Changes in place what differs between two sets of inputs; after making, the old one is empty."""


@dataclass(frozen=True)
class Row:
    """How one type is made, seen and removed."""

    token: str
    noun: str
    """As its operations call it, such as `vpc` in create_vpc."""
    many: str
    """As its Describe operation calls it, such as `vpcs`."""
    key: str
    """The parameter that holds its id, such as VpcId."""
    answer: str
    """Where a Create answer has it, and with an s a Describe answer."""
    kind: str = ""
    """As tag specifications call it; where it differs from the noun."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Parameters of Create by input."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    """Fields of a Describe answer by output."""
    arn: str = ""
    """Such as `vpc` in arn:aws:ec2:…:vpc/vpc-1."""
    all: str = ""
    """Where a Describe answer has the list."""
    after: After | None = None
    before_delete: Callable[[Account, str, Inputs], None] | None = None
    more: Callable[[Account, Json], Json] | None = None
    """Outputs that are more than a field."""
    ready: Callable[[Account, str], None] | None = None
    gone: Callable[[Json], bool] = lambda about: about.get("State") in ("deleted", "deleting")


def _is_held(error: BaseException) -> bool:
    return isinstance(error, ClientError) and code(error) == "DependencyViolation"


class Ec2Kind(Kind):
    """A type of EC2 that a row describes."""

    def __init__(self, row: Row, volatile: frozenset[str] = frozenset()) -> None:
        self._row = row
        self.__dict__.update(token=row.token, volatile=volatile)

    @override
    def create(self, making: CreateRequest) -> str:
        """Makes it; one that carries the mark of an earlier try is taken over."""
        row, account = self._row, making.account
        identifier = self._marked(making)
        if identifier is None:
            given = {name: making.inputs.get(wire) for wire, name in row.parameters.items()}
            tags = [{"ResourceType": row.kind or row.noun.replace("_", "-"), "Tags": pairs(tags_of(making))}]
            create = getattr(account.client("ec2"), f"create_{row.noun}")
            identifier = str(call(create, TagSpecifications=tags, **given)[row.answer][row.key])
        if row.ready:
            row.ready(account, identifier)
        if row.after:
            row.after(account, identifier, {}, making.inputs)
        return identifier

    def _marked(self, making: CreateRequest) -> str | None:
        filters = [{"Name": f"tag:{MARK}", "Values": [f"{making.mark}*"]}]
        row = self._row
        answer = getattr(making.account.client("ec2"), f"describe_{row.many}")(Filters=filters)
        for about in answer[row.all or f"{row.answer}s"]:
            identifier = str(about[row.key])
            if (
                is_made(making, mapping(about.get("Tags")))
                and identifier not in making.known_ids
                and not row.gone(about)
            ):
                return identifier
        return None

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """What its Describe operation says."""
        row = self._row
        describe = getattr(account.client("ec2"), f"describe_{row.many}")
        answer = found(describe, **{f"{row.key}s": [identifier]})
        abouts: list[Json] = (answer or {}).get(row.all or f"{row.answer}s", [])
        if not abouts or row.gone(abouts[0]):
            return None
        about = abouts[0]
        outputs: Json = {wire: about.get(name) for wire, name in row.outputs.items()}
        if row.arn:
            outputs["arn"] = account.arn("ec2", f"{row.arn}/{identifier}")
            outputs["ownerId"] = about.get("OwnerId") or account.number
        if row.more:
            outputs |= row.more(account, about)
        return {**outputs, TAGS: mapping(about.get("Tags"))}

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Changes in place what differs."""
        if self._row.after:
            self._row.after(account, identifier, old, new)

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes it."""
        row = self._row
        if self.read(account, identifier, state) is None:
            return
        if row.before_delete:
            row.before_delete(account, identifier, state)
        remove: Any = getattr(account.client("ec2"), f"delete_{row.noun}")
        patiently = Retrying(
            retry=retry_if_exception(_is_held), wait=wait_fixed(0.5), stop=stop_after_delay(_PATIENCE), reraise=True
        )
        patiently(found, remove, **{row.key: identifier})

    @override
    def tag(self, account: Account, identifier: str, state: Inputs, tags: Mapping[str, str], gone: list[str]) -> None:
        """Sets and removes tags."""
        retag(account, identifier, tags, gone)


def retag(account: Account, identifier: str, tags: Mapping[str, str], gone: list[str]) -> None:
    """Every type of EC2 is tagged by the same two operations."""
    client = account.client("ec2")
    if gone:
        client.delete_tags(Resources=[identifier], Tags=[{"Key": key} for key in gone])
    if tags:
        client.create_tags(Resources=[identifier], Tags=pairs(tags))
