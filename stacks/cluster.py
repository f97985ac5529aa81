"""From a page's cluster section to the component that makes it.

A cloud's module is imported only when a stack of that cloud runs.
"""

import pulumi

from components.clusters.aks.spec import AksClusterSpec
from components.clusters.choice import ClusterSpec, ManagedClusterSpec
from components.clusters.contract import Cluster
from components.clusters.eks.spec import EksClusterSpec
from components.clusters.gke.spec import GkeClusterSpec
from components.clusters.spec import ClusterReference, ExistingClusterSpec, LocalClusterSpec
from components.model import fields_of
from stacks.settings.loader import load
from stacks.settings.problems import SettingsError


def cluster_of(spec: ClusterSpec) -> Cluster:
    """Makes, or finds, the cluster."""
    match spec:
        case LocalClusterSpec():
            from components.clusters.local.args import LocalClusterArgs
            from components.clusters.local.cluster import LocalCluster

            return LocalCluster(spec.name, LocalClusterArgs(**fields_of(spec)))
        case EksClusterSpec():
            from components.clusters.eks.args import EksClusterArgs
            from components.clusters.eks.cluster import EksCluster

            return EksCluster(spec.name, EksClusterArgs(**fields_of(spec)))
        case AksClusterSpec():
            from components.clusters.aks.args import AksClusterArgs
            from components.clusters.aks.cluster import AksCluster

            return AksCluster(spec.name, AksClusterArgs(**fields_of(spec)))
        case GkeClusterSpec():
            from components.clusters.gke.args import GkeClusterArgs
            from components.clusters.gke.cluster import GkeCluster

            return GkeCluster(spec.name, GkeClusterArgs(**fields_of(spec)))
        case ExistingClusterSpec():
            from components.clusters.existing.args import ExistingClusterArgs
            from components.clusters.existing.cluster import ExistingCluster

            return ExistingCluster(spec.name, ExistingClusterArgs(**fields_of(spec)))
        case ClusterReference():
            from components.clusters.reference import ReferencedCluster, ReferencedClusterArgs

            return ReferencedCluster(spec.stack, ReferencedClusterArgs(stack=spec.stack, settings=_settings(spec)))


def _settings(reference: ClusterReference) -> LocalClusterSpec | ManagedClusterSpec | ExistingClusterSpec:
    """The cluster section of the other stack's settings."""
    try:
        cluster = load(reference.stack).cluster
    except SettingsError as wrong:
        raise pulumi.RunError(str(wrong)) from None
    return _settings(cluster) if isinstance(cluster, ClusterReference) else cluster
