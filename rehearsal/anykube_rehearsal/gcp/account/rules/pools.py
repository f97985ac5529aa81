"""Rules for node pools."""

import re
from collections.abc import Collection, Iterator

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change, Operation, Record, RefusedError, Rule
from anykube_rehearsal.gcp.account import versions
from anykube_rehearsal.gcp.account.clusters import cluster_of
from anykube_rehearsal.gcp.account.locations import region, region_zones
from anykube_rehearsal.gcp.account.machines import find_machine
from anykube_rehearsal.gcp.account.tokens import NODE_POOL

_NAME = re.compile(r"[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?")


def _cluster(account: Account, change: Change) -> Record | None:
    try:
        return cluster_of(account, Record(NODE_POOL, change.id, change.new))
    except RefusedError:
        return None


def _name(account: Account, change: Change) -> Iterator[str]:
    del account
    if not _NAME.fullmatch(str(change.new["name"])):
        yield (
            f"name: {change.new['name']!r} is not a valid name. Use at most 40 lowercase letters, digits and hyphens, "
            "starting with a letter"
        )


def _autopilot(account: Account, change: Change) -> Iterator[str]:
    cluster = _cluster(account, change)
    if cluster is None:
        yield f"cluster: there is no cluster {change.new['cluster']} in {change.new['location']}"
    elif cluster.inputs.get("enableAutopilot"):
        yield f"cluster: {cluster.inputs['name']} is an Autopilot cluster. You cannot create or change its node pools"


def _machine(account: Account, change: Change) -> Iterator[str]:
    del account
    config = change.new.get("nodeConfig") or {}
    name = str(config.get("machineType", "e2-medium"))
    machine = find_machine(name)
    if machine is None:
        yield f"nodeConfig.machineType: the machine type {name!r} does not exist in {change.new['location']}"
        return
    for accelerator in config.get("guestAccelerators") or []:
        if machine.gpu and int(accelerator.get("count", 0)) != machine.gpu:
            yield f"nodeConfig.guestAccelerators: count must be {machine.gpu} with {name}"
        if machine.gpu and accelerator.get("type") != machine.accelerator:
            yield f"nodeConfig.guestAccelerators: type must be {machine.accelerator} with {name}"
        if not machine.gpu and machine.family != "n1":
            yield f"nodeConfig.guestAccelerators: {name} does not support GPUs. Use an a2, a3, g2 or n1 machine type"
    if machine.gpu and not config.get("guestAccelerators"):
        gpus = f"type {machine.accelerator} and count {machine.gpu}"
        yield f"nodeConfig.guestAccelerators: is missing. {name} requires {gpus}"
    disk = str(config.get("diskType", "pd-balanced"))
    if machine.family in ("c4", "c4a", "c4d", "n4", "n4a") and not disk.startswith("hyperdisk"):
        yield f"nodeConfig.diskType: {name} cannot boot from {disk}. Use hyperdisk-balanced"
    if machine.family in ("e2", "n1", "t2a", "t2d", "n2d") and disk.startswith("hyperdisk-balanced"):
        yield f"nodeConfig.diskType: {name} cannot boot from {disk}"
    size = config.get("diskSizeGb")
    if size is not None and int(size) < 10:
        yield "nodeConfig.diskSizeGb: must be at least 10"
    if config.get("spot") and config.get("preemptible"):
        yield "nodeConfig.spot: cannot be combined with preemptible"


def _location(account: Account, change: Change) -> Iterator[str]:
    del account
    zones = region_zones(region(str(change.new["location"])))
    for zone in change.new.get("nodeLocations") or []:
        if zone not in zones:
            zone_list = ", ".join(zones)
            yield f"nodeLocations: no zone {zone}. The zones of {region(str(change.new['location']))} are {zone_list}"


def _size(account: Account, change: Change) -> Iterator[str]:
    del account
    bounds = change.new.get("autoscaling")
    if bounds is None:
        return
    for min_wire, max_wire in (("minNodeCount", "maxNodeCount"), ("totalMinNodeCount", "totalMaxNodeCount")):
        minimum, maximum = bounds.get(min_wire), bounds.get(max_wire)
        if minimum is not None and maximum is None:
            yield f"autoscaling.{max_wire}: is required with {min_wire}"
        elif maximum is not None and int(minimum or 0) > int(maximum):
            yield f"autoscaling.{min_wire}: {minimum} is greater than {max_wire}, which is {maximum}"
    totals = any(bounds.get(wire) is not None for wire in ("totalMinNodeCount", "totalMaxNodeCount"))
    if totals and any(bounds.get(wire) is not None for wire in ("minNodeCount", "maxNodeCount")):
        yield "autoscaling: set limits either per zone or in total, not both"
    if not any(bounds.get(wire) for wire in ("maxNodeCount", "totalMaxNodeCount")):
        yield "autoscaling: maxNodeCount or totalMaxNodeCount is required"


def _upgrades(account: Account, change: Change) -> Iterator[str]:
    del account
    settings = change.new.get("upgradeSettings") or {}
    surge, unavailable = settings.get("maxSurge"), settings.get("maxUnavailable")
    if settings.get("strategy", "SURGE") == "SURGE" and surge is not None:
        if int(surge) + int(unavailable or 0) < 1:
            yield "upgradeSettings: maxSurge and maxUnavailable cannot both be 0"
        if int(surge) + int(unavailable or 0) > 20:
            yield "upgradeSettings: the sum of maxSurge and maxUnavailable must be at most 20"


def _version(account: Account, change: Change) -> Iterator[str]:
    cluster, requested = _cluster(account, change), change.new.get("version")
    if cluster is None:
        return
    channel = str((cluster.inputs.get("releaseChannel") or {}).get("channel", "REGULAR"))
    management = change.new.get("management") or {}
    if channel != "UNSPECIFIED" and (management.get("autoUpgrade") is False or management.get("autoRepair") is False):
        yield f"management: autoUpgrade and autoRepair cannot be false in a cluster in channel {channel}"
    if not requested:
        return
    version, master = versions.resolve(channel, str(requested)), str(cluster.outputs.get("masterVersion", ""))
    if version is None:
        yield f"version: node version {requested!r} is unsupported in channel {channel}"
    elif master and versions.distance(master, version) > 0:
        yield f"version: node version {version} is newer than the control plane, which has {master}"
    elif master and versions.distance(version, master) > 2:
        yield f"version: node version {version} is more than two minor versions behind the control plane's {master}"


_GKE = "https://cloud.google.com/kubernetes-engine/docs"
_BOTH: Collection[Operation] = ("create", "update")
RULES = (
    Rule({NODE_POOL}, {"create"}, f"{_GKE}/reference/rest/v1/projects.locations.clusters.nodePools#NodePool", _name),
    Rule({NODE_POOL}, _BOTH, f"{_GKE}/concepts/autopilot-overview", _autopilot),
    Rule({NODE_POOL}, _BOTH, "https://cloud.google.com/compute/docs/machine-resource", _machine),
    Rule({NODE_POOL}, _BOTH, "https://cloud.google.com/compute/docs/regions-zones", _location),
    Rule({NODE_POOL}, _BOTH, f"{_GKE}/concepts/cluster-autoscaler", _size),
    Rule({NODE_POOL}, _BOTH, f"{_GKE}/concepts/node-pool-upgrade-strategies", _upgrades),
    Rule({NODE_POOL}, _BOTH, f"{_GKE}/versioning", _version),
)
