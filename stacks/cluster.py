"""From a page's cluster section to the component that makes it.

A cloud's module is imported only when a stack of that cloud runs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pulumi

from components.certificates import Issuer
from components.clouds.definition import resolve
from components.clouds.registry import definitions
from components.clusters.choice import ClusterSpec
from components.clusters.clouds import CLOUDS
from components.clusters.contract import Cluster
from components.clusters.managed import ManagedCluster
from components.clusters.routings import ROUTINGS
from components.clusters.spec import ClusterReference, ExistingClusterSpec, LocalClusterSpec, NodePool, Taint
from components.routing import Routing
from components.workloads.load_balancers import LOAD_BALANCERS
from components.workloads.pods.spec import Toleration
from components.workloads.site import Site
from stacks.settings.loader import load
from stacks.settings.problems import SettingsError

_PROJECT = Path(__file__).parents[1]
_GATEWAY_API = _PROJECT / ".anykube" / "share" / "gateway-api.yaml"
"""Where toolchain/ puts the definitions of the Gateway API."""


def cluster_of(spec: ClusterSpec) -> Cluster:
    """Makes, or finds, the cluster."""
    match spec:
        case LocalClusterSpec():
            from components.clusters.local.cluster import LocalCluster

            return LocalCluster(spec.name, spec)
        case ManagedCluster():
            return _managed(spec)
        case ExistingClusterSpec():
            from components.clusters.existing.cluster import ExistingCluster

            try:
                return ExistingCluster(spec.name, spec, root=_PROJECT)
            except ValueError as wrong:
                raise pulumi.RunError(str(wrong)) from None
        case ClusterReference():
            from components.clusters.reference import ReferencedCluster

            return ReferencedCluster(spec.stack, spec.stack)


def _managed(spec: ManagedCluster) -> Cluster:
    cloud = definitions()[spec.cloud]
    component = resolve(cloud.component)
    if cloud.gateway_definitions:
        component = partial(component, gateway_definitions=_gateway_definitions() if spec.gateway_api else ())
    cluster: Cluster = component(spec.name, spec)
    return cluster


def _gateway_definitions() -> Sequence[Mapping[str, Any]]:
    from components.clusters.gateways import definitions as gateway_definitions

    return gateway_definitions(_GATEWAY_API)


def routing_of(spec: ClusterSpec) -> tuple[Issuer | None, Routing]:
    """Who signs for routes with `issuer: cluster`, and how these come in, also on another stack's cluster."""
    match spec:
        case ClusterReference():
            try:
                return routing_of(load(spec.stack).cluster)
            except SettingsError as wrong:
                raise pulumi.RunError(str(wrong)) from None
        case LocalClusterSpec():
            from components.clusters.local.authority import LocalAuthority

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
