"""`localkube:index:NodePool`: KWOK nodes of one kind."""

from anykube_cli.kubernetes.cluster import Cluster
from anykube_cli.kubernetes.nodes import converge, drain_and_remove, node_names
from anykube_cli.localkube import records
from anykube_cli.localkube.pool import Pool
from anykube_cli.plugin.resource import Diff, Inputs, Resource
from anykube_cli.plugin.values import Properties


class NodePoolInputs(Inputs):
    """A pool of like nodes in a local cluster."""

    cluster: str
    identity: str
    name: str
    version: str
    count: int
    cpu: int
    memory: str
    arch: str
    labels: dict[str, str] = {}
    taints: list[dict[str, str]] = []
    zones: list[str]


class NodePoolResource(Resource[NodePoolInputs]):
    """Its id is `CLUSTER/GROUP`, where the group is the pool's name with a mark of its machine and zones.

    So a replacement's nodes are Ready before the first of the old ones is drained.
    """

    token = "localkube:index:NodePool"
    inputs = NodePoolInputs
    # Not the identity: nodes that were lost with their cluster are made again under the same names.
    replaces = frozenset({"cluster", "name", "version", "cpu", "memory", "arch", "zones"})

    def create(self, inputs: NodePoolInputs) -> tuple[str, Properties]:
        """Makes the nodes that are not there yet and waits until all are Ready."""
        pool = _pool(inputs)
        resource_id = f"{inputs.cluster}/{pool.group}"
        return resource_id, self._converge(resource_id, inputs)

    def read(self, resource_id: str) -> Properties | None:
        """The pool as its nodes are."""
        cluster_name, _, group = resource_id.partition("/")
        cluster = Cluster(cluster_name)
        recorded = records.read(cluster.folder, group)
        if recorded is None:
            return None
        if not cluster.is_running:
            return recorded
        with cluster.api() as api:
            names = node_names(api, group)
        return {**recorded, "count": len(names), "nodes": names}

    def update(self, resource_id: str, old: Properties, inputs: NodePoolInputs) -> Properties:
        """Adds nodes, drains and removes nodes, labels and taints them."""
        del old
        return self._converge(resource_id, inputs)

    def delete(self, resource_id: str, old: Properties) -> None:
        """Drains and removes the nodes; those of a cluster that is gone are gone with it."""
        del old
        cluster_name, _, group = resource_id.partition("/")
        cluster = Cluster(cluster_name)
        if not cluster.exists:
            return
        cluster.start()
        with cluster.api() as api:
            # There is nowhere to move to when the last pool goes: its pods end with it.
            others = len(records.groups(cluster.folder) - {group})
            drain_and_remove(api, node_names(api, group), timeout_seconds=60.0 if others else 0.0)
        records.remove(cluster.folder, group)

    def drift(self, resource_id: str, old: Properties) -> Diff:
        """Nodes that somebody removed come back."""
        cluster_name, _, group = resource_id.partition("/")
        cluster = Cluster(cluster_name)
        if not cluster.is_running:
            return Diff()
        with cluster.api() as api:
            if node_names(api, group) != old.get("nodes"):
                return Diff(update=frozenset({"nodes"}))
        return Diff()

    def _converge(self, resource_id: str, inputs: NodePoolInputs) -> Properties:
        pool, cluster = _pool(inputs), Cluster(inputs.cluster)
        group = resource_id.partition("/")[2]
        records.write(cluster.folder, group, inputs.model_dump(by_alias=True))
        with cluster.api() as api:
            converge(api, pool.group, [pool.node(index) for index in range(inputs.count)])
            names = node_names(api, pool.group)
        return {**inputs.model_dump(by_alias=True), "nodes": names}


def _pool(inputs: NodePoolInputs) -> Pool:
    return Pool(
        cluster=inputs.cluster,
        name=inputs.name,
        version=inputs.version,
        cpu=inputs.cpu,
        memory=inputs.memory,
        arch=inputs.arch,
        labels=inputs.labels,
        taints=tuple(inputs.taints),
        zones=tuple(inputs.zones),
    )
