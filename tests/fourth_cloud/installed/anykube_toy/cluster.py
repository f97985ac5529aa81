"""`ToyCluster`: a cluster on Toy Kubernetes Engine."""

import json

import pulumi
import pulumi_toy as toy
from anykube.cloud import POOL_LABEL, NodePool, ResourceScope, cluster_context, kubernetes_provider, secret_output

from anykube_toy.facts import MACHINES
from anykube_toy.settings import TkeClusterSpec


class ToyCluster(pulumi.ComponentResource):
    """A cluster on Toy."""

    def __init__(self, name: str, spec: TkeClusterSpec, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("toycloud:index:ToyCluster", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        cloud = toy.Provider(f"{name}-toy", toy.ProviderArgs(account=spec.tke.account), child)
        self._children, self._spec = ResourceScope(name, self, cloud), spec
        self.cluster = toy.Cluster(
            self._children.name("cluster"),
            toy.ClusterArgs(
                name=spec.name,
                region=spec.region,
                zones=list(spec.zones),
                version=spec.version,
                public=list(spec.api.public),
            ),
            self._children.options(protect=spec.protect or None),
        )
        self.pools = {pool_name: self._create_pool(pool_name, pool) for pool_name, pool in spec.pools.items()}
        self.cluster_name = self.cluster.name
        self.version = self.cluster.version.apply(lambda version: version or None)
        self.endpoint = self.identity = self.cluster.endpoint
        values = pulumi.Output.all(self.cluster.name, self.endpoint, self.cluster.authority)
        self.kubeconfig = secret_output(values.apply(lambda resolved: kubeconfig(*resolved)))
        ready = pulumi.ResourceOptions(parent=self, depends_on=list(self.pools.values()))
        self.provider = kubernetes_provider(f"{name}-kubernetes", self.kubeconfig, self.identity, ready)
        self.context = cluster_context(spec, self.provider)
        self.register_outputs({"name": self.cluster_name, "endpoint": self.endpoint})

    def _create_pool(self, name: str, pool: NodePool) -> toy.NodePool:
        args = toy.NodePoolArgs(
            name=name,
            cluster=self.cluster.name,
            version=self._spec.version,
            machine=MACHINES.resolve(pool.machine)[0].name,
            size=pool.initial_count,
            zones=list(pool.zones or self._spec.zones),
            labels={**pool.labels, POOL_LABEL: name},
            taints=[taint.model_dump() for taint in pool.taints],
        )
        return toy.NodePool(self._children.name(name), args, self._children.options())


def kubeconfig(name: str, endpoint: str, authority: str) -> str:
    """A kubeconfig without credentials: `toy-auth` gets the caller's token."""
    login = {"apiVersion": "client.authentication.k8s.io/v1", "command": "toy-auth", "interactiveMode": "Never"}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": {"server": endpoint, "certificate-authority-data": authority}}],
            "users": [{"name": name, "user": {"exec": login}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
        }
    )
