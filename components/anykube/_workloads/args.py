"""What a program passes to every app beside its spec."""

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
"""The namespace of an app: a component, or the name of one that exists."""


class AppArgs(AppSpec):
    """The fields that only a program has."""

    cluster: AppCluster
    """The cluster that the app goes to: a cluster component, or a ClusterContext."""
    namespace: AppNamespace | None = None  # type: ignore[assignment]
    """A Namespace component, or the name of a namespace that exists. None: creates one with the app's name."""
    transforms: Seq[Transform] = ()
    """Functions that see every manifest before it is registered, and return what is registered instead."""
