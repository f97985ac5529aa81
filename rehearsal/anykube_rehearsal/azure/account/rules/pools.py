"""Rules for pools, inline in a cluster or separate."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.catalogue import machines, regions, versions
from anykube_rehearsal.azure.account.faults import faults
from anykube_rehearsal.azure.account.lookup import find, last_segment, name, parent
from anykube_rehearsal.azure.account.pools import Pool, pools, requested_pools
from anykube_rehearsal.azure.account.rules.network import delegations, subnet_ranges
from anykube_rehearsal.azure.account.rules.rule import WRITE, rule
from anykube_rehearsal.azure.plugin.facts import CLUSTER, POOL, SUBNET
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change

_CREATE = "https://learn.microsoft.com/en-us/azure/aks/create-node-pools"
_SYSTEM = "https://learn.microsoft.com/en-us/azure/aks/use-system-pools"
_SPOT = "https://learn.microsoft.com/en-us/azure/aks/spot-node-pool"
_SCALING = "https://learn.microsoft.com/en-us/azure/aks/cluster-autoscaler"
_UPGRADES = "https://learn.microsoft.com/en-us/azure/aks/manage-node-pools#upgrade-a-cluster-control-plane-with-multiple-node-pools"
_ZONES = "https://learn.microsoft.com/en-us/azure/aks/availability-zones"
_SIZES = "https://learn.microsoft.com/en-us/azure/azure-resource-manager/troubleshooting/error-sku-not-available"
_EPHEMERAL = "https://learn.microsoft.com/en-us/azure/aks/concepts-storage#ephemeral-os-disk"
_NETWORK = "https://learn.microsoft.com/en-us/azure/aks/configure-azure-cni"
_QUOTA = "https://learn.microsoft.com/en-us/azure/quotas/per-vm-quota-requests"
_TAINTS = "https://learn.microsoft.com/en-us/azure/aks/use-node-taints"
_SURGE = "https://learn.microsoft.com/en-us/azure/aks/upgrade-aks-cluster#customize-node-surge-upgrade"

_BOOT = "https://learn.microsoft.com/en-us/azure/aks/use-trusted-launch#limitations"

_BOTH = (CLUSTER, POOL)
_MAX_NODES = 1000
_RESERVED = 5
"""Addresses that Azure reserves in every subnet."""


@rule(CLUSTER, on=("create",), document=_SYSTEM)
def has_system_pool(account: Account, change: Change) -> Iterator[str]:
    """A new cluster needs a system pool."""
    del account
    profiles = change.new.get("agentPoolProfiles") or []
    hosted = (change.new.get("hostedSystemProfile") or {}).get("enabled")
    if not hosted and not any(profile.get("mode") == "System" for profile in profiles):
        yield "MustHaveSystemPool: agentPoolProfiles: at least one pool of mode System is required"


@rule(POOL, on=("delete",), document=_SYSTEM)
def last_system_pool(account: Account, change: Change) -> Iterator[str]:
    """The last system pool cannot be deleted while its cluster exists."""
    cluster = find(account, CLUSTER, parent(change.id, "agentPools"))
    if cluster is None:
        return
    system_pools = [pool.name for pool in pools(account, cluster.id) if pool.is_system]
    if system_pools == [last_segment(change.id)]:
        yield "LastSystemPoolNotAllowed: the last pool of mode System cannot be deleted"


@rule(*_BOTH, on=WRITE, document=_CREATE)
def pool_name(account: Account, change: Change) -> Iterator[str]:
    """Pool names are short, because the names of VMs contain them."""
    del account
    for pool in requested_pools(change):
        windows = pool.inputs.get("osType") == "Windows"
        longest = 6 if windows else 12
        if not re.fullmatch(r"[a-z][a-z0-9]*", pool.name) or len(pool.name) > longest:
            message = f"must be at most {longest} lowercase letters and digits, starting with a letter"
            yield f"InvalidParameter: {pool.path('name')}: {message}, but is {pool.name}"


@rule(*_BOTH, on=WRITE, document=_CREATE)
def size(account: Account, change: Change) -> Iterator[str]:
    """The VM size must exist in the region."""
    region = _region(account, change)
    for pool in requested_pools(change):
        vm_size = str(pool.inputs.get("vmSize") or "")
        machine = machines.find(vm_size) if vm_size else None
        if not vm_size and not _aks_chooses_size(change, pool):
            yield f"InvalidParameter: {pool.path('vmSize')}: is required"
        elif vm_size and machine is None:
            yield f"VMSizeNotSupported: {pool.path('vmSize')}: {vm_size} is not offered in {region}"


@rule(*_BOTH, on=WRITE, document=_ZONES)
def zones(account: Account, change: Change) -> Iterator[str]:
    """The zones must exist in the region and offer the VM size."""
    region = _region(account, change)
    for pool in requested_pools(change):
        machine = machines.find(str(pool.inputs.get("vmSize") or ""))
        available = machines.zones(machine, region) if machine else regions.zones(region)
        for zone in pool.inputs.get("availabilityZones") or []:
            if not regions.zones(region):
                yield f"AvailabilityZoneNotSupported: {pool.path('availabilityZones')}: {region} has no zones"
            elif zone not in available:
                message = f"zone {zone} is not available. Zones in {region}: {', '.join(available)}"
                yield f"AvailabilityZoneNotSupported: {pool.path('availabilityZones')}: {message}"


@rule(*_BOTH, on=WRITE, document=_SYSTEM)
def system(account: Account, change: Change) -> Iterator[str]:
    """System pools have at least one node, run Linux, are not Spot, and need at least 2 vCPUs and 4 GiB."""
    del account
    for pool in requested_pools(change):
        if not pool.is_system:
            continue
        inputs, machine = pool.inputs, machines.find(str(pool.inputs.get("vmSize") or ""))
        wire = "minCount" if inputs.get("enableAutoScaling") else "count"
        if inputs.get(wire) is not None and inputs[wire] < 1:
            yield f"InvalidParameter: {pool.path(wire)}: must be at least 1 in a pool of mode System"
        if inputs.get("scaleSetPriority") == "Spot":
            yield f"InvalidParameter: {pool.path('scaleSetPriority')}: a pool of mode System cannot be Spot"
        if inputs.get("osType") == "Windows":
            yield f"InvalidParameter: {pool.path('osType')}: a pool of mode System must run Linux"
        if machine and (machine.vcpus < 2 or machine.memory < 4):
            yield f"SystemPoolSkuTooLow: {pool.path('vmSize')}: {machine.name} has less than 2 vCPUs or 4 GiB"


@rule(*_BOTH, on=WRITE, document=_BOOT)
def trusted_launch(account: Account, change: Change) -> Iterator[str]:
    """Trusted launch is not available for all pools, and cannot be enabled later."""
    for pool in requested_pools(change):
        if not _has_trusted_launch(pool):
            continue
        inputs, machine = pool.inputs, machines.find(str(pool.inputs.get("vmSize") or ""))
        driver = (inputs.get("gpuProfile") or {}).get("driver")
        path = pool.path("securityProfile")
        if machine and machine.arch == "arm64":
            yield f"InvalidParameter: {path}: trusted launch does not support arm64, which {machine.name} has"
        if machine and machine.gpus and driver != "None" and inputs["securityProfile"].get("enableSecureBoot"):
            yield f"InvalidParameter: {path}: secure boot does not support the GPU drivers that AKS installs"
        if inputs.get("osType") == "Windows" or inputs.get("enableFIPS"):
            yield f"InvalidParameter: {path}: trusted launch does not support Windows or FIPS"
        old = next((old_pool for old_pool in pools(account, pool.cluster) if old_pool.key == pool.key), None)
        if old is not None and not _has_trusted_launch(old):
            yield f"PropertyChangeNotAllowed: {path}: trusted launch cannot be enabled for an existing pool"


def _has_trusted_launch(pool: Pool) -> bool:
    profile = pool.inputs.get("securityProfile") or {}
    return bool(profile.get("enableSecureBoot") or profile.get("enableVTPM"))


@rule(*_BOTH, on=WRITE, document=_SPOT)
def spot(account: Account, change: Change) -> Iterator[str]:
    """Properties that only spot pools have, or cannot have."""
    for pool in requested_pools(change):
        inputs, is_spot = pool.inputs, pool.inputs.get("scaleSetPriority") == "Spot"
        for wire in ("scaleSetEvictionPolicy", "spotMaxPrice"):
            if not is_spot and inputs.get(wire) is not None and inputs[wire] != -1:
                yield f"InvalidParameter: {pool.path(wire)}: requires scaleSetPriority Spot"
        if is_spot and (inputs.get("upgradeSettings") or {}).get("maxSurge") is not None:
            yield f"SpotPoolMaxSurgeNotAllowed: {pool.path('upgradeSettings.maxSurge')}: not supported for spot pools"
        if is_spot and change.operation == "create" and faults(account).spot_capacity:
            yield "OverconstrainedAllocationRequest: no spot capacity is available for this VM size"


@rule(*_BOTH, on=WRITE, document=_SCALING)
def scaling(account: Account, change: Change) -> Iterator[str]:
    """The autoscaler requires limits, which must include the size."""
    del account
    for pool in requested_pools(change):
        inputs = pool.inputs
        minimum, maximum, count = inputs.get("minCount"), inputs.get("maxCount"), inputs.get("count")
        if not inputs.get("enableAutoScaling"):
            for wire in ("minCount", "maxCount"):
                if inputs.get(wire) is not None:
                    yield f"InvalidParameter: {pool.path(wire)}: requires enableAutoScaling"
            continue
        if minimum is None or maximum is None:
            yield f"InvalidParameter: {pool.path('enableAutoScaling')}: requires both minCount and maxCount"
        elif minimum > maximum or maximum > _MAX_NODES:
            message = f"must be between minCount {minimum} and {_MAX_NODES}, but is {maximum}"
            yield f"InvalidParameter: {pool.path('maxCount')}: {message}"
        elif count is not None and not minimum <= count <= maximum:
            yield f"InvalidParameter: {pool.path('count')}: {count} is not between {minimum} and {maximum}"


@rule(POOL, on=WRITE, document=_UPGRADES)
def version(account: Account, change: Change) -> Iterator[str]:
    """A pool cannot be newer than its control plane, or more than two minor versions older."""
    cluster = find(account, CLUSTER, parent(change.id, "agentPools"))
    requested = change.new.get("orchestratorVersion")
    version = versions.resolve(requested)
    if cluster is None or requested is None:
        return
    if version is None:
        if requested != change.old.get("orchestratorVersion"):
            yield f"AgentPoolK8sVersionNotSupported: orchestratorVersion: {requested} is not supported"
        return
    control_plane = str(cluster.outputs["currentKubernetesVersion"])
    if tuple(map(int, version.split("."))) > tuple(map(int, control_plane.split("."))):
        message = f"{version} is newer than the control plane's {control_plane}"
        yield f"NodePoolMcVersionIncompatible: orchestratorVersion: {message}"
    elif versions.number(control_plane) - versions.number(version) > 2:
        message = f"{version} is more than two minor versions older than the control plane's {control_plane}"
        yield f"NodePoolMcVersionIncompatible: orchestratorVersion: {message}"
    old_requested = change.old.get("orchestratorVersion")
    old = versions.resolve(old_requested) if old_requested else None
    if old and tuple(map(int, version.split("."))) < tuple(map(int, old.split("."))):
        yield f"OperationNotAllowed: orchestratorVersion: {old} cannot be downgraded to {version}"


@rule(POOL, on=("create",), document=_CREATE)
def cluster_exists(account: Account, change: Change) -> Iterator[str]:
    """The pool's cluster must exist."""
    if find(account, CLUSTER, parent(change.id, "agentPools")) is None:
        yield f"ParentResourceNotFound: resourceName: there is no cluster {change.new.get('resourceName')}"


@rule(*_BOTH, on=WRITE, document=_EPHEMERAL)
def disk(account: Account, change: Change) -> Iterator[str]:
    """An ephemeral OS disk must fit on the VM's temporary disk."""
    del account
    for pool in requested_pools(change):
        machine = machines.find(str(pool.inputs.get("vmSize") or ""))
        disk_size = pool.inputs.get("osDiskSizeGB") or 0
        if machine and pool.inputs.get("osDiskType") == "Ephemeral" and disk_size > machine.temporary:
            message = f"{disk_size} GiB do not fit on the {machine.temporary:.0f} GiB temporary disk of {machine.name}"
            yield f"EphemeralOSDiskNotSupported: {pool.path('osDiskType')}: {message}"
        if disk_size and not 30 <= disk_size <= 2048:
            yield f"InvalidParameter: {pool.path('osDiskSizeGB')}: must be 30 to 2048, but is {disk_size}"


@rule(*_BOTH, on=WRITE, document=_NETWORK)
def node_subnet(account: Account, change: Change) -> Iterator[str]:
    """All pools must be in one network, in large enough subnets without delegations."""
    other_subnets = [pool.subnet for pool in pools(account, _cluster_id(change)) if pool.subnet]
    for pool in requested_pools(change):
        subnet = find(account, SUBNET, pool.subnet) if pool.subnet else None
        if subnet is None:
            continue
        path = pool.path("vnetSubnetID")
        if delegations(subnet.inputs):
            yield f"SubnetDelegated: {path}: {name(subnet)} is delegated. Use a subnet without delegations for nodes"
        if any(not ids.same(_network(other), _network(subnet.id)) for other in other_subnets):
            yield f"AllAgentPoolsMustBeInSameVnet: {path}: other pools are in another virtual network"
        networks = [network for network in subnet_ranges(subnet.inputs) if network.version == 4]
        free = sum(network.num_addresses for network in networks) - _RESERVED
        if pool.max_size > free:
            yield f"InsufficientSubnetSize: {path}: {name(subnet)} has {free} addresses for {pool.max_size} nodes"


@rule(*_BOTH, on=WRITE, document=_TAINTS)
def taints(account: Account, change: Change) -> Iterator[str]:
    """Taints must have the form key=value:effect."""
    del account
    for pool in requested_pools(change):
        for index, taint in enumerate(pool.inputs.get("nodeTaints") or []):
            if not re.fullmatch(r"[^=:\s]+(=[^=:\s]*)?:(NoSchedule|PreferNoSchedule|NoExecute)", str(taint)):
                message = f"must have the form key=value:effect, but is {taint}"
                yield f"InvalidParameter: {pool.path(f'nodeTaints[{index}]')}: {message}"


@rule(*_BOTH, on=WRITE, document=_SURGE)
def surge(account: Account, change: Change) -> Iterator[str]:
    """Exactly one of maxSurge and maxUnavailable must be greater than 0."""
    del account
    for pool in requested_pools(change):
        settings = pool.inputs.get("upgradeSettings") or {}
        max_surge, max_unavailable = str(settings.get("maxSurge", "10%")), str(settings.get("maxUnavailable", "0"))
        for wire, value in (("maxSurge", max_surge), ("maxUnavailable", max_unavailable)):
            if not re.fullmatch(r"\d+|([1-9]?\d|100)%", value):
                path = pool.path(f"upgradeSettings.{wire}")
                yield f"InvalidParameter: {path}: must be a number or a percentage, but is {value}"
        path = pool.path("upgradeSettings")
        if max_surge.rstrip("%") == "0" and max_unavailable.rstrip("%") == "0":
            yield f"InvalidParameter: {path}: maxSurge and maxUnavailable cannot both be 0"
        if max_surge.rstrip("%") != "0" and max_unavailable.rstrip("%") != "0":
            yield f"InvalidParameter: {path}: maxSurge and maxUnavailable cannot both be greater than 0"


@rule(*_BOTH, on=WRITE, document=_QUOTA)
def quota(account: Account, change: Change) -> Iterator[str]:
    """The quota of vCPUs in the region, which the fault `vcpus` limits."""
    limit = faults(account).vcpus
    if not limit:
        return
    current = {pool.key: pool for cluster in account.store.all(CLUSTER) for pool in pools(account, cluster.id)}
    after = {**current, **{pool.key: pool for pool in requested_pools(change)}}
    total = sum(_vcpus(pool) for pool in after.values())
    if total > limit:
        message = f"Insufficient regional vCPU quota left for location {_region(account, change)}"
        yield f"ErrCode_InsufficientVCPUQuota: {message}: {total} are needed, but the limit is {limit}"


def _aks_chooses_size(change: Change, pool: Pool) -> bool:
    """Whether AKS chooses the VM size, as it does with Automatic and for pools of type VirtualMachines."""
    automatic = (change.new.get("sku") or {}).get("name") == "Automatic"
    return automatic or pool.inputs.get("type") == "VirtualMachines"


def _vcpus(pool: Pool) -> int:
    machine = machines.find(str(pool.inputs.get("vmSize") or ""))
    return machine.vcpus * pool.size if machine else 0


def _cluster_id(change: Change) -> str:
    return parent(change.id, "agentPools") if change.token == POOL else change.id


def _region(account: Account, change: Change) -> str:
    properties: Mapping[str, Any] = change.new
    if change.token == POOL:
        cluster = find(account, CLUSTER, _cluster_id(change))
        properties = cluster.outputs if cluster else {}
    return regions.canonical(str(properties.get("location", "")))


def _network(subnet: str) -> str:
    return parent(subnet, "subnets")
