"""Node pools: agent pools, each a resource of its own but the first, which comes with the cluster.

https://learn.microsoft.com/azure/aks/create-node-pools
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_azure_native.containerservice as containerservice
import pulumi_azure_native.resources as resources
from pulumi_azure_native.containerservice.outputs import ManagedClusterAgentPoolProfileResponse as Profile

from components.clusters.aks.children import Children
from components.clusters.aks.facts import SPOT_TAINT
from components.clusters.aks.machines import resolve
from components.clusters.aks.naming import pool_name
from components.clusters.aks.network import ClusterNetwork
from components.clusters.aks.placement import Placement, is_system, placements
from components.clusters.aks.spec import AksClusterSpec
from components.clusters.spec import AksPool, NodePool
from components.workloads.site import POOL_LABEL

_DISK_GIB = 128
_SURGE = "10%"
_FIRST = "system"
"""The name of the first pool; those of others end in a hash."""

FIXED = ("vmSize", "availabilityZones", "osDiskSizeGB", "osDiskType", "osSKU", "enableEncryptionAtHost", "vnetSubnetID")
"""What of the first pool cannot change in place: AKS would refuse it, or the cluster be made anew."""


def first_pool(spec: AksClusterSpec) -> tuple[str, Placement]:
    """The pool that comes with the cluster: the page's first that is AKS' own. Raises pulumi.RunError for none."""
    for name, asked in spec.pools.items():
        if is_system(asked):
            first = placements(asked, spec)[0]
            if first.low < 1:
                raise pulumi.RunError(f"AksCluster {spec.name}: pool {name} has a zone without nodes; raise its min.")
            return name, first
    raise pulumi.RunError(
        f"AksCluster {spec.name}: no pool has the taint CriticalAddonsOnly=true:NoSchedule, and AKS needs one for its "
        "own pods; add it."
    )


def inline(
    children: Children, spec: AksClusterSpec, network: ClusterNetwork
) -> containerservice.ManagedClusterAgentPoolProfileArgs:
    """The first pool, as the cluster has it. Its name is always the same: AKS takes no other pool in its place."""
    name, placement = first_pool(spec)
    fields = _fields(children, name, spec.pools[name], placement, spec, network)
    return containerservice.ManagedClusterAgentPoolProfileArgs(name=_FIRST, **fields)


def pools(
    children: Children,
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
    children: Children,
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
    return (machine.name, placement.zones, _image(asked), asked.disk, asked.spot, spec.aks.host_encryption, network)


def _fields(
    children: Children,
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
        "mode": "System" if is_system(asked) else "User",
        "type": "VirtualMachineScaleSets",
        "vm_size": machine.name,
        "orchestrator_version": spec.version,
        "os_type": "Linux",
        "os_sku": _image(asked),
        "os_disk_type": "Managed",
        "os_disk_size_gb": asked.disk or _DISK_GIB,
        "enable_encryption_at_host": spec.aks.host_encryption,
        "vnet_subnet_id": network.nodes[placement.subnet],
        "availability_zones": list(placement.zones),
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
    return (asked.aks or AksPool()).image


def _autoscaled(owned: bool, placement: Placement) -> Mapping[str, object]:
    if not owned:
        return {"enable_auto_scaling": False}
    # AKS wants a largest size of 1 at least.
    return {"enable_auto_scaling": True, "min_count": placement.low, "max_count": max(placement.high, 1)}


def _upgraded(asked: NodePool) -> Mapping[str, object]:
    """New nodes first, and none away meanwhile. Spare capacity takes no surge, and goes when Azure says so.

    https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling
    """
    if asked.spot and asked.surge:
        raise pulumi.RunError("AKS upgrades spare capacity without new nodes first; leave surge out, or spot.")
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


def refused(spec: AksClusterSpec, profiles: Sequence[Profile] | None) -> str | None:
    """What to say where the page wants another first pool than there is; None where it does not.

    AKS can neither change the machine of the pool that a cluster began with nor take another pool in its place, and
    to make a new cluster for it is nobody's wish. So the change is kept from the engine, and said.
    """
    name, _ = first_pool(spec)
    there = next((profile.vm_size for profile in profiles or () if profile.name == _FIRST), None)
    wanted = resolve(spec.pools[name].machine)[0].name
    if there is None or there == wanted:
        return None
    return (
        f"pool {name} came with the cluster and has the machine {there}, which AKS cannot exchange for {wanted}; "
        f"write `machine: {{type: {there}}}` there, and add a second pool with that taint for {wanted}."
    )
