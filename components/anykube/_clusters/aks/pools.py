"""Node pools: agent pools. Each is a separate resource, except the first, which is a field of the cluster.

https://learn.microsoft.com/azure/aks/create-node-pools
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi_azure_native.containerservice as containerservice
import pulumi_azure_native.resources as resources

from anykube._clusters.aks.facts import SPOT_TAINT
from anykube._clusters.aks.immutable_pool import FIRST, first_pool, has_secure_boot, immutable_fields
from anykube._clusters.aks.machines import resolve
from anykube._clusters.aks.naming import pool_name
from anykube._clusters.aks.network import ClusterNetwork
from anykube._clusters.aks.placement import Placement, is_system, placements
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.sections import section
from anykube._clusters.aks.spec import AksClusterSpec
from anykube._clusters.spec import NodePool
from anykube._workloads.cluster_context import POOL_LABEL

_SURGE = "10%"


def first_pool_profile(
    children: ResourceScope, spec: AksClusterSpec, network: ClusterNetwork
) -> containerservice.ManagedClusterAgentPoolProfileArgs:
    """The first pool, as a field of the cluster. Its name never changes, since AKS cannot replace it."""
    name, placement = first_pool(spec)
    fields = _fields(children, name, spec.pools[name], placement, spec, network)
    return containerservice.ManagedClusterAgentPoolProfileArgs(name=FIRST, **fields)


def create_pools(
    children: ResourceScope,
    spec: AksClusterSpec,
    group: resources.ResourceGroup,
    cluster: containerservice.ManagedCluster,
    network: ClusterNetwork,
) -> dict[str, containerservice.AgentPool]:
    """Creates all other pools. Changes that AKS cannot make in place create a new pool before draining the old one."""
    first = first_pool(spec)
    return {
        resource_name: _create_pool(children, resource_name, name, pool, placement, spec, group, cluster, network)
        for name, pool in spec.pools.items()
        for placement in placements(pool, spec)
        if (name, placement) != first
        for resource_name in [f"{name}-{placement.subnet}" if placement.subnet else name]
    }


def _create_pool(
    children: ResourceScope,
    resource_name: str,
    name: str,
    pool: NodePool,
    placement: Placement,
    spec: AksClusterSpec,
    group: resources.ResourceGroup,
    cluster: containerservice.ManagedCluster,
    network: ClusterNetwork,
) -> containerservice.AgentPool:
    return containerservice.AgentPool(
        children.name(resource_name),
        agent_pool_name=pool_name(name, placement.subnet, immutable_values(pool, placement, spec)),
        resource_name_=cluster.name,
        resource_group_name=group.name,
        **_fields(children, name, pool, placement, spec, network),
        opts=children.options(
            # An autoscaler sets the size.
            ignore_changes=["count"] if pool.min is not None else [],
            timeout="60m",
        ),
    )


def immutable_values(pool: NodePool, placement: Placement, spec: AksClusterSpec) -> Sequence[object]:
    """What AKS cannot change in place: https://learn.microsoft.com/azure/aks/manage-node-pools"""
    machine = resolve(pool.machine)[0]
    network = spec.aks.network.nodes if spec.aks.network else ""
    values = (machine.name, placement.zones, _image(pool), pool.disk, pool.spot, spec.aks.host_encryption, network)
    return (*values, "secure boot") if has_secure_boot(pool, spec) else values


def _fields(
    children: ResourceScope,
    name: str,
    pool: NodePool,
    placement: Placement,
    spec: AksClusterSpec,
    network: ClusterNetwork,
) -> dict[str, Any]:
    """The fields of an agent pool, separate or in the cluster."""
    machine = resolve(pool.machine)[0]
    autoscaled = pool.min is not None
    return {
        **immutable_fields(pool, placement, spec, network.nodes[placement.subnet]),
        "mode": "System" if is_system(pool) else "User",
        "type": "VirtualMachineScaleSets",
        "orchestrator_version": spec.version,
        "os_type": "Linux",
        "os_sku": _image(pool),
        "os_disk_type": "Managed",
        "count": placement.initial,
        **_scaling(autoscaled, placement),
        # Also declare the label and taint that Azure adds to spot nodes, or they would be permanent drift.
        "node_labels": {POOL_LABEL: name, **pool.labels, **({SPOT_TAINT.key: SPOT_TAINT.value} if pool.spot else {})},
        "node_taints": node_taints(pool),
        **_upgrade_settings(pool),
        **({"gpu_profile": containerservice.GPUProfileArgs(driver="Install")} if machine.gpu else {}),
        "tags": children.tags,
    }


def _image(pool: NodePool) -> str:
    return section(pool).image


def _scaling(autoscaled: bool, placement: Placement) -> Mapping[str, object]:
    if not autoscaled:
        return {"enable_auto_scaling": False}
    # AKS requires a maximum of at least 1.
    return {"enable_auto_scaling": True, "min_count": placement.min, "max_count": max(placement.max, 1)}


def _upgrade_settings(pool: NodePool) -> Mapping[str, object]:
    """Upgrades add new nodes before they remove old ones. Spot pools do not support surge; Azure evicts their nodes.

    https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling
    """
    if pool.spot:
        return {
            "scale_set_priority": "Spot",
            "scale_set_eviction_policy": "Delete",
            # Pay up to the on-demand price.
            "spot_max_price": -1.0,
        }
    settings = containerservice.AgentPoolUpgradeSettingsArgs(max_surge=pool.surge or _SURGE, max_unavailable="0")
    return {"upgrade_settings": settings}


def node_taints(pool: NodePool) -> list[str]:
    """The taints of a pool, in AKS' format: key=value:effect."""
    taints = dict.fromkeys((*pool.taints, SPOT_TAINT) if pool.spot else pool.taints)
    return [
        f"{taint.key}={taint.value}:{taint.effect}" if taint.value else f"{taint.key}:{taint.effect}"
        for taint in taints
    ]
