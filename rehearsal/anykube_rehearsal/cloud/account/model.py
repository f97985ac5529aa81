"""How a cloud describes its account: resource types with references and behavior, and rules."""

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
    """A resource of the account. The store writes the fields to disk under these names."""

    token: str
    """Pulumi's type token, such as gcp:compute/network:Network."""
    id: str
    inputs: Values
    """The program's inputs under Pulumi's property names (camelCase), with all labels."""
    outputs: Values = field(default_factory=dict)
    """Outputs that the account adds."""
    mark: str = ""
    """Idempotency token: a create request with the same mark is a retry."""
    ready: bool = True
    """False while the resource is being created or deleted."""
    gone: bool = False
    """True if the resource was deleted and its name is still taken."""
    recalled: bool = False
    """True if the resource was loaded from a Pulumi state; such a cluster has no Kubernetes."""

    def get(self, path: str) -> Any:
        """The output, or else the input, at a path such as `master.cidr`; None without one."""
        for values in (self.outputs, self.inputs):
            value: Any = values
            for key in path.split("."):
                value = value.get(key) if isinstance(value, Mapping) else None
            if value is not None:
                return value
        return None


@dataclass(frozen=True)
class Change:
    """A requested change of a resource."""

    operation: Operation
    token: str
    id: str
    old: Values
    """The inputs before; empty at create."""
    new: Values
    """The inputs after; empty at delete."""

    def changed(self, key: str) -> bool:
        """Whether an input differs."""
        return bool(self.old.get(key) != self.new.get(key))


@dataclass(frozen=True)
class Reference:
    """An input that names another resource, which must exist in the account."""

    path: str
    """Such as `network` or `nodeConfig.serviceAccount`; may lead through lists."""
    target: str
    """The type token of the referenced resource."""
    document: str
    """URL of the cloud's documentation."""
    blocks_delete: bool = True
    """Whether the target cannot be deleted while it is referenced."""
    deleted_with_target: bool = False
    """Whether this resource is deleted with the target, as a node pool is with its cluster."""
    exempt: Callable[[str], bool] = lambda _: False
    """Whether a value needs no resource in the account, such as the name of a resource that the cloud provides."""


@dataclass(frozen=True)
class Rule:
    """A validation rule of the cloud."""

    tokens: Collection[str]
    operations: Collection[Operation]
    document: str
    """URL of the cloud's documentation."""
    validate: "Callable[[Account, Change], Iterator[str]]"
    """Yields a message for every violation."""


class Behavior:
    """Side effects of a resource type. Every method blocks, and may be called again after a failure."""

    def on_create(self, account: "Account", record: Record) -> Json:
        """Creates the resource and returns its outputs."""
        del account, record
        return {}

    def on_update(self, account: "Account", old: Record, new: Record) -> Json:
        """Updates the resource and returns the outputs that change."""
        del account, old, new
        return {}

    def on_load(self, account: "Account", record: Record) -> None:
        """Adds what the cloud creates beside a resource that was loaded from a state: the state does not have it."""
        del account, record

    def on_delete(self, account: "Account", record: Record) -> None:
        """Deletes the resource."""


@dataclass(frozen=True)
class ResourceType:
    """A type of resource."""

    token: str
    noun: str
    """Its name in messages, such as `network`."""
    identify: Callable[[Values], str]
    """The id of a resource with these inputs."""
    outputs: "Callable[[Account, Record], Json]" = lambda *_: {}
    """The outputs that the account adds at every create and update."""
    aliases: Callable[[Record], Collection[str]] = lambda record: (record.id,)
    """The values by which other resources may reference it."""
    references: Collection[Reference] = ()
    can_be_recreated: bool = False
    """Whether creating an existing resource succeeds, as adding a member to a role does."""
    keeps_name_after_delete: bool = False
    """Whether its name stays taken after delete, as that of a Google Cloud key ring does."""
    behavior: Behavior = field(default_factory=Behavior)


class Faults(BaseModel):
    """Faults to inject, as in `faults.json` and `POST /_anykube/faults`. A cloud may add more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    throttling: NonNegativeInt = 0
    """Refuses every n-th change with 429; the retry succeeds. 0 refuses none."""
    slow: NonNegativeFloat = 0.0
    """Seconds added to every change."""
    propagation: NonNegativeInt = 0
    """Uses of each new API, role or permission that are refused, as before the cloud has propagated it."""


class RefusedError(Exception):
    """The account refuses a request. `status` is the HTTP status, `document` the URL of the cloud's documentation."""

    def __init__(self, status: int, message: str, document: str = "") -> None:
        super().__init__(message)
        self.status, self.document = status, document
