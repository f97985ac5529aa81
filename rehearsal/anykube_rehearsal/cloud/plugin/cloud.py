"""What a cloud's simulated plugin is made of: data, and the few functions that are truly the cloud's own."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from anykube_rehearsal.cloud.plugin.checks import Failure
from anykube_rehearsal.cloud.plugin.kind import Kind
from anykube_rehearsal.cloud.plugin.limits import Format
from anykube_rehearsal.cloud.plugin.names import Naming
from anykube_rehearsal.cloud.plugin.sdk import Property, Sdk, Signature
from anykube_rehearsal.cloud.plugin.table import Tables

A = TypeVar("A")
"""The account, as one provider of a program sees it."""
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Labels(Generic[A]):
    """Where resources have their tags or labels."""

    own: str
    """The input that a program gives, such as tags."""
    others: Mapping[str, str] = field(default_factory=dict)
    """That input where a type calls it something else, by token."""
    all: str = ""
    """The output that has those of the provider's configuration too, such as tagsAll; empty where there is none. It is
    carried in the inputs, so that a change of the configuration is a change of every resource."""
    default: Callable[[A], Mapping[str, str]] = lambda _: {}
    """Those of the provider's configuration."""
    hidden: Callable[[str], bool] = lambda _: False
    """The keys that the cloud or the simulation put there: nobody's business."""

    def of(self, token: str) -> str:
        """The input of a type."""
        return self.others.get(token, self.own)


@dataclass(frozen=True)
class Settings(Generic[A]):
    """The provider's own configuration, `pulumi:providers:NAME`."""

    judge: Callable[[Values], list[Failure]]
    """What is wrong with it, beside its shape."""
    account: Callable[[Values], A | None]
    """The account that it leads to; None while something that must be known is not. Raises ValueError."""
    home: str
    """The input whose change is another provider, such as region: everything in it is made anew."""
    reach: Callable[[], object]
    """Raises ValueError where anything else than a rehearsal's account on this machine is meant."""


def _nothing(account: object, signature: Signature, wire: str, prop: Property, identifier: str) -> object:
    del account, signature, wire, prop, identifier
    return None


@dataclass(frozen=True)
class Cloud(Generic[A]):
    """A cloud's plugin."""

    name: str
    """The plugin's and the SDK's package, such as azure-native."""
    said: str
    """As sentences call it, such as AWS."""
    sdk: Sdk
    tables: Tables
    kinds: Mapping[str, Kind[A]]
    """What is really made, by token; of all else the inputs are judged and remembered."""
    labels: Labels[A]
    settings: Settings[A]
    naming: Naming = field(default_factory=Naming)
    formats: Mapping[str, Format] = field(default_factory=dict)
    """Beside those of limits.py, by the name that the table has for them."""
    answers: Mapping[str, Callable[[A, Values], dict[str, Any]]] = field(default_factory=dict)
    """Functions that the account answers; others are answered plausibly."""
    plausible: Callable[[A, Signature, str, Property, str], object] = _nothing
    """An output of something that nothing is made for, such as an ARN; None leaves it to the frame."""
    placed: Callable[[A, Values], A] = lambda account, _: account
    """The account that a resource or a function is in, by what it says itself: AWS' resources name their region."""
    always: Callable[[A, Signature], Values] = lambda *_: {}
    """Outputs that every resource of such a type has."""
    stable: Collection[str] | None = None
    """The outputs that a preview of an update still knows, beside what the inputs say. None: all that the type's own
    `volatile` does not name, as where Terraform's provider plans."""
