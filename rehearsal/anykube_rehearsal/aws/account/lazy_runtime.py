"""Creates the runtime for EKS clusters at first use: its import is slow, and it needs the account's URL."""

import importlib
from functools import cached_property
from pathlib import Path
from typing import cast

from anykube_rehearsal.aws.account.runtime import ControlPlane, NodeGroupSpec, Runtime


class LazyRuntime:
    """`anykube_rehearsal.aws.clusters.Clusters`, created at first use."""

    def __init__(self, folder: Path, region: str) -> None:
        self._folder, self._region, self._url = folder, region, ""

    def set_url(self, url: str) -> None:
        """Sets the account's URL, where clusters send token reviews."""
        self._url = url

    @cached_property
    def _runtime(self) -> Runtime:
        clusters = importlib.import_module("anykube_rehearsal.aws.clusters")
        return cast(Runtime, clusters.Clusters(self._folder, f"{self._url}/_anykube/token-review", self._region))

    def create(self, cluster: str, version: str) -> ControlPlane:
        """Starts a control plane."""
        return self._runtime.create(cluster, version)

    def upgrade(self, cluster: str, version: str) -> None:
        """Upgrades the control plane."""
        self._runtime.upgrade(cluster, version)

    def delete(self, cluster: str) -> None:
        """Deletes the cluster."""
        self._runtime.delete(cluster)

    def converge(self, cluster: str, group: NodeGroupSpec) -> None:
        """Sets the nodes of a group."""
        self._runtime.converge(cluster, group)

    def drain(self, cluster: str, group: str) -> None:
        """Removes the nodes of a group."""
        self._runtime.drain(cluster, group)
