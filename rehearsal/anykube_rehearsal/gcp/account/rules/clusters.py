"""Rules for clusters: https://cloud.google.com/kubernetes-engine/docs"""

import math
import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Any

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change, Record, Rule
from anykube_rehearsal.cloud.account.propagation import is_pending
from anykube_rehearsal.gcp.account import names, versions
from anykube_rehearsal.gcp.account.clusters import pools_of
from anykube_rehearsal.gcp.account.locations import is_zone, region, region_zones
from anykube_rehearsal.gcp.account.rules.identity import AGENT, has_key_role
from anykube_rehearsal.gcp.account.rules.networks import parse_range, ranges, subnetworks
from anykube_rehearsal.gcp.account.tokens import CLUSTER, SUBNETWORK

_NAME = re.compile(r"[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?")
_ENCRYPTER = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
_DEFAULT_MAX_PODS = 110


def _channel(inputs: Mapping[str, Any]) -> str:
    return str((inputs.get("releaseChannel") or {}).get("channel", "REGULAR"))


def _name(account: Account, change: Change) -> Iterator[str]:
    del account
    if not _NAME.fullmatch(str(change.new["name"])):
        yield (
            f"name: {change.new['name']!r} is not a valid name. Use at most 40 lowercase letters, digits and hyphens, "
            "starting with a letter"
        )


def _version(account: Account, change: Change) -> Iterator[str]:
    channel, requested = _channel(change.new), change.new.get("minMasterVersion")
    if channel not in versions.CHANNELS:
        yield f"releaseChannel.channel: no channel {channel}. Use one of: {', '.join(versions.CHANNELS)}"
        return
    target = versions.resolve(channel, str(requested) if requested else None)
    if target is None:
        builds = ", ".join(versions.builds(channel))
        yield f"minMasterVersion: version {requested!r} is unsupported in channel {channel}. Use one of: {builds}"
        return
    if change.operation == "update":
        current = str(account.read(CLUSTER, change.id).outputs["masterVersion"])
        step = versions.distance(current, target)
        if change.changed("minMasterVersion") and step > 1:
            yield f"minMasterVersion: cannot upgrade from {current} to {target}. Upgrade one minor version at a time"
        outdated = [
            pool.inputs["name"]
            for pool in pools_of(account, account.read(CLUSTER, change.id))
            if versions.distance(str(pool.outputs["version"]), target) > 2
        ]
        if outdated:
            yield f"minMasterVersion: node pools {', '.join(outdated)} would be more than two minor versions behind"


def _location(account: Account, change: Change) -> Iterator[str]:
    del account
    location = str(change.new["location"])
    zones = set(region_zones(region(location)))
    if is_zone(location) and location not in zones:
        yield f"location: no zone {location}. The zones of {region(location)} are {', '.join(sorted(zones))}"
    for zone in change.new.get("nodeLocations") or []:
        if zone not in zones:
            yield f"nodeLocations: no zone {zone}. The zones of {region(location)} are {', '.join(sorted(zones))}"


def _subnetwork(account: Account, change: Change) -> Record | None:
    name = change.new.get("subnetwork")
    candidates = [record for record in account.store.all(SUBNETWORK) if name in names.by_any_name(record)]
    in_region = [record for record in candidates if record.inputs["region"] == region(str(change.new["location"]))]
    return in_region[0] if in_region else None


def _addresses(account: Account, change: Change) -> Iterator[str]:
    subnetwork, policy = _subnetwork(account, change), change.new.get("ipAllocationPolicy") or {}
    if change.new.get("subnetwork") and subnetwork is None:
        yield f"subnetwork: {change.new['subnetwork']} is not in {region(str(change.new['location']))}"
    if subnetwork is None:
        return
    if names.short(subnetwork.inputs["network"]) != names.short(change.new.get("network", "default")):
        yield f"subnetwork: {subnetwork.id} is not in the network {change.new.get('network')}"
    secondary_ranges = ranges(subnetwork.inputs)
    for wire, users in (("clusterSecondaryRangeName", "pods"), ("servicesSecondaryRangeName", "Services")):
        name = policy.get(wire)
        if name and name not in secondary_ranges:
            available = ", ".join(sorted(filter(None, secondary_ranges))) or "none"
            message = f"{subnetwork.id} has no secondary range {name} for {users}. Its secondary ranges: {available}"
            yield f"ipAllocationPolicy.{wire}: {message}"
    pods, services = policy.get("clusterSecondaryRangeName"), policy.get("servicesSecondaryRangeName")
    if pods and pods == services:
        yield "ipAllocationPolicy: pods and Services must have different secondary ranges"
    elif pods in secondary_ranges:
        yield from _pod_range_size(change.new, secondary_ranges[pods])
    if services in secondary_ranges and not 16 <= secondary_ranges[services].prefixlen <= 28:
        message = f"{secondary_ranges[services]} must be between a /16 and a /28"
        yield f"ipAllocationPolicy.servicesSecondaryRangeName: {message}"


def _pod_range_size(inputs: Mapping[str, Any], pods: IPv4Network) -> Iterator[str]:
    """A node takes twice as many addresses as its maximum number of pods, rounded up to a power of two."""
    max_pods = int(inputs.get("defaultMaxPodsPerNode") or _DEFAULT_MAX_PODS)
    node_prefix = 32 - math.ceil(math.log2(max_pods * 2))
    if pods.prefixlen > node_prefix:
        message = f"{pods} is too small: every node needs a /{node_prefix}"
        yield f"ipAllocationPolicy.clusterSecondaryRangeName: {message}"


def _control_plane(account: Account, change: Change) -> Iterator[str]:
    private = change.new.get("privateClusterConfig") or {}
    cidr = private.get("masterIpv4CidrBlock")
    if cidr:
        block = parse_range(cidr)
        if block is None or block.prefixlen != 28:
            yield f"privateClusterConfig.masterIpv4CidrBlock: {cidr} must be a /28"
        else:
            for subnetwork in subnetworks(account, change.new.get("network", "default")):
                for other in ranges(subnetwork.inputs).values():
                    if block.overlaps(other):
                        yield f"privateClusterConfig.masterIpv4CidrBlock: {block} overlaps {other} of {subnetwork.id}"
            for cluster in account.store.all(CLUSTER):
                other_block = parse_range((cluster.inputs.get("privateClusterConfig") or {}).get("masterIpv4CidrBlock"))
                same_network = names.short(cluster.inputs.get("network")) == names.short(change.new.get("network"))
                if cluster.id != change.id and same_network and other_block and block.overlaps(other_block):
                    yield f"privateClusterConfig.masterIpv4CidrBlock: {block} is already used by {cluster.id}"
    if private.get("enablePrivateEndpoint") and change.new.get("masterAuthorizedNetworksConfig") is None:
        yield "masterAuthorizedNetworksConfig: must be set, even if empty, when the endpoint is private"


def _nodes(account: Account, change: Change) -> Iterator[str]:
    del account
    inputs = change.new
    if inputs.get("enableAutopilot"):
        unsupported = [wire for wire in ("nodePools", "nodeConfig", "removeDefaultNodePool") if inputs.get(wire)]
        if unsupported:
            yield f"{', '.join(unsupported)}: not supported with Autopilot, which manages nodes itself. Leave it out"
        if is_zone(str(inputs["location"])):
            yield "location: Autopilot clusters must be regional"
    elif not inputs.get("nodePools") and not inputs.get("initialNodeCount"):
        yield "initialNodeCount: must be at least 1; removeDefaultNodePool removes the pool afterwards"


def _encryption(account: Account, change: Change) -> Iterator[str]:
    encryption = change.new.get("databaseEncryption") or {}
    key = encryption.get("keyName")
    if encryption.get("state") not in ("ENCRYPTED", "ALL_OBJECTS_ENCRYPTION_ENABLED"):
        return
    if not key:
        yield "databaseEncryption.keyName: is required when state is ENCRYPTED"
        return
    if not has_key_role(account, str(key), AGENT, _ENCRYPTER):
        yield f"databaseEncryption.keyName: the GKE service agent, {AGENT}, does not have {_ENCRYPTER} on {key}"
    elif is_pending(account, f"{AGENT} {key}"):
        # https://docs.cloud.google.com/iam/docs/access-change-propagation
        yield f"Error 403: Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource '{key}'"
    key_location = str(key).split("/")[3:4]
    if key_location and key_location[0] not in ("global", region(str(change.new["location"]))):
        yield f"databaseEncryption.keyName: the key is in {key_location[0]}, but must be in the cluster's region"


def _identity_pool(account: Account, change: Change) -> Iterator[str]:
    del account
    pool = (change.new.get("workloadIdentityConfig") or {}).get("workloadPool")
    expected = f"{change.new['project']}.svc.id.goog"
    if pool and pool != expected:
        yield f"workloadIdentityConfig.workloadPool: must be {expected}, but is {pool!r}"


def _maintenance(account: Account, change: Change) -> Iterator[str]:
    """At least 48 hours in 32 days, in windows of at least 4 hours."""
    del account
    recurring = (change.new.get("maintenancePolicy") or {}).get("recurringWindow")
    if not recurring:
        return
    times = re.findall(r"T(\d\d):(\d\d)", f"{recurring['startTime']} {recurring['endTime']}")
    if len(times) != 2:
        yield "maintenancePolicy.recurringWindow: startTime and endTime must look like 2026-01-01T00:00:00Z"
        return
    begin, end = (int(hour) * 60 + int(minute) for hour, minute in times)
    minutes = (end - begin) % 1440 or 1440
    days = re.search(r"BYDAY=([A-Z,]+)", str(recurring["recurrence"]))
    weekly = len(days[1].split(",")) if days else 7 if "DAILY" in str(recurring["recurrence"]) else 1
    if minutes < 240:
        yield "maintenancePolicy.recurringWindow: is shorter than 4 hours"
    if minutes * weekly * 4 < 48 * 60:
        yield "maintenancePolicy.recurringWindow: allows less than 48 hours of maintenance in 32 days"


def _protected(account: Account, change: Change) -> Iterator[str]:
    del account
    if change.old.get("deletionProtection", True):
        yield (
            f"cannot destroy the cluster {change.id} because deletion_protection is set to true: set it to false, by "
            "an update of its own, to proceed"
        )


_GKE = "https://cloud.google.com/kubernetes-engine/docs"
RULES = (
    Rule({CLUSTER}, {"create"}, f"{_GKE}/reference/rest/v1/projects.locations.clusters#Cluster.FIELDS.name", _name),
    Rule({CLUSTER}, {"create", "update"}, f"{_GKE}/concepts/release-channels", _version),
    Rule({CLUSTER}, {"create", "update"}, f"{_GKE}/concepts/types-of-clusters#availability", _location),
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
