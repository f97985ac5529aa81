"""What a rule judges: a resource as the program asks for it, or all of a stack's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from anykube.settings.policies import Policies

from anykube_policies.fields import Fields

_VERSION = re.compile(r"/v\d{8}(preview)?(?=:)")
"""azure-native's types come also with the version of Azure's API in them: each is the same thing."""


@dataclass(frozen=True)
class Provider:
    """What makes a resource."""

    name: str
    inputs: Fields = field(default_factory=Fields)

    @property
    def is_default(self) -> bool:
        """Whether nobody made it: it reads whatever the shell of the run happens to be set for."""
        return self.name == "default" or self.name.startswith("default_")


@dataclass(frozen=True)
class Resource:
    """A resource as the program asks for it: inputs, not what the cloud or the cluster made of them."""

    type: str
    """Pulumi's type token, without a version of Azure's API."""
    name: str
    urn: str
    inputs: Fields
    provider: Provider | None = None
    is_protected: bool = False
    """Whether Pulumi refuses to delete it (`protect`)."""
    settings: Policies = field(default_factory=Policies)
    """What the stack's page says of rules."""
    left_alone: Sequence[str] = ()
    """Properties that somebody else owns once it is there (`ignore_changes`)."""

    @staticmethod
    def kind(token: str) -> str:
        """The type token without a version of Azure's API."""
        return _VERSION.sub("", token)


@dataclass(frozen=True)
class Stack:
    """All resources of a stack, also those that a run leaves as they are."""

    resources: Sequence[Resource]
