"""What an account knows of a type, and by which rules it judges: a cloud's own tables are made of these."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, NonNegativeFloat, NonNegativeInt

if TYPE_CHECKING:
    from anykube_rehearsal.cloud.account.account import Account

Json = dict[str, Any]
Values = Mapping[str, Any]
Operation = Literal["create", "update", "delete"]


@dataclass(frozen=True)
class Record:
    """One resource of the account."""

    token: str
    """The SDK's type, such as gcp:compute/network:Network."""
    id: str
    inputs: Values
    """As the program gave them, by the names of the SDK's wire, with all labels."""
    outputs: Values = field(default_factory=dict)
    """What the account adds to them."""
    mark: str = ""
    """Of the making: by this a repeated one is known."""
    ready: bool = True
    """False while it is being made, or removed."""
    gone: bool = False
    """Whether it was deleted, and just its name is still taken."""
    recalled: bool = False
    """Whether it is known from a state alone: no Kubernetes is below such a cluster."""

    def get(self, path: str) -> Any:
        """An output, else an input, by a path such as `master.cidr`; None where there is none."""
        for values in (self.outputs, self.inputs):
            found: Any = values
            for step in path.split("."):
                found = found.get(step) if isinstance(found, Mapping) else None
            if found is not None:
                return found
        return None


@dataclass(frozen=True)
class Change:
    """What is asked for."""

    operation: Operation
    token: str
    id: str
    old: Values
    """The inputs before; empty for what is made."""
    new: Values
    """The inputs after; empty for what goes."""

    def changed(self, wire: str) -> bool:
        """Whether this input differs."""
        return bool(self.old.get(wire) != self.new.get(wire))


@dataclass(frozen=True)
class Reference:
    """An input that names another resource, which has to be in the account."""

    path: str
    """Such as `network`, or `nodeConfig.serviceAccount`; lists on the way are walked."""
    to: str
    """The token of what is named."""
    document: str
    """Where the cloud says so."""
    holds: bool = True
    """Whether what is named cannot be deleted meanwhile."""
    owned: bool = False
    """Whether this one goes with what is named, as a node pool with its cluster."""
    free: Callable[[str], bool] = lambda _: False
    """Values that need nothing in the account, such as the name of something that the cloud itself has."""


@dataclass(frozen=True)
class Rule:
    """One rule of the cloud: says in sentences what is wrong with a change."""

    tokens: Collection[str]
    on: Collection[Operation]
    document: str
    """Where the cloud says so."""
    judge: "Callable[[Account, Change], Iterator[str]]"


class Behaviour:
    """What a type does beside being remembered: all of it blocks, and may be repeated."""

    def made(self, account: "Account", record: Record) -> Json:
        """Makes it, and returns outputs."""
        del account, record
        return {}

    def changed(self, account: "Account", old: Record, new: Record) -> Json:
        """Changes it, and returns outputs: those that change."""
        del account, old, new
        return {}

    def recalled(self, account: "Account", record: Record) -> None:
        """A state tells of it: puts there what the cloud has made beside it, which no state has."""
        del account, record

    def removed(self, account: "Account", record: Record) -> None:
        """Removes it."""


@dataclass(frozen=True)
class Type:
    """A type of resource."""

    token: str
    noun: str
    """As sentences call it, such as `network`."""
    identify: Callable[[Values], str]
    """The id that these inputs lead to."""
    outputs: "Callable[[Account, Record], Json]" = lambda *_: {}
    """What the account says beside the inputs, at every making and change."""
    known_as: Callable[[Record], Collection[str]] = lambda record: (record.id,)
    """What others may name it by."""
    references: Collection[Reference] = ()
    shared: bool = False
    """Whether making it again is well, as adding a member to a role is."""
    lasting: bool = False
    """Whether its name stays taken when it is deleted, as that of a key ring of Google does."""
    behaviour: Behaviour = field(default_factory=Behaviour)


class Faults(BaseModel):
    """What goes wrong on request, as `faults.json` and `POST /_anykube/faults` have it; a cloud may have more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    throttling: NonNegativeInt = 0
    """Every n-th change is refused as too many, and not when it is repeated; 0: none."""
    slow: NonNegativeFloat = 0.0
    """Seconds added to every change."""


class RefusedError(Exception):
    """The account does not do it; the text says why. `status` is HTTP's, `document` the cloud's."""

    def __init__(self, status: int, message: str, document: str = "") -> None:
        super().__init__(message)
        self.status, self.document = status, document
