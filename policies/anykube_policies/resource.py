"""What rules evaluate: the resources of a stack, as the program declares them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from anykube.settings.policies import Policies

from anykube_policies.fields import Fields

_VERSION = re.compile(r"/v\d{8}(preview)?(?=:)")
"""The Azure API version that azure-native's types may include. The type means the same with and without it."""


@dataclass(frozen=True)
class Provider:
    """The Pulumi provider of a resource."""

    name: str
    inputs: Fields = field(default_factory=Fields)

    @property
    def is_default(self) -> bool:
        """Whether it is Pulumi's default provider, which is configured by the environment of the current shell."""
        return self.name == "default" or self.name.startswith("default_")


@dataclass(frozen=True)
class Resource:
    """A resource with its inputs as the program declares them, not its outputs."""

    type: str
    """Pulumi's type token, without an Azure API version."""
    name: str
    urn: str
    inputs: Fields
    provider: Provider | None = None
    is_protected: bool = False
    """Whether Pulumi refuses to delete it (`protect`)."""
    settings: Policies = field(default_factory=Policies)
    """The section `policies` of the stack's settings."""
    ignore_changes: Sequence[str] = ()
    """Properties whose changes Pulumi ignores."""

    @staticmethod
    def kind(token: str) -> str:
        """The type token without an Azure API version."""
        return _VERSION.sub("", token)


@dataclass(frozen=True, eq=False)
class Stack:
    """All resources of a stack, including those that a run does not change.

    Compared by identity, so that its graph can be cached.
    """

    resources: Sequence[Resource]
