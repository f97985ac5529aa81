"""The lifecycle of clusters and node pools. Each cluster has a real Kubernetes control plane and simulated nodes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from anykube_cli.kubernetes.gateways import install_gateway_api
from typing_extensions import override

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Behavior, Json, Record, RefusedError
from anykube_rehearsal.gcp.account import bootstrap_objects, names, versions
from anykube_rehearsal.gcp.account.leftovers import leave_load_balancer
from anykube_rehearsal.gcp.account.locations import node_zones
from anykube_rehearsal.gcp.account.model import Faults
from anykube_rehearsal.gcp.account.nodes import Pool
from anykube_rehearsal.gcp.account.tokens import CLUSTER, NODE_POOL

_AUTOPILOT = {"machineType": "e2-standard-4", "workloadMetadataConfig": {"mode": "GKE_METADATA"}}
"""Autopilot creates nodes for pending pods, one by one. The simulation creates a fixed number at the start."""
_AUTOPILOT_NODES = 3
IP, DNS = "ip", "dns"
"""The addresses of a cluster's API."""


class ClusterLife(Behavior):
    """A cluster."""

    @override
    def on_create(self, account: Account, record: Record) -> Json:
        """Creates the control plane and the objects that GKE adds to it."""
        version = _version(record, record.inputs.get("minMasterVersion"))
        name = kubernetes_name(record)
        plane = account.clusters.create(name, versions.minor(version))
        account.clusters.create_objects(name, bootstrap_objects.default_objects())
        _offer_gateways(account, record)
        outputs = {
            "masterVersion": version,
            "endpoint": _host(account.gates.url(name, IP, plane.endpoint)),
            "__dnsEndpoint": _host(account.gates.url(name, DNS, plane.endpoint)),
        }
        cluster = replace(record, outputs=outputs)
        if record.inputs.get("enableAutopilot"):
            nodes = _pool(cluster, "pool-1", _AUTOPILOT_NODES, _AUTOPILOT, version, prefix="gk3").nodes()
            account.clusters.set_nodes(name, "pool-1", nodes)
        elif not record.inputs.get("removeDefaultNodePool"):
            size = int(record.inputs.get("initialNodeCount") or 0) * len(_zones(record))
            config = record.inputs.get("nodeConfig") or {}
            pool = _pool(cluster, "default-pool", size, config, version)
            account.clusters.set_nodes(name, "default-pool", pool.nodes())
        authority = {"clusterCaCertificate": plane.certificate_authority}
        master_auth = {**(record.inputs.get("masterAuth") or {}), **authority}
        return {**outputs, "masterAuth": master_auth, **_computed_outputs(cluster)}

    @override
    def on_update(self, account: Account, old: Record, new: Record) -> Json:
        """Upgrades the control plane if necessary, and updates the outputs."""
        channel = _channel(new)
        current = str(old.outputs["masterVersion"])
        requested = new.inputs.get("minMasterVersion")
        version = current
        if requested != old.inputs.get("minMasterVersion") or channel != _channel(old):
            target = _version(new, requested)
            # https://registry.terraform.io/providers/hashicorp/google: min_master_version is a minimum.
            version = target if versions.distance(current, target) >= 0 else current
        account.clusters.upgrade(kubernetes_name(new), versions.minor(version))
        _offer_gateways(account, new)
        cluster = replace(new, outputs={**new.outputs, "masterVersion": version})
        return {"masterVersion": version, **_computed_outputs(cluster)}

    @override
    def on_delete(self, account: Account, record: Record) -> None:
        """Deletes the cluster. With the fault `leftovers`, a load balancer stays behind."""
        account.clusters.delete(kubernetes_name(record))
        account.gates.close(kubernetes_name(record))
        network = record.inputs.get("network")
        if isinstance(account.faults, Faults) and account.faults.leftovers and network:
            leave_load_balancer(account, record, str(network), _zones(record)[0])


class NodePoolLife(Behavior):
    """A node pool of a cluster."""

    @override
    def on_create(self, account: Account, record: Record) -> Json:
        """Creates the nodes."""
        faults = account.faults
        config: Mapping[str, Any] = record.inputs.get("nodeConfig") or {}
        if isinstance(faults, Faults) and faults.spot_capacity and config.get("spot"):
            # https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-vm-creation#resource_availability
            message = (
                "GCE_STOCKOUT: the zones do not have enough resources available to fulfil the request for spot VMs"
            )
            raise RefusedError(400, message)
        return self._converge(account, record, None)

    @override
    def on_update(self, account: Account, old: Record, new: Record) -> Json:
        """Replaces, adds or removes nodes to match the inputs."""
        return self._converge(account, new, int(old.outputs.get("__size", 0)))

    @override
    def on_delete(self, account: Account, record: Record) -> None:
        """Drains and removes the nodes, unless the cluster is being deleted too."""
        cluster = cluster_of(account, record)
        if cluster.ready:
            account.clusters.drain(kubernetes_name(cluster), str(record.inputs["name"]))

    def _converge(self, account: Account, record: Record, current_size: int | None) -> Json:
        cluster, inputs = cluster_of(account, record), record.inputs
        zones = list(inputs.get("nodeLocations") or _zones(cluster))
        size = pool_size(inputs, len(zones), current_size)
        version = str(cluster.outputs["masterVersion"])
        requested = inputs.get("version")
        version = versions.resolve(_channel(cluster), str(requested)) or version if requested else version
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


def pool_size(inputs: Mapping[str, Any], zones: int, current_size: int | None) -> int:
    """The number of nodes in all zones. Counts are per zone; an autoscaler keeps the current size within its bounds.

    https://cloud.google.com/kubernetes-engine/docs/concepts/cluster-autoscaler#minimum_and_maximum_node_pool_size
    """
    bounds = inputs.get("autoscaling")
    per_zone = inputs.get("nodeCount", inputs.get("initialNodeCount", 0))
    size = int(per_zone or 0) * zones if current_size is None or not bounds else current_size
    if not bounds:
        return size
    minimum = bounds.get("totalMinNodeCount", (bounds.get("minNodeCount") or 0) * zones)
    maximum = bounds.get("totalMaxNodeCount", (bounds.get("maxNodeCount") or 0) * zones)
    return max(int(minimum), min(size, int(maximum)))


def cluster_of(account: Account, pool: Record) -> Record:
    """The cluster of a node pool. Raises RefusedError if it does not exist."""
    name = str(pool.inputs["cluster"])
    parent = {key: pool.inputs.get(key) for key in ("project", "location")}
    for cluster in account.store.all(CLUSTER):
        if name == cluster.id or (name == cluster.inputs["name"] and parent.items() <= cluster.inputs.items()):
            return cluster
    raise RefusedError(404, f"there is no cluster {name!r} in {parent['location']}")


def pools_of(account: Account, cluster: Record) -> list[Record]:
    """The node pools of a cluster."""
    return [pool for pool in account.store.all(NODE_POOL) if cluster_of(account, pool).id == cluster.id]


def kubernetes_name(cluster: Record) -> str:
    """The name of a cluster's control plane, unique within the account."""
    return f"{cluster.inputs['location']}.{cluster.inputs['name']}"


def _host(url: str) -> str:
    return url.removeprefix("https://")


def _channel(cluster: Record) -> str:
    return str((cluster.inputs.get("releaseChannel") or {}).get("channel", "REGULAR"))


def _version(cluster: Record, requested: object) -> str:
    version = versions.resolve(_channel(cluster), str(requested) if requested else None)
    assert version is not None, "the account's rules refuse unsupported versions"
    return version


def _zones(cluster: Record) -> list[str]:
    return list(cluster.inputs.get("nodeLocations") or node_zones(str(cluster.inputs["location"])))


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
    zones = zones or _zones(cluster)
    return Pool(str(cluster.inputs["name"]), name, location, version, size, zones, config, pods, prefix)


def _offer_gateways(account: Account, cluster: Record) -> None:
    if (cluster.inputs.get("gatewayApiConfig") or {}).get("channel") != "CHANNEL_STANDARD":
        return
    name = kubernetes_name(cluster)
    install_gateway_api(
        account.clusters.cluster(name), bootstrap_objects.GATEWAY_CLASSES, bootstrap_objects.GATEWAY_CONTROLLER
    )
    account.clusters.create_objects(name, bootstrap_objects.gateway_objects())


def _computed_outputs(cluster: Record) -> Json:
    """The outputs of a cluster that GKE computes."""
    inputs, location = cluster.inputs, str(cluster.inputs["location"])
    private = inputs.get("privateClusterConfig")
    endpoints = inputs.get("controlPlaneEndpointsConfig")
    identity = inputs.get("workloadIdentityConfig")
    outputs: Json = {
        "selfLink": names.container_link(cluster.id),
        "location": location,
        "nodeLocations": _zones(cluster),
        "nodeVersion": cluster.outputs["masterVersion"],
        "labelFingerprint": "a9dc16a7",
        "operation": None,
    }
    address = cluster.outputs.get("endpoint")
    if private is not None and address:
        outputs["privateClusterConfig"] = {**private, "privateEndpoint": address, "publicEndpoint": address}
    if endpoints is not None and address:
        # Really a name such as gke-….europe-west1.gke.goog, whose certificate is from a public authority.
        dns = {**(endpoints.get("dnsEndpointConfig") or {}), "endpoint": cluster.outputs.get("__dnsEndpoint", address)}
        outputs["controlPlaneEndpointsConfig"] = {**endpoints, "dnsEndpointConfig": dns}
    if identity is None and inputs.get("enableAutopilot"):
        outputs["workloadIdentityConfig"] = {"workloadPool": f"{inputs['project']}.svc.id.goog"}
    return {key: value for key, value in outputs.items() if value is not None}
