"""From a page's cluster section to the component that makes it.

A cloud's module is imported only when a stack of that cloud runs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pulumi

from anykube import project
from anykube.certificates import Issuer
from anykube.clusters.aks.spec import AksClusterSpec
from anykube.clusters.choice import ClusterSpec
from anykube.clusters.clouds import CLOUDS
from anykube.clusters.contract import Cluster
from anykube.clusters.eks.spec import EksClusterSpec
from anykube.clusters.gke.spec import GkeClusterSpec
from anykube.clusters.managed import ManagedCluster
from anykube.clusters.routings import ROUTINGS
from anykube.clusters.spec import ClusterReference, ExistingClusterSpec, LocalClusterSpec, NodePool, Taint
from anykube.routing import Routing
from anykube.settings.loader import load
from anykube.settings.problems import SettingsError
from anykube.workloads.load_balancers import LOAD_BALANCERS
from anykube.workloads.pods.spec import Toleration
from anykube.workloads.site import Site

_GATEWAY_API = project.root() / ".anykube" / "share" / "gateway-api.yaml"
"""Where toolchain/ puts the definitions of the Gateway API."""


def cluster_of(spec: ClusterSpec) -> Cluster:
    """Makes, or finds, the cluster."""
    match spec:
        case LocalClusterSpec():
            from anykube.clusters.local.cluster import LocalCluster

            return LocalCluster(spec.name, spec)
        case EksClusterSpec():
            from anykube.clusters.eks.cluster import EksCluster
            from anykube.clusters.gateways import definitions

            found = definitions(_GATEWAY_API) if spec.gateway_api else ()
            return EksCluster(spec.name, spec, gateway_definitions=found)
        case AksClusterSpec():
            from anykube.clusters.aks.cluster import AksCluster

            return AksCluster(spec.name, spec)
        case GkeClusterSpec():
            from anykube.clusters.gke.cluster import GkeCluster

            return GkeCluster(spec.name, spec)
        case ExistingClusterSpec():
            from anykube.clusters.existing.cluster import ExistingCluster

            try:
                return ExistingCluster(spec.name, spec, root=project.root())
            except ValueError as wrong:
                raise pulumi.RunError(str(wrong)) from None
        case ClusterReference():
            from anykube.clusters.reference import ReferencedCluster

            return ReferencedCluster(spec.stack, spec.stack)


def routing_of(spec: ClusterSpec) -> tuple[Issuer | None, Routing]:
    """Who signs for routes with `issuer: cluster`, and how these come in, also on another stack's cluster."""
    match spec:
        case ClusterReference():
            try:
                return routing_of(load(spec.stack).cluster)
            except SettingsError as wrong:
                raise pulumi.RunError(str(wrong)) from None
        case LocalClusterSpec():
            from anykube.clusters.local.authority import LocalAuthority

            return LocalAuthority(), ROUTINGS[spec.cloud, "standard"]
        case ExistingClusterSpec():
            return None, ROUTINGS[spec.cloud, "standard"]
        case ManagedCluster():
            return None, ROUTINGS[spec.cloud, spec.mode]


def site_of(spec: ClusterSpec, cluster: Cluster) -> Site:
    """What apps need to know of the cluster that they go onto, also of another stack's."""
    match spec:
        case ClusterReference():
            try:
                below = load(spec.stack).cluster
            except SettingsError as wrong:
                raise pulumi.RunError(str(wrong)) from None
            return replace(site_of(below, cluster), allow=None)
        case LocalClusterSpec():
            return Site(pools=_tolerations(spec.pools))
        case ManagedCluster():
            balancers = LOAD_BALANCERS[spec.cloud, spec.mode]
            allow, own = getattr(cluster, "allow", None), CLOUDS[spec.cloud]
            return Site(_tolerations(spec.pools, own.spot_taints), balancers, allow, own.identity_labels)
        case ExistingClusterSpec():
            return Site()


def _tolerations(pools: Mapping[str, NodePool], spot_taints: Sequence[Taint] = ()) -> dict[str, list[Toleration]]:
    return {
        name: [
            Toleration(key=taint.key, value=taint.value, effect=taint.effect)
            for taint in (*pool.taints, *(spot_taints if pool.spot else ()))
        ]
        for name, pool in pools.items()
    }
