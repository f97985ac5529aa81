"""Describes a cloud's simulated plugin: data, and the few functions that only this cloud needs."""

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
"""The account, as one provider of a program uses it."""
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Labels(Generic[A]):
    """Where resources have their tags or labels."""

    input: str
    """The input, such as tags."""
    input_by_type: Mapping[str, str] = field(default_factory=dict)
    """The input of types that name it differently, by type token."""
    all_output: str = ""
    """The output that includes the provider's default labels, such as tagsAll; empty if there is none. It is carried in
    the inputs, so that a change of the provider's configuration changes every resource."""
    default: Callable[[A], Mapping[str, str]] = lambda _: {}
    """The provider's default labels."""
    is_hidden: Callable[[str], bool] = lambda _: False
    """Whether the cloud or the simulation added a key, which programs do not see."""

    def input_of(self, token: str) -> str:
        """The input of a type."""
        return self.input_by_type.get(token, self.input)


@dataclass(frozen=True)
class ProviderSettings(Generic[A]):
    """The provider's configuration, `pulumi:providers:NAME`."""

    validate: Callable[[Values], list[Failure]]
    """Checks what the types of the properties do not."""
    account: Callable[[Values], A | None]
    """The configured account; None while a required value is not known yet. Raises ValueError."""
    location_input: str
    """The input whose change replaces the provider and every resource in it, such as region."""
    require_local: Callable[[], object]
    """Raises ValueError unless the endpoint is a rehearsal's account on this machine."""


def _no_default(account: object, signature: Signature, wire: str, prop: Property, identifier: str) -> object:
    del account, signature, wire, prop, identifier
    return None


@dataclass(frozen=True)
class Cloud(Generic[A]):
    """A cloud's plugin."""

    name: str
    """The plugin's and the SDK's package, such as azure-native."""
    display_name: str
    """Its name in messages, such as AWS."""
    sdk: Sdk
    tables: Tables
    kinds: Mapping[str, Kind[A]]
    """The types that exist in the account, by token. The inputs of all other types are validated and stored."""
    labels: Labels[A]
    settings: ProviderSettings[A]
    naming: Naming = field(default_factory=Naming)
    formats: Mapping[str, Format] = field(default_factory=dict)
    """Formats in addition to those of limits.py, by their name in the table."""
    functions: Mapping[str, Callable[[A, Values], dict[str, Any]]] = field(default_factory=dict)
    """Functions that the account implements. Others return plausible values."""
    default_output: Callable[[A, Signature, str, Property, str], object] = _no_default
    """An output of a resource that is not in the account, such as an ARN; None for the general default."""
    locate: Callable[[A, Values], A] = lambda account, _: account
    """The account for a resource or function with its own location: AWS resources may set `region`."""
    common_outputs: Callable[[A, Signature], Values] = lambda *_: {}
    """Outputs that every resource of such a type has."""
    stable_outputs: Collection[str] | None = None
    """Outputs that stay known in the preview of an update, in addition to the inputs. None: all except the type's
    `volatile` ones, as with providers that Terraform's planning bridges."""
