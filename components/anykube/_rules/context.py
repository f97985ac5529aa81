"""What rules look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from anykube._routing import IngressProfile
from anykube._rules.node import ConfigNode

DEFAULT_NAMESPACE = "apps"
"""The namespace of apps in settings that name none."""


@dataclass(frozen=True)
class RuleContext:
    """The settings of a stack, or the part of them that a program's component is, and what is around them."""

    settings: ConfigNode
    """A mapping with `cluster` and `apps`, as a settings file has them. Either may be absent."""
    stack: str = ""
    """Name of the stack. Empty: a component of a program."""
    stacks: Sequence[str] = ()
    """The names of all stacks that have settings."""
    referenced: ConfigNode | None = None
    """The settings of the stack whose cluster this one refers to, where it refers to one."""
    routing: IngressProfile | None = None
    """How the cluster takes requests, where a program says that and nothing else of its cluster."""


def apps(page: ConfigNode) -> Iterator[tuple[str, ConfigNode]]:
    """The apps that are mappings."""
    return ((name, app) for name, app in page["apps"].items() if app.is_mapping)


def namespace(page: ConfigNode, app: ConfigNode) -> str | None:
    """Where an app goes. None: what is given is wrong."""
    return app["namespace"].text if app["namespace"].given else page["namespace"].text_or(DEFAULT_NAMESPACE)


def cloud(context: RuleContext) -> str | None:
    """The `cloud` of the cluster that the apps run on, also where that is another page's. None: not known."""
    return (context.referenced or context.settings)["cluster"]["cloud"].text


def mode(context: RuleContext) -> str:
    """The `mode` of that cluster; a cluster that no cloud manages has the standard one."""
    return (context.referenced or context.settings)["cluster"]["mode"].text_or("standard") or "standard"
