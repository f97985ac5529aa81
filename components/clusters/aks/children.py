"""How the parts of a component are named, placed and tied to it."""

from collections.abc import Mapping, Sequence

import pulumi


class Children:
    """Names and options for the children of a component, and what all of Azure's resources are given."""

    def __init__(
        self,
        name: str,
        parent: pulumi.Resource,
        provider: pulumi.ProviderResource,
        *,
        subscription: str,
        location: str,
        tags: Mapping[str, str],
    ) -> None:
        self._name, self.parent, self.provider = name, parent, provider
        self.subscription, self.location, self.tags = subscription, location, dict(tags)

    def name(self, part: str) -> str:
        """The logical name of a part: never changed without an alias."""
        return f"{self._name}-{part}"

    def options(
        self,
        *,
        depends_on: Sequence[pulumi.Resource] = (),
        ignore_changes: Sequence[str] = (),
        protect: bool | None = None,
        timeout: str | None = None,
    ) -> pulumi.ResourceOptions:
        """The parent's child, with the cloud's own provider. `timeout` such as "30m", for each operation."""
        return pulumi.ResourceOptions(
            parent=self.parent,
            provider=self.provider,
            depends_on=list(depends_on),
            ignore_changes=list(ignore_changes),
            protect=protect,
            custom_timeouts=pulumi.CustomTimeouts(timeout, timeout, timeout) if timeout else None,
        )
