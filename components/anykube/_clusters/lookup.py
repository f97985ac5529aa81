"""`cluster_context`: looks up what apps need to know about a cluster from its spec."""

from collections.abc import Mapping, Sequence

import pulumi

from anykube._certificates import Issuer
from anykube._clouds.registry import definitions
from anykube._clusters.context import ClusterContext
from anykube._clusters.ingress_profiles import INGRESS_PROFILES
from anykube._clusters.managed import ManagedCluster
from anykube._clusters.spec import ExistingClusterSpec, LocalClusterSpec, NodePool, Taint
from anykube._clusters.unions import ClusterSpec
from anykube._workloads.identity import Grant
from anykube._workloads.pods.spec import Toleration


def cluster_context(
    spec: ClusterSpec | None, provider: pulumi.ProviderResource | None, grant: Grant | None = None
) -> ClusterContext:
    """The context for apps on a cluster. `grant`: None except in the stack that creates the cluster."""
    match spec:
        case ManagedCluster():
            cloud = definitions()[spec.cloud]
            return ClusterContext(
                provider,
                spec,
                pools=_tolerations(spec.pools, cloud.facts.spot_taints),
                load_balancers=cloud.load_balancers[spec.mode],
                ingress=cloud.ingress[spec.mode],
                grant=grant,
                identity_labels=cloud.facts.identity_labels,
                credential_endpoints=cloud.facts.credential_endpoints,
                local_volumes_hold_nodes=cloud.facts.local_volumes_hold_nodes and spec.mode == "standard",
            )
        case LocalClusterSpec():
            ingress = INGRESS_PROFILES[spec.cloud, "standard"]
            return ClusterContext(
                provider, spec, pools=_tolerations(spec.pools), ingress=ingress, issuer=_local_authority()
            )
        case ExistingClusterSpec():
            return ClusterContext(provider, spec, ingress=INGRESS_PROFILES[spec.cloud, "standard"])
        case _:
            return ClusterContext(provider)


def _local_authority() -> Issuer:
    from anykube._clusters.local.authority import LocalAuthority

    return LocalAuthority()


def _tolerations(pools: Mapping[str, NodePool], spot_taints: Sequence[Taint] = ()) -> dict[str, list[Toleration]]:
    return {
        name: [
            Toleration(key=taint.key, value=taint.value, effect=taint.effect)
            for taint in (*pool.taints, *(spot_taints if pool.spot else ()))
        ]
        for name, pool in pools.items()
    }
