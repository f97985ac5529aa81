"""`RuleContext`: what rules check, and lookups that several rules share."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from anykube._routing import IngressProfile
from anykube._rules.node import ConfigNode

DEFAULT_NAMESPACE = "apps"
"""Namespace of apps if the settings name none."""


@dataclass(frozen=True)
class RuleContext:
    """The settings of a stack, or of a single component of a program, and their surroundings."""

    settings: ConfigNode
    """A mapping with `cluster` and `apps`, as in a settings file. Either may be absent."""
    stack: str = ""
    """Name of the stack. Empty: a component of a program."""
    stacks: Sequence[str] = ()
    """Names of all stacks that have settings."""
    referenced: ConfigNode | None = None
    """Settings of the stack that has the cluster, if this stack refers to the cluster of another."""
    routing: IngressProfile | None = None
    """Ingress profile of the cluster, if a program knows it."""
    shared: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Results that several rules need and that take long, such as the rendered apps."""


def apps(settings: ConfigNode) -> Iterator[tuple[str, ConfigNode]]:
    """Names and settings of all apps that are mappings."""
    return ((name, app) for name, app in settings["apps"].items() if app.is_mapping)


def namespace(settings: ConfigNode, app: ConfigNode) -> str | None:
    """The namespace of an app. None: its value is invalid."""
    return app["namespace"].text if app["namespace"].is_set else settings["namespace"].text_or(DEFAULT_NAMESPACE)


def cloud(context: RuleContext) -> str | None:
    """The `cloud` of the cluster that the apps run on, perhaps of another stack. None: unknown."""
    return (context.referenced or context.settings)["cluster"]["cloud"].text


def mode(context: RuleContext) -> str:
    """The `mode` of that cluster. Clusters that no cloud manages are in mode `standard`."""
    return (context.referenced or context.settings)["cluster"]["mode"].text_or("standard") or "standard"
