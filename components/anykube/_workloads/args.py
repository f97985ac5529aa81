"""Arguments that all app components share in programs."""

from typing import Annotated

from pydantic import Discriminator, Tag

from anykube._clusters.context import AppCluster
from anykube._kubernetes import Transform
from anykube._model import Seq
from anykube._names import DnsLabel
from anykube._workloads.app import AppSpec
from anykube._workloads.namespace import Namespace


def _kind(value: object) -> str:
    return "component" if isinstance(value, Namespace) else "name"


AppNamespace = Annotated[
    Annotated[DnsLabel, Tag("name")] | Annotated[Namespace, Tag("component")], Discriminator(_kind)
]
"""Namespace of an app: a component, or the name of an existing one."""


class AppArgs(AppSpec):
    """Arguments of an app component that settings files do not have."""

    cluster: AppCluster
    """Cluster of the app: a cluster component, or a `ClusterContext`."""
    namespace: AppNamespace | None = None  # type: ignore[assignment]
    """Namespace of the app: a `Namespace` component, or the name of an existing one. Default: a new namespace with the
    app's name."""
    transforms: Seq[Transform] = ()
    """Functions that change the app's manifests before they are registered. Each takes a manifest and returns one."""
