"""`ResourceScope`: names and options for the child resources of a component."""

from collections.abc import Iterable, Sequence

import pulumi

from anykube._clusters.propagation import retry_hooks


def name_part(value: str | pulumi.Output[str], index: int) -> str:
    """The part of a resource name that stands for a value: the text itself, or the index of an output."""
    return value if isinstance(value, str) else str(index)


class ResourceScope:
    """Names and options for the child resources of a component."""

    def __init__(
        self,
        name: str,
        parent: pulumi.Resource,
        provider: pulumi.ProviderResource,
        retryable_errors: Sequence[str] = (),
    ) -> None:
        """`retryable_errors` are regular expressions of errors that pass when the cloud has propagated a change."""
        self._name, self.parent, self.provider = name, parent, provider
        self._hooks = retry_hooks(f"{name}-propagation", retryable_errors)

    def name(self, suffix: str) -> str:
        """The Pulumi name of a child. Do not change one without an alias: Pulumi would replace the resource."""
        return f"{self._name}-{suffix}"

    def options(
        self,
        *,
        depends_on: Sequence[pulumi.Resource] = (),
        ignore_changes: Sequence[str] = (),
        protect: bool | None = None,
        delete_before_replace: bool | None = None,
        timeout: str | None = None,
        former_names: Iterable[str] = (),
    ) -> pulumi.ResourceOptions:
        """Options for a child: its parent and the cloud's provider.

        :param timeout: of each operation, such as "30m".
        :param former_names: names that the child had, as passed to `name`: their resource becomes this one.
        """
        return pulumi.ResourceOptions(
            parent=self.parent,
            provider=self.provider,
            depends_on=list(depends_on),
            ignore_changes=list(ignore_changes),
            protect=protect,
            delete_before_replace=delete_before_replace,
            hooks=self._hooks,
            aliases=[pulumi.Alias(name=self.name(name)) for name in former_names],
            custom_timeouts=pulumi.CustomTimeouts(timeout, timeout, timeout) if timeout else None,
        )
