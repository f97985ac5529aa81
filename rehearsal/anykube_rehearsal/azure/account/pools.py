"""The pools of a cluster: inline ones in its `agentPoolProfiles`, and separate resources.

AKS treats both as one list. A request for a cluster does not remove the pools that it leaves out; only requests for the
pools do. https://learn.microsoft.com/en-us/rest/api/aks/managed-clusters/create-or-update
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.lookup import find
from anykube_rehearsal.azure.plugin.facts import CLUSTER, POOL
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change


@dataclass(frozen=True)
class Pool:
    """A pool, inline or separate."""

    cluster: str
    """The cluster's id."""
    name: str
    inputs: Mapping[str, Any]
    path_prefix: str = ""
    """The path of an inline pool in the request, such as `agentPoolProfiles[0].`."""

    def path(self, wire: str) -> str:
        """The path of a property in the request, for messages."""
        return f"{self.path_prefix}{wire}"

    @property
    def key(self) -> str:
        """The canonical id of the pool."""
        return ids.key(f"{self.cluster}/agentPools/{self.name}")

    @property
    def is_system(self) -> bool:
        """Whether its mode is System. The default is User."""
        return str(self.inputs.get("mode", "User")) == "System"

    @property
    def subnet(self) -> str:
        """The id of the nodes' subnet; empty if AKS creates the network."""
        return str(self.inputs.get("vnetSubnetID") or "")

    @property
    def size(self) -> int:
        """The initial number of nodes: `count`, but at least `minCount`."""
        minimum = int(self.inputs.get("minCount") or 0) if self.inputs.get("enableAutoScaling") else 0
        count = self.inputs.get("count")
        return max(minimum, int(count) if count is not None else max(minimum, 1))

    @property
    def max_size(self) -> int:
        """The maximum number of nodes."""
        return int(self.inputs.get("maxCount") or self.size) if self.inputs.get("enableAutoScaling") else self.size


def inline_pools(cluster: str, inputs: Mapping[str, Any]) -> Iterator[Pool]:
    """The pools in a cluster's inputs."""
    for index, profile in enumerate(inputs.get("agentPoolProfiles") or []):
        yield Pool(cluster, str(profile.get("name", "")), profile, f"agentPoolProfiles[{index}].")


def requested_pools(change: Change) -> Iterator[Pool]:
    """The pools that a change creates or updates."""
    if change.token == CLUSTER:
        yield from inline_pools(change.id, change.new)
    else:
        cluster, _, name = change.id.rpartition("/agentPools/")
        yield Pool(cluster, name, change.new)


def pools(account: Account, cluster: str) -> list[Pool]:
    """All current pools of a cluster."""
    record = find(account, CLUSTER, cluster)
    by_key = {pool.key: pool for pool in inline_pools(record.id, record.inputs)} if record else {}
    for pool_record in account.store.all(POOL):
        parent, _, name = pool_record.id.rpartition("/agentPools/")
        if ids.same(parent, cluster):
            pool = Pool(parent, name, pool_record.inputs)
            by_key[pool.key] = pool
    return list(by_key.values())
