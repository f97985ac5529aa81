"""All kinds of cluster that a page may ask for."""

from components.clusters.eks.spec import EksClusterSpec
from components.clusters.spec import ClusterReference, ExistingClusterSpec, LocalClusterSpec

ClusterSpec = LocalClusterSpec | EksClusterSpec | ExistingClusterSpec | ClusterReference
