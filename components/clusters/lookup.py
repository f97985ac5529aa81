"""From a cluster's spec to the context of its apps: the one reader of the tables by cloud."""

from collections.abc import Mapping, Sequence

import pulumi

from components.certificates import Issuer
from components.clusters.choice import ClusterSpec
from components.clusters.clouds import CLOUDS
from components.clusters.context import ClusterContext
from components.clusters.managed import ManagedCluster
from components.clusters.routings import ROUTINGS
from components.clusters.spec import ExistingClusterSpec, LocalClusterSpec, NodePool, Taint
from components.workloads.identity import Grant
from components.workloads.load_balancers import LOAD_BALANCERS
from components.workloads.pods.spec import Toleration


def cluster_context(
    spec: ClusterSpec | None, provider: pulumi.ProviderResource | None, grant: Grant | None = None
) -> ClusterContext:
    """The context of a cluster. `grant`: only the stack that creates the cluster has one."""
    match spec:
        case ManagedCluster():
            cloud = CLOUDS[spec.cloud]
            return ClusterContext(
                provider,
                spec,
                pools=_tolerations(spec.pools, cloud.spot_taints),
                load_balancers=LOAD_BALANCERS[spec.cloud, spec.mode],
                ingress=ROUTINGS[spec.cloud, spec.mode],
                grant=grant,
                identity_labels=cloud.identity_labels,
            )
        case LocalClusterSpec():
            ingress = ROUTINGS[spec.cloud, "standard"]
            return ClusterContext(
                provider, spec, pools=_tolerations(spec.pools), ingress=ingress, issuer=_local_authority()
            )
        case ExistingClusterSpec():
            return ClusterContext(provider, spec, ingress=ROUTINGS[spec.cloud, "standard"])
        case _:
            return ClusterContext(provider)


def _local_authority() -> Issuer:
    from components.clusters.local.authority import LocalAuthority

    return LocalAuthority()


def _tolerations(pools: Mapping[str, NodePool], spot_taints: Sequence[Taint] = ()) -> dict[str, list[Toleration]]:
    return {
        name: [
            Toleration(key=taint.key, value=taint.value, effect=taint.effect)
            for taint in (*pool.taints, *(spot_taints if pool.spot else ()))
        ]
        for name, pool in pools.items()
    }
