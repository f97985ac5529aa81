"""Rules of node pools."""

import re
from collections.abc import Collection, Iterator

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change, Operation, Record, RefusedError, Rule
from anykube_rehearsal.gcp.account import versions
from anykube_rehearsal.gcp.account.clusters import cluster_of
from anykube_rehearsal.gcp.account.machines import machine
from anykube_rehearsal.gcp.account.places import region, zones
from anykube_rehearsal.gcp.account.tokens import NODE_POOL

_NAME = re.compile(r"[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?")


def _cluster(account: Account, change: Change) -> Record | None:
    try:
        return cluster_of(account, Record(NODE_POOL, change.id, change.new))
    except RefusedError:
        return None


def _named(account: Account, change: Change) -> Iterator[str]:
    del account
    if not _NAME.fullmatch(str(change.new["name"])):
        yield f"name: {change.new['name']!r} is none: begin with a letter, and write 40 characters at most"


def _autopilot(account: Account, change: Change) -> Iterator[str]:
    cluster = _cluster(account, change)
    if cluster is None:
        yield f"cluster: there is no cluster {change.new['cluster']} in {change.new['location']}"
    elif cluster.inputs.get("enableAutopilot"):
        yield f"cluster: {cluster.inputs['name']} is in Autopilot, where node pools cannot be made or changed"


def _machine(account: Account, change: Change) -> Iterator[str]:
    del account
    config = change.new.get("nodeConfig") or {}
    name = str(config.get("machineType", "e2-medium"))
    found = machine(name)
    if found is None:
        yield f"nodeConfig.machineType: the machine type {name!r} does not exist in {change.new['location']}"
        return
    for accelerator in config.get("guestAccelerators") or []:
        if found.gpu and int(accelerator.get("count", 0)) != found.gpu:
            yield f"nodeConfig.guestAccelerators: {name} has {found.gpu} of {found.accelerator}, and no other number"
        if found.gpu and accelerator.get("type") != found.accelerator:
            yield f"nodeConfig.guestAccelerators: {name} has {found.accelerator}, and not {accelerator.get('type')}"
        if not found.gpu and found.family != "n1":
            yield f"nodeConfig.guestAccelerators: {name} takes none: GPUs come with a2, a3, g2, or onto n1"
    if found.gpu and not config.get("guestAccelerators"):
        yield f"nodeConfig.guestAccelerators: {name} has GPUs: say {found.gpu} of {found.accelerator}"
    disk = str(config.get("diskType", "pd-balanced"))
    if found.family in ("c4", "c4a", "c4d", "n4", "n4a") and not disk.startswith("hyperdisk"):
        yield f"nodeConfig.diskType: {name} boots from hyperdisk-balanced only, and not from {disk}"
    if found.family in ("e2", "n1", "t2a", "t2d", "n2d") and disk.startswith("hyperdisk-balanced"):
        yield f"nodeConfig.diskType: {name} does not boot from {disk}"
    size = config.get("diskSizeGb")
    if size is not None and int(size) < 10:
        yield "nodeConfig.diskSizeGb: is 10 at least"
    if config.get("spot") and config.get("preemptible"):
        yield "nodeConfig.spot: cannot be given together with preemptible"


def _place(account: Account, change: Change) -> Iterator[str]:
    del account
    there = zones(region(str(change.new["location"])))
    for zone in change.new.get("nodeLocations") or []:
        if zone not in there:
            yield f"nodeLocations: {zone} is no zone of {region(str(change.new['location']))}: {', '.join(there)}"


def _size(account: Account, change: Change) -> Iterator[str]:
    del account
    bounds = change.new.get("autoscaling")
    if bounds is None:
        return
    for least, most in (("minNodeCount", "maxNodeCount"), ("totalMinNodeCount", "totalMaxNodeCount")):
        low, high = bounds.get(least), bounds.get(most)
        if low is not None and high is None:
            yield f"autoscaling.{most}: is needed beside {least}"
        elif high is not None and int(low or 0) > int(high):
            yield f"autoscaling.{least}: {low} is above {most}, which is {high}"
    totals = any(bounds.get(wire) is not None for wire in ("totalMinNodeCount", "totalMaxNodeCount"))
    if totals and any(bounds.get(wire) is not None for wire in ("minNodeCount", "maxNodeCount")):
        yield "autoscaling: bounds are given for each zone, or in total, and not both"
    if not any(bounds.get(wire) for wire in ("maxNodeCount", "totalMaxNodeCount")):
        yield "autoscaling: needs maxNodeCount or totalMaxNodeCount"


def _upgrades(account: Account, change: Change) -> Iterator[str]:
    del account
    settings = change.new.get("upgradeSettings") or {}
    surge, unavailable = settings.get("maxSurge"), settings.get("maxUnavailable")
    if settings.get("strategy", "SURGE") == "SURGE" and surge is not None:
        if int(surge) + int(unavailable or 0) < 1:
            yield "upgradeSettings: maxSurge and maxUnavailable cannot both be 0"
        if int(surge) + int(unavailable or 0) > 20:
            yield "upgradeSettings: maxSurge and maxUnavailable together are 20 at most"


def _version(account: Account, change: Change) -> Iterator[str]:
    cluster, asked = _cluster(account, change), change.new.get("version")
    if cluster is None:
        return
    channel = str((cluster.inputs.get("releaseChannel") or {}).get("channel", "REGULAR"))
    management = change.new.get("management") or {}
    if channel != "UNSPECIFIED" and (management.get("autoUpgrade") is False or management.get("autoRepair") is False):
        yield f"management: autoUpgrade and autoRepair cannot be false in a cluster of the channel {channel}"
    if not asked:
        return
    offered, master = versions.offered(channel, str(asked)), str(cluster.outputs.get("masterVersion", ""))
    if offered is None:
        yield f"version: node version {asked!r} is unsupported in the channel {channel}"
    elif master and versions.distance(master, offered) > 0:
        yield f"version: nodes of {offered} would be newer than the control plane, which has {master}"
    elif master and versions.distance(offered, master) > 2:
        yield f"version: nodes of {offered} would be more than two minor versions behind {master}"


_GKE = "https://cloud.google.com/kubernetes-engine/docs"
_BOTH: Collection[Operation] = ("create", "update")
RULES = (
    Rule({NODE_POOL}, {"create"}, f"{_GKE}/reference/rest/v1/projects.locations.clusters.nodePools#NodePool", _named),
    Rule({NODE_POOL}, _BOTH, f"{_GKE}/concepts/autopilot-overview", _autopilot),
    Rule({NODE_POOL}, _BOTH, "https://cloud.google.com/compute/docs/machine-resource", _machine),
    Rule({NODE_POOL}, _BOTH, "https://cloud.google.com/compute/docs/regions-zones", _place),
    Rule({NODE_POOL}, _BOTH, f"{_GKE}/concepts/cluster-autoscaler", _size),
    Rule({NODE_POOL}, _BOTH, f"{_GKE}/concepts/node-pool-upgrade-strategies", _upgrades),
    Rule({NODE_POOL}, _BOTH, f"{_GKE}/versioning", _version),
)
