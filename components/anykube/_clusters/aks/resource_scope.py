"""`ResourceScope` for Azure: also with the subscription, location and tags of resources."""

from collections.abc import Mapping

import pulumi

from anykube._clusters import resource_scope


class ResourceScope(resource_scope.ResourceScope):
    """Names, options, location and tags for the child resources of a component."""

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
