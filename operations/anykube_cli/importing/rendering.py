"""Renders settings as `anykube up` does."""

import asyncio
import functools
import json
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import pulumi
from anykube._clusters.context import ClusterContext
from anykube._kubernetes import Manifest
from anykube._routing import IngressProfile
from anykube._workloads.app import AppSpec
from anykube._workloads.patches import app_transforms
from anykube._workloads.pods.secrets import resolve
from anykube._workloads.render import manifests_of
from anykube.settings.model import StackSettings

P = ParamSpec("P")
R = TypeVar("R")

SECRET = "(secret)"
"""What stands for a secret value in rendered objects."""


def with_outputs(function: Callable[P, R]) -> Callable[P, R]:
    """Runs the function in an event loop, without which Pulumi makes no outputs."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        async def call() -> R:
            return function(*args, **kwargs)

        return asyncio.run(call())

    return run


def render(settings: StackSettings, app: str) -> dict[str, dict[str, Any]]:
    """The objects of an app by suffix, such as `deployment`."""
    spec = settings.apps[app]
    resolved = resolve(spec, lambda name: pulumi.Output.from_input(name))
    # The class of Gateways and of Ingresses depends on the cluster.
    context = ClusterContext(ingress=IngressProfile(gateway_class="cluster"))
    parts = manifests_of(app, spec.namespace or settings.namespace, resolved, context)
    return {part.suffix: json.loads(json.dumps(_transformed(spec, part.manifest), default=_text)) for part in parts}


def _transformed(spec: AppSpec, manifest: Manifest) -> Manifest:
    return functools.reduce(lambda result, transform: transform(result), app_transforms(spec), manifest)


def _text(value: object) -> str:
    assert isinstance(value, pulumi.Output)
    return SECRET
