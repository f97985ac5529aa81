"""An SDK as Pulumi would generate it, of two types."""

from pulumi_toy.cluster import Cluster, ClusterArgs
from pulumi_toy.node_pool import NodePool, NodePoolArgs
from pulumi_toy.provider import Provider, ProviderArgs

__all__ = ["Cluster", "ClusterArgs", "NodePool", "NodePoolArgs", "Provider", "ProviderArgs"]
