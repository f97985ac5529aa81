"""Kubernetes below EKS, made when it is first needed: it is a lot, and it must know where the account answers."""

import importlib
import inspect
from functools import cached_property
from pathlib import Path
from typing import cast

from anykube_rehearsal.aws.account.runtime import ControlPlane, NodeGroup, Runtime


class LazyRuntime:
    """`anykube_rehearsal.aws.clusters.Clusters`, whose constructor gets what it asks for by these names."""

    def __init__(self, folder: Path, region: str) -> None:
        self._given: dict[str, object] = {"folder": folder, "region": region}

    def set_url(self, url: str) -> None:
        """The account is there: where clusters ask whose a token is."""
        self._given["reviews"] = f"{url}/_anykube/token-review"

    @cached_property
    def _made(self) -> Runtime:
        kind = importlib.import_module("anykube_rehearsal.aws.clusters").Clusters
        wanted = inspect.signature(kind).parameters
        return cast(Runtime, kind(**{name: value for name, value in self._given.items() if name in wanted}))

    def create(self, cluster: str, version: str) -> ControlPlane:
        """Brings a control plane up."""
        return self._made.create(cluster, version)

    def upgrade(self, cluster: str, version: str) -> None:
        """Moves it to another version."""
        self._made.upgrade(cluster, version)

    def delete(self, cluster: str) -> None:
        """Removes it."""
        self._made.delete(cluster)

    def converge(self, cluster: str, group: NodeGroup) -> None:
        """Makes the nodes of a group what they should be."""
        self._made.converge(cluster, group)

    def drain(self, cluster: str, group: str) -> None:
        """Removes the nodes of a group."""
        self._made.drain(cluster, group)
