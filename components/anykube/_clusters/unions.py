"""`ClusterSpec`: every kind of cluster in settings. Each cloud has its own subclass of `ManagedCluster`."""

from anykube._clusters.managed import ManagedCluster
from anykube._clusters.spec import ClusterReference, ExistingClusterSpec, LocalClusterSpec

ClusterSpec = LocalClusterSpec | ManagedCluster | ExistingClusterSpec | ClusterReference
