"""The life of clusters and node pools: real Kubernetes below, nodes as their pools ask for them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from anykube_cli.kubernetes.gateways import install_gateway_api
from typing_extensions import override

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Behavior, Json, Record, RefusedError
from anykube_rehearsal.gcp.account import bootstrap_objects, names, versions
from anykube_rehearsal.gcp.account.leftovers import leave
from anykube_rehearsal.gcp.account.model import Faults
from anykube_rehearsal.gcp.account.nodes import Pool
from anykube_rehearsal.gcp.account.places import zones_of
from anykube_rehearsal.gcp.account.tokens import CLUSTER, NODE_POOL

_AUTOPILOT = {"machineType": "e2-standard-4", "workloadMetadataConfig": {"mode": "GKE_METADATA"}}
"""Autopilot makes nodes for pods that wait, one by one; here there are some from the start."""
_AUTOPILOT_NODES = 3


class ClusterLife(Behavior):
    """A cluster."""

    @override
    def on_create(self, account: Account, record: Record) -> Json:
        """Brings the control plane up, and what GKE puts into it."""
        version = _version(record, record.inputs.get("minMasterVersion"))
        name = kubernetes_name(record)
        plane = account.clusters.create(name, versions.minor(version))
        account.clusters.create_objects(name, bootstrap_objects.always())
        _offer_gateways(account, record)
        outputs = {"masterVersion": version, "endpoint": plane.endpoint.removeprefix("https://")}
        made = replace(record, outputs=outputs)
        if record.inputs.get("enableAutopilot"):
            nodes = _pool(made, "pool-1", _AUTOPILOT_NODES, _AUTOPILOT, version, prefix="gk3").nodes()
            account.clusters.set_nodes(name, "pool-1", nodes)
        elif not record.inputs.get("removeDefaultNodePool"):
            size = int(record.inputs.get("initialNodeCount") or 0) * len(_zones(record))
            config = record.inputs.get("nodeConfig") or {}
            account.clusters.set_nodes(name, "default-pool", _pool(made, "default-pool", size, config, version).nodes())
        authority = {"clusterCaCertificate": plane.certificate_authority}
        return {**outputs, "masterAuth": {**(record.inputs.get("masterAuth") or {}), **authority}, **_about(made)}

    @override
    def on_update(self, account: Account, old: Record, new: Record) -> Json:
        """Another version, and what is only told."""
        channel = _channel(new)
        before = str(old.outputs["masterVersion"])
        asked = new.inputs.get("minMasterVersion")
        version = before
        if asked != old.inputs.get("minMasterVersion") or channel != _channel(old):
            wanted = _version(new, asked)
            # https://registry.terraform.io/providers/hashicorp/google: min_master_version is a least one.
            version = wanted if versions.distance(before, wanted) >= 0 else before
        account.clusters.upgrade(kubernetes_name(new), versions.minor(version))
        _offer_gateways(account, new)
        return {"masterVersion": version, **_about(replace(new, outputs={**new.outputs, "masterVersion": version}))}

    @override
    def on_delete(self, account: Account, record: Record) -> None:
        """Ends it, and leaves behind what a fault says."""
        account.clusters.delete(kubernetes_name(record))
        network = record.inputs.get("network")
        if isinstance(account.faults, Faults) and account.faults.leftovers and network:
            leave(account, record, str(network), _zones(record)[0])


class NodePoolLife(Behavior):
    """A node pool of a cluster."""

    @override
    def on_create(self, account: Account, record: Record) -> Json:
        """Makes its nodes."""
        faults = account.faults
        config: Mapping[str, Any] = record.inputs.get("nodeConfig") or {}
        if isinstance(faults, Faults) and faults.spot_capacity and config.get("spot"):
            # https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-vm-creation#resource_availability
            said = "GCE_STOCKOUT: the zones do not have enough resources available to fulfil the request for spot VMs"
            raise RefusedError(400, said)
        return self._settled(account, record, None)

    @override
    def on_update(self, account: Account, old: Record, new: Record) -> Json:
        """Makes its nodes what they should be now."""
        return self._settled(account, new, int(old.outputs.get("__size", 0)))

    @override
    def on_delete(self, account: Account, record: Record) -> None:
        """Drains and removes its nodes; those of a cluster that goes too go with it."""
        cluster = cluster_of(account, record)
        if cluster.ready:
            account.clusters.drain(kubernetes_name(cluster), str(record.inputs["name"]))

    def _settled(self, account: Account, record: Record, before: int | None) -> Json:
        cluster, inputs = cluster_of(account, record), record.inputs
        zones = list(inputs.get("nodeLocations") or _zones(cluster))
        size = pool_size(inputs, len(zones), before)
        version = str(cluster.outputs["masterVersion"])
        asked = inputs.get("version")
        version = versions.offered(_channel(cluster), str(asked)) or version if asked else version
        config, pods = inputs.get("nodeConfig") or {}, int(inputs.get("maxPodsPerNode") or 110)
        pool = _pool(cluster, str(inputs["name"]), size, config, version, pods=pods, zones=zones)
        account.clusters.set_nodes(kubernetes_name(cluster), pool.name, pool.nodes())
        return {
            "version": version,
            "nodeLocations": zones,
            "nodeCount": size // len(zones) if zones else 0,
            "instanceGroupUrls": [],
            "managedInstanceGroupUrls": [],
            "__size": size,
        }


def pool_size(inputs: Mapping[str, Any], zones: int, before: int | None) -> int:
    """Nodes over all zones: counts are for each zone, and an autoscaler keeps what there is within its bounds.

    https://cloud.google.com/kubernetes-engine/docs/concepts/cluster-autoscaler#minimum_and_maximum_node_pool_size
    """
    bounds = inputs.get("autoscaling")
    per_zone = inputs.get("nodeCount", inputs.get("initialNodeCount", 0))
    size = int(per_zone or 0) * zones if before is None or not bounds else before
    if not bounds:
        return size
    least = bounds.get("totalMinNodeCount", (bounds.get("minNodeCount") or 0) * zones)
    most = bounds.get("totalMaxNodeCount", (bounds.get("maxNodeCount") or 0) * zones)
    return max(int(least), min(size, int(most)))


def cluster_of(account: Account, pool: Record) -> Record:
    """The cluster that a node pool is of. Raises RefusedError where there is none."""
    named = str(pool.inputs["cluster"])
    place = {key: pool.inputs.get(key) for key in ("project", "location")}
    for cluster in account.store.all(CLUSTER):
        if named == cluster.id or (named == cluster.inputs["name"] and place.items() <= cluster.inputs.items()):
            return cluster
    raise RefusedError(404, f"there is no cluster {named!r} in {place['location']}")


def pools_of(account: Account, cluster: Record) -> list[Record]:
    """The node pools of a cluster."""
    return [one for one in account.store.all(NODE_POOL) if cluster_of(account, one).id == cluster.id]


def kubernetes_name(cluster: Record) -> str:
    """The Kubernetes below a cluster, among those of the account."""
    return f"{cluster.inputs['location']}.{cluster.inputs['name']}"


def _channel(cluster: Record) -> str:
    return str((cluster.inputs.get("releaseChannel") or {}).get("channel", "REGULAR"))


def _version(cluster: Record, asked: object) -> str:
    found = versions.offered(_channel(cluster), str(asked) if asked else None)
    assert found is not None, "the account's rules have seen to that"
    return found


def _zones(cluster: Record) -> list[str]:
    return list(cluster.inputs.get("nodeLocations") or zones_of(str(cluster.inputs["location"])))


def _pool(
    cluster: Record,
    name: str,
    size: int,
    config: Mapping[str, Any],
    version: str,
    *,
    pods: int = 110,
    zones: list[str] | None = None,
    prefix: str = "gke",
) -> Pool:
    location = str(cluster.inputs["location"])
    places = zones or _zones(cluster)
    return Pool(str(cluster.inputs["name"]), name, location, version, size, places, config, pods, prefix)


def _offer_gateways(account: Account, cluster: Record) -> None:
    if (cluster.inputs.get("gatewayApiConfig") or {}).get("channel") != "CHANNEL_STANDARD":
        return
    name = kubernetes_name(cluster)
    install_gateway_api(
        account.clusters.cluster(name), bootstrap_objects.GATEWAY_CLASSES, bootstrap_objects.GATEWAY_CONTROLLER
    )
    account.clusters.create_objects(name, bootstrap_objects.with_gateways())


def _about(cluster: Record) -> Json:
    """What GKE tells of a cluster beside what it was asked for."""
    inputs, location = cluster.inputs, str(cluster.inputs["location"])
    private = inputs.get("privateClusterConfig")
    endpoints = inputs.get("controlPlaneEndpointsConfig")
    identity = inputs.get("workloadIdentityConfig")
    made: Json = {
        "selfLink": names.container_link(cluster.id),
        "location": location,
        "nodeLocations": _zones(cluster),
        "nodeVersion": cluster.outputs["masterVersion"],
        "labelFingerprint": "a9dc16a7",
        "operation": None,
    }
    address = cluster.outputs.get("endpoint")
    if private is not None and address:
        made["privateClusterConfig"] = {**private, "privateEndpoint": address, "publicEndpoint": address}
    if endpoints is not None and address:
        dns = {**(endpoints.get("dnsEndpointConfig") or {}), "endpoint": address}
        made["controlPlaneEndpointsConfig"] = {**endpoints, "dnsEndpointConfig": dns}
    if identity is None and inputs.get("enableAutopilot"):
        made["workloadIdentityConfig"] = {"workloadPool": f"{inputs['project']}.svc.id.goog"}
    return {key: value for key, value in made.items() if value is not None}
