"""From a page's cluster section to the component that makes it.

A cloud's module is imported only when a stack of that cloud runs.
"""

from pathlib import Path

import pulumi

from components.certificates import Issuer
from components.clusters.contract import Cluster
from components.clusters.spec import ClusterReference, ClusterSpec, ExistingClusterSpec, LocalClusterSpec
from stacks.settings import SettingsError, load

_PROJECT = Path(__file__).parents[1]


def cluster_of(spec: ClusterSpec) -> Cluster:
    """Makes, or finds, the cluster."""
    match spec:
        case LocalClusterSpec():
            from components.clusters.local.cluster import LocalCluster

            return LocalCluster(spec.name, spec)
        case ExistingClusterSpec():
            from components.clusters.existing.cluster import ExistingCluster

            try:
                return ExistingCluster(spec.name, spec, root=_PROJECT)
            except ValueError as wrong:
                raise pulumi.RunError(str(wrong)) from None
        case ClusterReference():
            from components.clusters.reference import ReferencedCluster

            return ReferencedCluster(spec.stack, spec.stack)


def certificates_of(spec: ClusterSpec) -> Issuer | None:
    """Who signs for routes with `issuer: local-ca`: only local clusters, also another stack's, have somebody."""
    if isinstance(spec, ClusterReference):
        try:
            return certificates_of(load(spec.stack).cluster)
        except SettingsError as wrong:
            raise pulumi.RunError(str(wrong)) from None
    if isinstance(spec, LocalClusterSpec):
        from components.clusters.local.authority import LocalAuthority

        return LocalAuthority()
    return None
