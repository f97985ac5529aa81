"""All kinds of cluster that a page may ask for."""

from anykube.clusters.aks.spec import AksClusterSpec
from anykube.clusters.eks.spec import EksClusterSpec
from anykube.clusters.gke.spec import GkeClusterSpec
from anykube.clusters.spec import ClusterReference, ExistingClusterSpec, LocalClusterSpec

ManagedClusterSpec = EksClusterSpec | GkeClusterSpec | AksClusterSpec
ClusterSpec = LocalClusterSpec | ManagedClusterSpec | ExistingClusterSpec | ClusterReference
