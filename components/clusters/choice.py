"""All kinds of cluster that a page may ask for."""

from components.clusters.aks.spec import AksClusterSpec
from components.clusters.eks.spec import EksClusterSpec
from components.clusters.gke.spec import GkeClusterSpec
from components.clusters.spec import ClusterReference, ExistingClusterSpec, LocalClusterSpec

ManagedClusterSpec = EksClusterSpec | GkeClusterSpec | AksClusterSpec
ClusterSpec = LocalClusterSpec | ManagedClusterSpec | ExistingClusterSpec | ClusterReference
