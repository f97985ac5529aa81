"""Rules of clusters: https://cloud.google.com/kubernetes-engine/docs"""

import math
import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Any

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change, Record, Rule
from anykube_rehearsal.gcp.account import names, versions
from anykube_rehearsal.gcp.account.clusters import pools_of
from anykube_rehearsal.gcp.account.places import is_zone, region, zones
from anykube_rehearsal.gcp.account.rules.identity import AGENT, grants
from anykube_rehearsal.gcp.account.rules.networks import parsed, ranges, subnetworks
from anykube_rehearsal.gcp.account.tokens import CLUSTER, SUBNETWORK

_NAME = re.compile(r"[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?")
_ENCRYPTER = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
_PODS_A_NODE = 110


def _channel(inputs: Mapping[str, Any]) -> str:
    return str((inputs.get("releaseChannel") or {}).get("channel", "REGULAR"))


def _named(account: Account, change: Change) -> Iterator[str]:
    del account
    if not _NAME.fullmatch(str(change.new["name"])):
        yield f"name: {change.new['name']!r} is none: begin with a letter, and write 40 characters at most"


def _version(account: Account, change: Change) -> Iterator[str]:
    channel, asked = _channel(change.new), change.new.get("minMasterVersion")
    if channel not in versions.CHANNELS:
        yield f"releaseChannel.channel: there is no channel {channel}; there are {', '.join(versions.CHANNELS)}"
        return
    offered = versions.offered(channel, str(asked) if asked else None)
    if offered is None:
        there = ", ".join(versions.builds(channel))
        yield f"minMasterVersion: master version {asked!r} is unsupported in the channel {channel}, which has {there}"
        return
    if change.operation == "update":
        now = str(account.read(CLUSTER, change.id).outputs["masterVersion"])
        step = versions.distance(now, offered)
        if change.changed("minMasterVersion") and step > 1:
            yield f"minMasterVersion: from {now} only the next minor version can be had, and not {offered}"
        behind = [
            pool.inputs["name"]
            for pool in pools_of(account, account.read(CLUSTER, change.id))
            if versions.distance(str(pool.outputs["version"]), offered) > 2
        ]
        if behind:
            yield f"minMasterVersion: the node pools {', '.join(behind)} would be more than two minor versions behind"


def _place(account: Account, change: Change) -> Iterator[str]:
    del account
    location = str(change.new["location"])
    there = set(zones(region(location)))
    if is_zone(location) and location not in there:
        yield f"location: there is no zone {location}; {region(location)} has {', '.join(sorted(there))}"
    for zone in change.new.get("nodeLocations") or []:
        if zone not in there:
            yield f"nodeLocations: {zone} is no zone of {region(location)}, which has {', '.join(sorted(there))}"


def _subnetwork(account: Account, change: Change) -> Record | None:
    named = change.new.get("subnetwork")
    found = [one for one in account.store.all(SUBNETWORK) if named in names.by_any_name(one)]
    within = [one for one in found if one.inputs["region"] == region(str(change.new["location"]))]
    return within[0] if within else None


def _addresses(account: Account, change: Change) -> Iterator[str]:
    subnetwork, policy = _subnetwork(account, change), change.new.get("ipAllocationPolicy") or {}
    if change.new.get("subnetwork") and subnetwork is None:
        yield f"subnetwork: {change.new['subnetwork']} is not in {region(str(change.new['location']))}"
    if subnetwork is None:
        return
    if names.short(subnetwork.inputs["network"]) != names.short(change.new.get("network", "default")):
        yield f"subnetwork: {subnetwork.id} is not in the network {change.new.get('network')}"
    there = ranges(subnetwork.inputs)
    for wire, what in (("clusterSecondaryRangeName", "pods"), ("servicesSecondaryRangeName", "Services")):
        name = policy.get(wire)
        if name and name not in there:
            known = ", ".join(sorted(filter(None, there))) or "none"
            yield f"ipAllocationPolicy.{wire}: {subnetwork.id} has no secondary range {name} for {what}; it has {known}"
    pods, services = policy.get("clusterSecondaryRangeName"), policy.get("servicesSecondaryRangeName")
    if pods and pods == services:
        yield "ipAllocationPolicy: pods and Services need a secondary range each"
    elif pods in there:
        yield from _room(change.new, there[pods])
    if services in there and not 16 <= there[services].prefixlen <= 28:
        yield f"ipAllocationPolicy.servicesSecondaryRangeName: {there[services]} is no /16 to /28"


def _room(inputs: Mapping[str, Any], pods: IPv4Network) -> Iterator[str]:
    """A node takes twice as many addresses as it has pods at the most, in a power of two."""
    most = int(inputs.get("defaultMaxPodsPerNode") or _PODS_A_NODE)
    each = 32 - math.ceil(math.log2(most * 2))
    if pods.prefixlen > each:
        yield (
            f"ipAllocationPolicy.clusterSecondaryRangeName: {pods} has no room for one node: each takes a /{each} of it"
        )


def _control_plane(account: Account, change: Change) -> Iterator[str]:
    private = change.new.get("privateClusterConfig") or {}
    asked = private.get("masterIpv4CidrBlock")
    if asked:
        found = parsed(asked)
        if found is None or found.prefixlen != 28:
            yield f"privateClusterConfig.masterIpv4CidrBlock: {asked} is no /28, which the control plane needs"
        else:
            for one in subnetworks(account, change.new.get("network", "default")):
                for other in ranges(one.inputs).values():
                    if found.overlaps(other):
                        yield f"privateClusterConfig.masterIpv4CidrBlock: {found} overlaps {other} of {one.id}"
            for there in account.store.all(CLUSTER):
                block = parsed((there.inputs.get("privateClusterConfig") or {}).get("masterIpv4CidrBlock"))
                same = names.short(there.inputs.get("network")) == names.short(change.new.get("network"))
                if there.id != change.id and same and block and found.overlaps(block):
                    yield f"privateClusterConfig.masterIpv4CidrBlock: {found} is that of {there.id} already"
    if private.get("enablePrivateEndpoint") and change.new.get("masterAuthorizedNetworksConfig") is None:
        yield "masterAuthorizedNetworksConfig: has to be there, if empty, where the endpoint is private"


def _nodes(account: Account, change: Change) -> Iterator[str]:
    del account
    inputs = change.new
    if inputs.get("enableAutopilot"):
        wrong = [wire for wire in ("nodePools", "nodeConfig", "removeDefaultNodePool") if inputs.get(wire)]
        if wrong:
            yield f"{', '.join(wrong)}: Autopilot makes the nodes itself; leave it out"
        if is_zone(str(inputs["location"])):
            yield "location: a cluster in Autopilot is regional"
    elif not inputs.get("nodePools") and not inputs.get("initialNodeCount"):
        yield "initialNodeCount: is 1 at least; with removeDefaultNodePool the pool is removed afterwards"


def _encryption(account: Account, change: Change) -> Iterator[str]:
    wanted = change.new.get("databaseEncryption") or {}
    key = wanted.get("keyName")
    if wanted.get("state") not in ("ENCRYPTED", "ALL_OBJECTS_ENCRYPTION_ENABLED"):
        return
    if not key:
        yield "databaseEncryption.keyName: is needed where the state is ENCRYPTED"
        return
    if not grants(account, str(key), AGENT, _ENCRYPTER):
        yield f"databaseEncryption.keyName: the service agent of GKE, {AGENT}, has not {_ENCRYPTER} on {key}"
    place = str(key).split("/")[3:4]
    if place and place[0] not in ("global", region(str(change.new["location"]))):
        yield f"databaseEncryption.keyName: the key is in {place[0]}, and has to be in the cluster's region"


def _identity_pool(account: Account, change: Change) -> Iterator[str]:
    del account
    pool = (change.new.get("workloadIdentityConfig") or {}).get("workloadPool")
    right = f"{change.new['project']}.svc.id.goog"
    if pool and pool != right:
        yield f"workloadIdentityConfig.workloadPool: is {pool!r}, and can be {right} only"


def _maintenance(account: Account, change: Change) -> Iterator[str]:
    """48 hours in 32 days, in windows of four hours at least."""
    del account
    recurring = (change.new.get("maintenancePolicy") or {}).get("recurringWindow")
    if not recurring:
        return
    found = re.findall(r"T(\d\d):(\d\d)", f"{recurring['startTime']} {recurring['endTime']}")
    if len(found) != 2:
        yield "maintenancePolicy.recurringWindow: startTime and endTime are written as 2026-01-01T00:00:00Z"
        return
    begin, end = (int(hour) * 60 + int(minute) for hour, minute in found)
    minutes = (end - begin) % 1440 or 1440
    days = re.search(r"BYDAY=([A-Z,]+)", str(recurring["recurrence"]))
    weekly = len(days[1].split(",")) if days else 7 if "DAILY" in str(recurring["recurrence"]) else 1
    if minutes < 240:
        yield "maintenancePolicy.recurringWindow: is shorter than 4 hours"
    if minutes * weekly * 4 < 48 * 60:
        yield "maintenancePolicy.recurringWindow: leaves less than 48 hours in 32 days"


def _protected(account: Account, change: Change) -> Iterator[str]:
    del account
    if change.old.get("deletionProtection", True):
        yield (
            f"cannot destroy the cluster {change.id} because deletion_protection is set to true: set it to false, by "
            "an update of its own, to proceed"
        )


_GKE = "https://cloud.google.com/kubernetes-engine/docs"
RULES = (
    Rule({CLUSTER}, {"create"}, f"{_GKE}/reference/rest/v1/projects.locations.clusters#Cluster.FIELDS.name", _named),
    Rule({CLUSTER}, {"create", "update"}, f"{_GKE}/concepts/release-channels", _version),
    Rule({CLUSTER}, {"create", "update"}, f"{_GKE}/concepts/types-of-clusters#availability", _place),
    Rule({CLUSTER}, {"create"}, f"{_GKE}/concepts/alias-ips#cluster_sizing", _addresses),
    Rule({CLUSTER}, {"create"}, f"{_GKE}/how-to/legacy/network-isolation", _control_plane),
    Rule({CLUSTER}, {"create", "update"}, f"{_GKE}/concepts/autopilot-overview", _nodes),
    Rule({CLUSTER}, {"create", "update"}, f"{_GKE}/how-to/encrypting-secrets", _encryption),
    Rule({CLUSTER}, {"create", "update"}, f"{_GKE}/how-to/workload-identity", _identity_pool),
    Rule({CLUSTER}, {"create", "update"}, f"{_GKE}/concepts/maintenance-windows-and-exclusions", _maintenance),
    Rule(
        {CLUSTER},
        {"delete"},
        "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/container_cluster",
        _protected,
    ),
)
