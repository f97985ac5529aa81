"""Creates the cluster component of a stack.

The modules of a cloud are imported only for stacks of that cloud.
"""

import pulumi

from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster
from anykube._clusters.protocol import Cluster
from anykube._clusters.spec import ClusterReference, ExistingClusterSpec, LocalClusterSpec
from anykube._clusters.unions import ClusterSpec
from anykube._model import fields_of
from anykube.settings.loader import load
from anykube.settings.problems import SettingsError


def cluster_of(spec: ClusterSpec) -> Cluster:
    """The cluster component for the `cluster` section of settings."""
    match spec:
        case LocalClusterSpec():
            from anykube._clusters.local.args import LocalClusterArgs
            from anykube._clusters.local.cluster import LocalCluster

            return LocalCluster(spec.name, LocalClusterArgs(**fields_of(spec)))
        case ManagedCluster():
            component = resolve(definitions()[spec.cloud].component)
            cluster: Cluster = component(spec.name, spec)
            return cluster
        case ExistingClusterSpec():
            from anykube._clusters.existing.args import ExistingClusterArgs
            from anykube._clusters.existing.cluster import ExistingCluster

            return ExistingCluster(spec.name, ExistingClusterArgs(**fields_of(spec)))
        case ClusterReference():
            from anykube._clusters.reference import ReferencedCluster, ReferencedClusterArgs

            return ReferencedCluster(spec.stack, ReferencedClusterArgs(stack=spec.stack, settings=_settings(spec)))


def _settings(reference: ClusterReference) -> LocalClusterSpec | ManagedCluster | ExistingClusterSpec:
    """The cluster section in the settings of the other stack."""
    try:
        cluster = load(reference.stack).cluster
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None
    return _settings(cluster) if isinstance(cluster, ClusterReference) else cluster
