"""How the parts of a component are named and tied to it."""

from collections.abc import Sequence

import pulumi


def part_of(value: str | pulumi.Output[str], index: int) -> str:
    """What a resource's name has of a value: the text, or for an output its position, since names are plain text."""
    return value if isinstance(value, str) else str(index)


class ResourceScope:
    """Names and options for the children of a component."""

    def __init__(self, name: str, parent: pulumi.Resource, provider: pulumi.ProviderResource) -> None:
        self._name, self.parent, self.provider = name, parent, provider

    def name(self, part: str) -> str:
        """The logical name of a part: never changed without an alias."""
        return f"{self._name}-{part}"

    def options(
        self,
        *,
        depends_on: Sequence[pulumi.Resource] = (),
        ignore_changes: Sequence[str] = (),
        protect: bool | None = None,
        delete_before_replace: bool | None = None,
        timeout: str | None = None,
    ) -> pulumi.ResourceOptions:
        """The parent's child, with the cloud's own provider. `timeout` such as "30m", for each operation."""
        return pulumi.ResourceOptions(
            parent=self.parent,
            provider=self.provider,
            depends_on=list(depends_on),
            ignore_changes=list(ignore_changes),
            protect=protect,
            delete_before_replace=delete_before_replace,
            custom_timeouts=pulumi.CustomTimeouts(timeout, timeout, timeout) if timeout else None,
        )
