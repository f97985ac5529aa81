"""How the parts of a component are named and tied to it, and what all of Azure's resources are given."""

from collections.abc import Mapping

import pulumi

from anykube._clusters import resource_scope


class ResourceScope(resource_scope.ResourceScope):
    """Names and options for the children of a component, where they are and what they are tagged with."""

    def __init__(
        self,
        name: str,
        parent: pulumi.Resource,
        provider: pulumi.ProviderResource,
        *,
        subscription: str,
        location: str,
        tags: Mapping[str, pulumi.Input[str]],
    ) -> None:
        super().__init__(name, parent, provider)
        self.subscription, self.location, self.tags = subscription, location, dict(tags)
