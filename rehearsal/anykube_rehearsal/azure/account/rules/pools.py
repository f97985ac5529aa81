"""What AKS refuses of a pool, of its own or in its cluster."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.catalogue import machines, regions, versions
from anykube_rehearsal.azure.account.faults import faults
from anykube_rehearsal.azure.account.lookup import find, last, name, parent
from anykube_rehearsal.azure.account.pools import Pool, pools, written
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
_MOST = 1000
_RESERVED = 5
"""Addresses of a subnet that Azure keeps."""


@rule(CLUSTER, on=("create",), document=_SYSTEM)
def one_system_pool(account: Account, change: Change) -> Iterator[str]:
    """A cluster is made with a pool for what it runs itself."""
    del account
    inline = change.new.get("agentPoolProfiles") or []
    hosted = (change.new.get("hostedSystemProfile") or {}).get("enabled")
    if not hosted and not any(one.get("mode") == "System" for one in inline):
        yield "MustHaveSystemPool: agentPoolProfiles: at least one pool of the mode System"


@rule(POOL, on=("delete",), document=_SYSTEM)
def last_system_pool(account: Account, change: Change) -> Iterator[str]:
    """The last system pool stays as long as its cluster."""
    cluster = find(account, CLUSTER, parent(change.id, "agentPools"))
    if cluster is None:
        return
    left = [one for one in pools(account, cluster.id) if one.system]
    if [one.name for one in left] == [last(change.id)]:
        yield "LastSystemPoolNotAllowed: a cluster has at least one pool of the mode System"


@rule(*_BOTH, on=WRITE, document=_CREATE)
def pool_name(account: Account, change: Change) -> Iterator[str]:
    """Names of pools are short: they are a part of their machines' names."""
    del account
    for pool in written(change):
        windows = pool.inputs.get("osType") == "Windows"
        most = 6 if windows else 12
        if not re.fullmatch(r"[a-z][a-z0-9]*", pool.name) or len(pool.name) > most:
            said = f"a small letter, then small letters and digits, at most {most} in all, and it is {pool.name}"
            yield f"InvalidParameter: {pool.at('name')}: {said}"


@rule(*_BOTH, on=WRITE, document=_CREATE)
def size(account: Account, change: Change) -> Iterator[str]:
    """A machine that the region offers."""
    region = _region(account, change)
    for pool in written(change):
        asked = str(pool.inputs.get("vmSize") or "")
        machine = machines.find(asked) if asked else None
        if not asked and not _chosen(change, pool):
            yield f"InvalidParameter: {pool.at('vmSize')} is missing"
        elif asked and machine is None:
            yield f"VMSizeNotSupported: {pool.at('vmSize')}: {asked} is not offered in {region}"


@rule(*_BOTH, on=WRITE, document=_ZONES)
def zones(account: Account, change: Change) -> Iterator[str]:
    """Zones that the region has, and in which the machine is to be had."""
    region = _region(account, change)
    for pool in written(change):
        machine = machines.find(str(pool.inputs.get("vmSize") or ""))
        there = machines.zones(machine, region) if machine else regions.zones(region)
        for zone in pool.inputs.get("availabilityZones") or []:
            if not regions.zones(region):
                yield f"AvailabilityZoneNotSupported: {pool.at('availabilityZones')}: {region} has no zones"
            elif zone not in there:
                said = ", ".join(there)
                yield f"AvailabilityZoneNotSupported: {pool.at('availabilityZones')}: not {zone}; in {region}: {said}"


@rule(*_BOTH, on=WRITE, document=_SYSTEM)
def system(account: Account, change: Change) -> Iterator[str]:
    """System pools run Linux on machines that are not too small and not taken away, and are never empty."""
    del account
    for pool in written(change):
        if not pool.system:
            continue
        given, machine = pool.inputs, machines.find(str(pool.inputs.get("vmSize") or ""))
        least = given.get("minCount") if given.get("enableAutoScaling") else given.get("count")
        if least is not None and least < 1:
            yield f"InvalidParameter: {pool.at('minCount' if given.get('enableAutoScaling') else 'count')}: at least 1"
        if given.get("scaleSetPriority") == "Spot":
            yield f"InvalidParameter: {pool.at('scaleSetPriority')}: a pool of the mode System cannot be Spot"
        if given.get("osType") == "Windows":
            yield f"InvalidParameter: {pool.at('osType')}: a pool of the mode System runs Linux"
        if machine and (machine.vcpus < 2 or machine.memory < 4):
            yield f"SystemPoolSkuTooLow: {pool.at('vmSize')}: {machine.name} has less than 2 vCPUs or 4 GiB"


@rule(*_BOTH, on=WRITE, document=_BOOT)
def trusted_launch(account: Account, change: Change) -> Iterator[str]:
    """Some machines cannot boot securely, and an image that does is a pool's from the start."""
    for pool in written(change):
        if not _trusted(pool):
            continue
        given, machine = pool.inputs, machines.find(str(pool.inputs.get("vmSize") or ""))
        driver = (given.get("gpuProfile") or {}).get("driver")
        if machine and machine.arch == "arm64":
            yield f"InvalidParameter: {pool.at('securityProfile')}: not with {machine.name}, which is of arm64"
        if machine and machine.gpus and driver != "None" and given["securityProfile"].get("enableSecureBoot"):
            yield f"InvalidParameter: {pool.at('securityProfile')}: not with drivers of GPUs that AKS installs"
        if given.get("osType") == "Windows" or given.get("enableFIPS"):
            yield f"InvalidParameter: {pool.at('securityProfile')}: not with Windows, nor with FIPS"
        old = next((one for one in pools(account, pool.cluster) if one.key == pool.key), None)
        if old is not None and not _trusted(old):
            yield f"PropertyChangeNotAllowed: {pool.at('securityProfile')}: the pool's image cannot boot securely"


def _trusted(pool: Pool) -> bool:
    profile = pool.inputs.get("securityProfile") or {}
    return bool(profile.get("enableSecureBoot") or profile.get("enableVTPM"))


@rule(*_BOTH, on=WRITE, document=_SPOT)
def spot(account: Account, change: Change) -> Iterator[str]:
    """What only spot machines have."""
    for pool in written(change):
        given, is_spot = pool.inputs, pool.inputs.get("scaleSetPriority") == "Spot"
        for wire in ("scaleSetEvictionPolicy", "spotMaxPrice"):
            if not is_spot and given.get(wire) is not None and given[wire] != -1:
                yield f"InvalidParameter: {pool.at(wire)}: only with scaleSetPriority Spot"
        if is_spot and (given.get("upgradeSettings") or {}).get("maxSurge") is not None:
            yield f"SpotPoolMaxSurgeNotAllowed: {pool.at('upgradeSettings.maxSurge')}: a spot pool cannot have one"
        if is_spot and change.operation == "create" and faults(account).spot_capacity:
            yield "OverconstrainedAllocationRequest: there is no spot capacity for the size now"


@rule(*_BOTH, on=WRITE, document=_SCALING)
def scaling(account: Account, change: Change) -> Iterator[str]:
    """Bounds go with the autoscaler, and the size lies in them."""
    del account
    for pool in written(change):
        given = pool.inputs
        least, most, count = given.get("minCount"), given.get("maxCount"), given.get("count")
        if not given.get("enableAutoScaling"):
            for wire in ("minCount", "maxCount"):
                if given.get(wire) is not None:
                    yield f"InvalidParameter: {pool.at(wire)}: only with enableAutoScaling"
            continue
        if least is None or most is None:
            yield f"InvalidParameter: {pool.at('enableAutoScaling')}: minCount and maxCount are both given with it"
        elif least > most or most > _MOST:
            yield f"InvalidParameter: {pool.at('maxCount')}: {most} is less than minCount {least}, or above {_MOST}"
        elif count is not None and not least <= count <= most:
            yield f"InvalidParameter: {pool.at('count')}: {count} is not between {least} and {most}"


@rule(POOL, on=WRITE, document=_UPGRADES)
def version(account: Account, change: Change) -> Iterator[str]:
    """A pool is not newer than its control plane, nor more than two minor versions older."""
    cluster = find(account, CLUSTER, parent(change.id, "agentPools"))
    given = change.new.get("orchestratorVersion")
    asked = versions.resolve(given)
    if cluster is None or given is None:
        return
    if asked is None:
        if given != change.old.get("orchestratorVersion"):
            yield f"AgentPoolK8sVersionNotSupported: orchestratorVersion: {given} is not supported"
        return
    control = str(cluster.outputs["currentKubernetesVersion"])
    if tuple(map(int, asked.split("."))) > tuple(map(int, control.split("."))):
        yield f"NodePoolMcVersionIncompatible: orchestratorVersion: {asked} is newer than the control plane's {control}"
    elif versions.number(control) - versions.number(asked) > 2:
        said = f"{asked} is too old for the control plane's {control}"
        yield f"NodePoolMcVersionIncompatible: orchestratorVersion: {said}"
    told = change.old.get("orchestratorVersion")
    before = versions.resolve(told) if told else None
    if before and tuple(map(int, asked.split("."))) < tuple(map(int, before.split("."))):
        yield f"OperationNotAllowed: orchestratorVersion: {before} cannot be downgraded to {asked}"


@rule(POOL, on=("create",), document=_CREATE)
def orphan(account: Account, change: Change) -> Iterator[str]:
    """A pool has a cluster."""
    if find(account, CLUSTER, parent(change.id, "agentPools")) is None:
        yield f"ParentResourceNotFound: resourceName: there is no cluster {change.new.get('resourceName')}"


@rule(*_BOTH, on=WRITE, document=_EPHEMERAL)
def disk(account: Account, change: Change) -> Iterator[str]:
    """An ephemeral disk fits on the machine that it is a part of."""
    del account
    for pool in written(change):
        machine = machines.find(str(pool.inputs.get("vmSize") or ""))
        wanted = pool.inputs.get("osDiskSizeGB") or 0
        if machine and pool.inputs.get("osDiskType") == "Ephemeral" and wanted > machine.temporary:
            yield (
                f"EphemeralOSDiskNotSupported: {pool.at('osDiskType')}: {machine.name} has {machine.temporary:.0f} GiB "
                f"of its own, and the disk has {wanted}"
            )
        if wanted and not 30 <= wanted <= 2048:
            yield f"InvalidParameter: {pool.at('osDiskSizeGB')}: 30 to 2048, and it is {wanted}"


@rule(*_BOTH, on=WRITE, document=_NETWORK)
def place(account: Account, change: Change) -> Iterator[str]:
    """All pools are in one network, in subnets that are delegated to nobody and have room for them."""
    others = [one.subnet for one in pools(account, _cluster_id(change)) if one.subnet]
    for pool in written(change):
        subnet = find(account, SUBNET, pool.subnet) if pool.subnet else None
        if subnet is None:
            continue
        if delegations(subnet.inputs):
            yield f"SubnetDelegated: {pool.at('vnetSubnetID')}: {name(subnet)} is delegated, so no nodes can be in it"
        if any(not ids.same(_network(one), _network(subnet.id)) for one in others):
            said = "other pools are in another virtual network"
            yield f"AllAgentPoolsMustBeInSameVnet: {pool.at('vnetSubnetID')}: {said}"
        room = sum(one.num_addresses for one in subnet_ranges(subnet.inputs) if one.version == 4) - _RESERVED
        if pool.most > room:
            said = f"{name(subnet)} has room for {room}, not {pool.most}"
            yield f"InsufficientSubnetSize: {pool.at('vnetSubnetID')}: {said}"


@rule(*_BOTH, on=WRITE, document=_TAINTS)
def taints(account: Account, change: Change) -> Iterator[str]:
    """Taints as Kubernetes writes them."""
    del account
    for pool in written(change):
        for index, taint in enumerate(pool.inputs.get("nodeTaints") or []):
            if not re.fullmatch(r"[^=:\s]+(=[^=:\s]*)?:(NoSchedule|PreferNoSchedule|NoExecute)", str(taint)):
                yield f"InvalidParameter: {pool.at(f'nodeTaints[{index}]')}: key=value:effect, and it is {taint}"


@rule(*_BOTH, on=WRITE, document=_SURGE)
def surge(account: Account, change: Change) -> Iterator[str]:
    """An upgrade adds nodes, or does without some, but does something."""
    del account
    for pool in written(change):
        settings = pool.inputs.get("upgradeSettings") or {}
        more, fewer = str(settings.get("maxSurge", "10%")), str(settings.get("maxUnavailable", "0"))
        for wire, value in (("maxSurge", more), ("maxUnavailable", fewer)):
            if not re.fullmatch(r"\d+|([1-9]?\d|100)%", value):
                where = pool.at(f"upgradeSettings.{wire}")
                yield f"InvalidParameter: {where}: a number or a percentage, and it is {value}"
        if more.rstrip("%") == "0" and fewer.rstrip("%") == "0":
            yield f"InvalidParameter: {pool.at('upgradeSettings')}: maxSurge and maxUnavailable cannot both be 0"
        if more.rstrip("%") != "0" and fewer.rstrip("%") != "0":
            yield f"InvalidParameter: {pool.at('upgradeSettings')}: maxSurge and maxUnavailable cannot both be given"


@rule(*_BOTH, on=WRITE, document=_QUOTA)
def quota(account: Account, change: Change) -> Iterator[str]:
    """The vCPUs of the region are not endless."""
    limit = faults(account).vcpus
    if not limit:
        return
    now = {one.key: one for cluster in account.store.all(CLUSTER) for one in pools(account, cluster.id)}
    asked = {**now, **{one.key: one for one in written(change)}}
    total = sum(_vcpus(one) for one in asked.values())
    if total > limit:
        where = _region(account, change)
        yield (
            f"ErrCode_InsufficientVCPUQuota: Insufficient regional vCPU quota left for location {where}: {total} are "
            f"needed, and {limit} are allowed"
        )


def _chosen(change: Change, pool: Pool) -> bool:
    """Whether AKS chooses the machine: Automatic does, for its system pool."""
    automatic = (change.new.get("sku") or {}).get("name") == "Automatic"
    return automatic or pool.inputs.get("type") == "VirtualMachines"


def _vcpus(pool: Pool) -> int:
    machine = machines.find(str(pool.inputs.get("vmSize") or ""))
    return machine.vcpus * pool.size if machine else 0


def _cluster_id(change: Change) -> str:
    return parent(change.id, "agentPools") if change.token == POOL else change.id


def _region(account: Account, change: Change) -> str:
    cluster: Mapping[str, Any] = change.new
    if change.token == POOL:
        found = find(account, CLUSTER, _cluster_id(change))
        cluster = found.outputs if found else {}
    return regions.canonical(str(cluster.get("location", "")))


def _network(subnet: str) -> str:
    return parent(subnet, "subnets")
