"""Node pools: agent pools, each a resource of its own but the first, which comes with the cluster.

https://learn.microsoft.com/azure/aks/create-node-pools
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi_azure_native.containerservice as containerservice
import pulumi_azure_native.resources as resources

from anykube._clusters.aks.facts import SPOT_TAINT
from anykube._clusters.aks.immutable_pool import FIRST, boots_securely, first_pool, fixed
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


def inline(
    children: ResourceScope, spec: AksClusterSpec, network: ClusterNetwork
) -> containerservice.ManagedClusterAgentPoolProfileArgs:
    """The first pool, as the cluster has it. Its name is always the same: AKS takes no other pool in its place."""
    name, placement = first_pool(spec)
    fields = _fields(children, name, spec.pools[name], placement, spec, network)
    return containerservice.ManagedClusterAgentPoolProfileArgs(name=FIRST, **fields)


def pools(
    children: ResourceScope,
    spec: AksClusterSpec,
    group: resources.ResourceGroup,
    cluster: containerservice.ManagedCluster,
    network: ClusterNetwork,
) -> dict[str, containerservice.AgentPool]:
    """All others. What cannot change in place makes a new one, under a new name, before the old one is drained."""
    first = first_pool(spec)
    return {
        part: _pool(children, part, name, asked, placement, spec, group, cluster, network)
        for name, asked in spec.pools.items()
        for placement in placements(asked, spec)
        if (name, placement) != first
        for part in [f"{name}-{placement.subnet}" if placement.subnet else name]
    }


def _pool(
    children: ResourceScope,
    part: str,
    name: str,
    asked: NodePool,
    placement: Placement,
    spec: AksClusterSpec,
    group: resources.ResourceGroup,
    cluster: containerservice.ManagedCluster,
    network: ClusterNetwork,
) -> containerservice.AgentPool:
    return containerservice.AgentPool(
        children.name(part),
        agent_pool_name=pool_name(name, placement.subnet, fixed_of(asked, placement, spec)),
        resource_name_=cluster.name,
        resource_group_name=group.name,
        **_fields(children, name, asked, placement, spec, network),
        opts=children.options(
            # Where an autoscaler owns the size, that is no drift.
            ignore_changes=["count"] if asked.min is not None else [],
            timeout="60m",
        ),
    )


def fixed_of(asked: NodePool, placement: Placement, spec: AksClusterSpec) -> Sequence[object]:
    """What cannot change in place: https://learn.microsoft.com/azure/aks/manage-node-pools"""
    machine = resolve(asked.machine)[0]
    network = spec.aks.network.nodes if spec.aks.network else ""
    own = (machine.name, placement.zones, _image(asked), asked.disk, asked.spot, spec.aks.host_encryption, network)
    return (*own, "secure boot") if boots_securely(asked, spec) else own


def _fields(
    children: ResourceScope,
    name: str,
    asked: NodePool,
    placement: Placement,
    spec: AksClusterSpec,
    network: ClusterNetwork,
) -> dict[str, Any]:
    """What an agent pool has, inline or not."""
    machine = resolve(asked.machine)[0]
    owned = asked.min is not None
    return {
        **fixed(asked, placement, spec, network.nodes[placement.subnet]),
        "mode": "System" if is_system(asked) else "User",
        "type": "VirtualMachineScaleSets",
        "orchestrator_version": spec.version,
        "os_type": "Linux",
        "os_sku": _image(asked),
        "os_disk_type": "Managed",
        "count": placement.start,
        **_autoscaled(owned, placement),
        # What Azure adds itself is said too: it would be a drift for ever.
        "node_labels": {POOL_LABEL: name, **asked.labels, **({SPOT_TAINT.key: SPOT_TAINT.value} if asked.spot else {})},
        "node_taints": tainted(asked),
        **_upgraded(asked),
        **({"gpu_profile": containerservice.GPUProfileArgs(driver="Install")} if machine.gpu else {}),
        "tags": children.tags,
    }


def _image(asked: NodePool) -> str:
    return section(asked).image


def _autoscaled(owned: bool, placement: Placement) -> Mapping[str, object]:
    if not owned:
        return {"enable_auto_scaling": False}
    # AKS wants a largest size of 1 at least.
    return {"enable_auto_scaling": True, "min_count": placement.low, "max_count": max(placement.high, 1)}


def _upgraded(asked: NodePool) -> Mapping[str, object]:
    """New nodes first, and none away meanwhile. Spare capacity takes no surge, and goes when Azure says so.

    https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling
    """
    if asked.spot:
        return {
            "scale_set_priority": "Spot",
            "scale_set_eviction_policy": "Delete",
            # Up to the price of a machine that is not taken back.
            "spot_max_price": -1.0,
        }
    settings = containerservice.AgentPoolUpgradeSettingsArgs(max_surge=asked.surge or _SURGE, max_unavailable="0")
    return {"upgrade_settings": settings}


def tainted(asked: NodePool) -> list[str]:
    """The taints of a pool's nodes, in AKS' words."""
    taints = dict.fromkeys((*asked.taints, SPOT_TAINT) if asked.spot else asked.taints)
    return [f"{one.key}={one.value}:{one.effect}" if one.value else f"{one.key}:{one.effect}" for one in taints]
