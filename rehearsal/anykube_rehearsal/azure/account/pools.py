"""The pools of a cluster: those in it, and those of their own.

Both are one list to AKS. Where a request for a cluster leaves pools out, they stay: it is their own requests that
remove them. https://learn.microsoft.com/en-us/rest/api/aks/managed-clusters/create-or-update
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
    """A pool, wherever it was asked for."""

    cluster: str
    """The cluster's id."""
    name: str
    inputs: Mapping[str, Any]
    place: str = ""
    """Where in the request it stands, such as `agentPoolProfiles[0].`."""

    def at(self, wire: str) -> str:
        """A property, as a sentence names it."""
        return f"{self.place}{wire}"

    @property
    def key(self) -> str:
        """What pools are told apart by."""
        return ids.key(f"{self.cluster}/agentPools/{self.name}")

    @property
    def system(self) -> bool:
        """Whether it is for what the cluster runs itself. A pool of its own is for users unless it says so."""
        return str(self.inputs.get("mode", "User")) == "System"

    @property
    def subnet(self) -> str:
        """The id of the subnet that its nodes are in; empty where AKS makes a network."""
        return str(self.inputs.get("vnetSubnetID") or "")

    @property
    def size(self) -> int:
        """Nodes at first: what is asked for, within its bounds."""
        least = int(self.inputs.get("minCount") or 0) if self.inputs.get("enableAutoScaling") else 0
        count = self.inputs.get("count")
        return max(least, int(count) if count is not None else max(least, 1))

    @property
    def most(self) -> int:
        """Nodes at the most."""
        return int(self.inputs.get("maxCount") or self.size) if self.inputs.get("enableAutoScaling") else self.size


def inline(cluster: str, inputs: Mapping[str, Any]) -> Iterator[Pool]:
    """Those that a cluster's request has."""
    for index, profile in enumerate(inputs.get("agentPoolProfiles") or []):
        yield Pool(cluster, str(profile.get("name", "")), profile, f"agentPoolProfiles[{index}].")


def written(change: Change) -> Iterator[Pool]:
    """Those that a request is about."""
    if change.token == CLUSTER:
        yield from inline(change.id, change.new)
    else:
        cluster, _, name = change.id.rpartition("/agentPools/")
        yield Pool(cluster, name, change.new)


def pools(account: Account, cluster: str) -> list[Pool]:
    """All of a cluster, as they are."""
    found = find(account, CLUSTER, cluster)
    own = {one.key: one for one in inline(found.id, found.inputs)} if found else {}
    for record in account.store.all(POOL):
        parent, _, name = record.id.rpartition("/agentPools/")
        if ids.same(parent, cluster):
            pool = Pool(parent, name, record.inputs)
            own[pool.key] = pool
    return list(own.values())
