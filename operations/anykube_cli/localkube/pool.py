"""The nodes of a local cluster's pool."""

import hashlib
import json
from dataclasses import dataclass

from anykube_cli.kubernetes.nodes import Node

POOL_LABEL = "anykube.dev/pool"


@dataclass(frozen=True)
class Pool:
    """The properties that all nodes of a pool share."""

    cluster: str
    name: str
    version: str
    cpu: int
    """Number of virtual CPUs."""
    memory: str
    """A Kubernetes quantity, such as "8Gi"."""
    arch: str
    labels: dict[str, str]
    taints: tuple[dict[str, str], ...]
    """Taints in Kubernetes' format: key, value, effect."""
    zones: tuple[str, ...]

    @property
    def group(self) -> str:
        """The pool's name with a hash of the properties that cannot change in place.

        So the nodes of a replacement have new names and can join before the old nodes are removed.
        """
        immutable = json.dumps([self.cpu, self.memory, self.arch, self.zones])
        return f"{self.name}-{hashlib.sha256(immutable.encode()).hexdigest()[:5]}"

    def node(self, index: int) -> Node:
        """Returns the node with this index. A pool that shrinks keeps the nodes with the lowest indices."""
        return Node(
            name=f"{self.cluster}-{self.group}-{index}",
            group=self.group,
            version=self.version,
            cpu=self.cpu,
            memory=self.memory,
            arch=self.arch,
            region="local",
            zone=self.zones[index % len(self.zones)],
            labels={**self.labels, POOL_LABEL: self.name},
            taints=self.taints,
        )
