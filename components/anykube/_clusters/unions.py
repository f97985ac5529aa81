"""Every kind of cluster in settings. Those of clouds have models of their own: see anykube/clouds."""

from anykube._clusters.managed import ManagedCluster
from anykube._clusters.spec import ClusterReference, ExistingClusterSpec, LocalClusterSpec

ClusterSpec = LocalClusterSpec | ManagedCluster | ExistingClusterSpec | ClusterReference
