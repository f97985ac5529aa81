"""A pool of a local cluster as nodes."""

import hashlib
import json
from dataclasses import dataclass

from anykube_cli.kubernetes.nodes import Node

POOL_LABEL = "anykube.dev/pool"


@dataclass(frozen=True)
class Pool:
    """What every node of a pool has."""

    cluster: str
    name: str
    version: str
    cpu: int
    """Virtual CPUs."""
    memory: str
    """A Kubernetes quantity."""
    arch: str
    labels: dict[str, str]
    taints: tuple[dict[str, str], ...]
    """As Kubernetes writes them: key, value, effect."""
    zones: tuple[str, ...]

    @property
    def group(self) -> str:
        """The pool's name with a mark of what cannot change in place.

        So the nodes of a replacement have other names than those that they replace, and can join before these go.
        """
        fixed = json.dumps([self.cpu, self.memory, self.arch, self.zones])
        return f"{self.name}-{hashlib.sha256(fixed.encode()).hexdigest()[:5]}"

    def node(self, index: int) -> Node:
        """The node with this index. Indices are stable: a smaller pool keeps the first ones."""
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
