"""`LocalCluster`: a simulated cluster on this machine, for development and CI."""

from typing import TYPE_CHECKING, cast

import pulumi
import pulumi_kubernetes as kubernetes

from anykube._clusters.local import resources
from anykube._clusters.local.args import LocalClusterArgs
from anykube._clusters.lookup import cluster_context
from anykube._clusters.protocol import kubernetes_provider, secret_output
from anykube._clusters.spec import LocalClusterSpec, NodePool
from anykube._validation import validated

if TYPE_CHECKING:
    from anykube.dicts import LocalClusterArgsDict


class LocalCluster(pulumi.ComponentResource):
    """A real Kubernetes API with nodes simulated by KWOK. Pods are scheduled, but no container runs.

    Example: `LocalCluster("local", {"pools": {"servers": {"count": 3}}})`

    :param name: the name of the resource.
    :param args: `LocalClusterArgs`, or a dict of the same keys.
    :param opts: Pulumi's options.
    :raises pulumi.RunError: if args are invalid, before any resource is registered.
    """

    def __init__(
        self, name: str, args: "LocalClusterArgs | LocalClusterArgsDict", opts: pulumi.ResourceOptions | None = None
    ) -> None:
        spec = validated("LocalCluster", name, LocalClusterArgs, args)
        super().__init__("anykube:index:LocalCluster", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        cluster = resources.Cluster(
            f"{name}-cluster",
            name=spec.name,
            version=spec.version,
            unpullable_images=spec.unpullable_images,
            crashing_images=spec.crashing_images,
            gateway_api=spec.gateway_api,
            opts=child,
        )
        self.pools = {
            pool_name: _create_pool(f"{name}-{pool_name}", pool_name, pool, spec, cluster, child)
            for pool_name, pool in spec.pools.items()
        }
        # Depends on the pools, so that objects are created after nodes exist and deleted before them.
        # `delete_unreachable`: objects cannot outlive the cluster.
        self.provider: kubernetes.Provider = kubernetes_provider(
            f"{name}-kubernetes",
            cluster.kubeconfig,
            cluster.identity,
            pulumi.ResourceOptions(parent=self, depends_on=list(self.pools.values())),
            delete_unreachable=True,
        )
        self.cluster_name = cluster.cluster_name
        self.version = cluster.version.apply(lambda version: cast("str | None", version))
        self.endpoint = cluster.endpoint
        self.identity = cluster.identity
        self.kubeconfig = secret_output(cluster.kubeconfig)
        self.context = cluster_context(spec, self.provider)
        self.register_outputs({"name": self.cluster_name, "endpoint": self.endpoint})


def _create_pool(
    resource_name: str,
    name: str,
    pool: NodePool,
    spec: LocalClusterSpec,
    cluster: resources.Cluster,
    opts: pulumi.ResourceOptions,
) -> resources.NodePool:
    return resources.NodePool(
        resource_name,
        cluster=cluster,
        name=name,
        count=pool.initial_count,
        cpu=pool.machine.cpu,
        memory=pool.machine.memory,
        arch=pool.machine.arch,
        labels=dict(pool.labels),
        taints=[taint.model_dump() for taint in pool.taints],
        zones=list(pool.zones or spec.zones),
        opts=opts,
    )
