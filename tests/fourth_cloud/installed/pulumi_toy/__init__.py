"""An SDK with two resource types, as Pulumi would generate it."""

from pulumi_toy.cluster import Cluster, ClusterArgs
from pulumi_toy.node_pool import NodePool, NodePoolArgs
from pulumi_toy.provider import Provider, ProviderArgs

__all__ = ["Cluster", "ClusterArgs", "NodePool", "NodePoolArgs", "Provider", "ProviderArgs"]
