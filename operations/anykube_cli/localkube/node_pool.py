"""`localkube:index:NodePool`: identical KWOK nodes."""

from anykube_cli.kubernetes.cluster import Cluster
from anykube_cli.kubernetes.nodes import converge, drain_and_remove, node_names
from anykube_cli.localkube import records
from anykube_cli.localkube.pool import Pool
from anykube_cli.plugin.resource import Diff, Inputs, Resource
from anykube_cli.plugin.values import Properties


class NodePoolInputs(Inputs):
    """A pool of identical nodes in a local cluster."""

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
    """The resource id is `CLUSTER/GROUP`. The group is the pool's name with a hash of its machine type and zones.

    Because a replacement has another group, its nodes are Ready before the first old node is drained.
    """

    token = "localkube:index:NodePool"
    inputs = NodePoolInputs
    # Not the identity: if the cluster is recreated, its nodes are recreated in place, with the same names.
    replaces = frozenset({"cluster", "name", "version", "cpu", "memory", "arch", "zones"})

    def create(self, inputs: NodePoolInputs) -> tuple[str, Properties]:
        """Creates missing nodes and waits until all are Ready."""
        pool = _pool(inputs)
        resource_id = f"{inputs.cluster}/{pool.group}"
        return resource_id, self._converge(resource_id, inputs)

    def read(self, resource_id: str) -> Properties | None:
        """Reads the pool's current nodes."""
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
        """Adds, removes, labels and taints nodes. Drains nodes before removing them."""
        del old
        return self._converge(resource_id, inputs)

    def delete(self, resource_id: str, old: Properties) -> None:
        """Drains and removes the nodes, if the cluster still exists."""
        del old
        cluster_name, _, group = resource_id.partition("/")
        cluster = Cluster(cluster_name)
        if not cluster.exists:
            return
        cluster.start()
        with cluster.api() as api:
            # Pods of the last pool cannot move to other nodes, so do not wait for them.
            has_other_pools = bool(records.groups(cluster.folder) - {group})
            drain_and_remove(api, node_names(api, group), timeout_seconds=60.0 if has_other_pools else 0.0)
        records.remove(cluster.folder, group)

    def drift(self, resource_id: str, old: Properties) -> Diff:
        """Recreates nodes that were removed outside Pulumi."""
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
