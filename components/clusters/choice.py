"""Every kind of cluster that a page may ask for. Those of clouds have models of their own: see components/clouds."""

from components.clusters.managed import ManagedCluster
from components.clusters.spec import ClusterReference, ExistingClusterSpec, LocalClusterSpec

ClusterSpec = LocalClusterSpec | ManagedCluster | ExistingClusterSpec | ClusterReference
