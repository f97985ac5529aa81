"""Node pools.

https://cloud.google.com/kubernetes-engine/docs/concepts/node-pools
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_gcp as gcp

from anykube._clusters.gke.iam import NodeAccount
from anykube._clusters.gke.labels import labels
from anykube._clusters.gke.machines import ACCELERATORS, DISK_GIB, MACHINES, disk_type, resolve
from anykube._clusters.gke.sections import GkePool, section
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._clusters.machines import MachineType
from anykube._clusters.pools import initial_nodes_per_zone, spread
from anykube._clusters.resource_scope import ResourceScope
from anykube._clusters.spec import NodePool
from anykube._workloads.cluster_context import POOL_LABEL

_SURGE = "1"
_MAX_LENGTH = 40
_EFFECTS = {"NoSchedule": "NO_SCHEDULE", "PreferNoSchedule": "PREFER_NO_SCHEDULE", "NoExecute": "NO_EXECUTE"}


def hardened_node_config(owner: str) -> Mapping[str, Any]:
    """Security settings of all nodes, as arguments for the `Cluster` or `NodePool` node config.

    They keep the node's credentials from pods, which see GKE's metadata server instead of the machine's.
    https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster
    """

    def args_class(name: str) -> Any:
        return getattr(gcp.container, f"{owner}NodeConfig{name}Args")

    return {
        "oauth_scopes": ["https://www.googleapis.com/auth/cloud-platform"],
        "metadata": {"disable-legacy-endpoints": "true"},
        "shielded_instance_config": args_class("ShieldedInstanceConfig")(
            enable_secure_boot=True, enable_integrity_monitoring=True
        ),
        "workload_metadata_config": args_class("WorkloadMetadataConfig")(mode="GKE_METADATA"),
    }


def create_pool(
    children: ResourceScope,
    name: str,
    pool: NodePool,
    spec: GkeClusterSpec,
    cluster: gcp.container.Cluster,
    nodes: NodeAccount,
    depends_on: Sequence[pulumi.Resource],
) -> gcp.container.NodePool:
    """Creates a pool. Changes that GKE cannot make in place create a new pool before draining the old one."""
    [machine] = resolve(pool.machine, spot=pool.spot)
    options = section(pool)
    zones, size = pool_size(pool, pool.zones or spec.zones)
    return gcp.container.NodePool(
        children.name(name),
        project=spec.gke.project,
        name=pool_name(name, machine, pool),
        cluster=cluster.id,
        location=spec.region,
        node_locations=list(zones),
        **size,
        management=gcp.container.NodePoolManagementArgs(auto_repair=True, auto_upgrade=True),
        upgrade_settings=gcp.container.NodePoolUpgradeSettingsArgs(
            strategy="SURGE", max_surge=int(pool.surge or _SURGE), max_unavailable=0
        ),
        network_config=gcp.container.NodePoolNetworkConfigArgs(enable_private_nodes=True),
        node_config=gcp.container.NodePoolNodeConfigArgs(
            machine_type=machine.name,
            image_type=options.image,
            disk_type=options.disk_type or disk_type(machine),
            disk_size_gb=pool.disk or DISK_GIB,
            spot=pool.spot,
            service_account=nodes.email,
            labels={POOL_LABEL: name, **pool.labels},
            resource_labels=labels(spec),
            taints=[
                gcp.container.NodePoolNodeConfigTaintArgs(
                    key=taint.key, value=taint.value, effect=_EFFECTS[taint.effect]
                )
                for taint in pool.taints
            ],
            # Keep GKE from adding a taint to arm64 nodes.
            taint_config=gcp.container.NodePoolNodeConfigTaintConfigArgs(architecture_taint_behavior="NONE"),
            guest_accelerators=accelerators(machine, options),
            **hardened_node_config("NodePool"),
        ),
        opts=children.options(
            depends_on=[*nodes.ready, *depends_on],
            # An autoscaler sets the size, and the initial size cannot change.
            ignore_changes=["initialNodeCount", "nodeCount"] if pool.min is not None else [],
            timeout="60m",
        ),
    )


def pool_size(pool: NodePool, zones: Sequence[str]) -> tuple[Sequence[str], Mapping[str, Any]]:
    """The zones of a pool, and its size: autoscaling limits in total, or a number of nodes in each zone."""
    if pool.min is not None:
        maximum = max(pool.max if pool.max is not None else pool.initial_count, 1)
        autoscaling = gcp.container.NodePoolAutoscalingArgs(
            total_min_node_count=pool.min,
            total_max_node_count=maximum,
            # Use spot capacity in whichever zone has it.
            location_policy="ANY" if pool.spot else "BALANCED",
        )
        per_zone = initial_nodes_per_zone(pool.initial_count, maximum, len(zones))
        return zones, {"autoscaling": autoscaling, "initial_node_count": per_zone}
    placement = spread(pool.initial_count, zones)
    assert placement is not None, "a rule rejects a number of nodes that cannot be spread evenly"
    return placement[0], {"node_count": placement[1]}


def pool_name(name: str, machine: MachineType, pool: NodePool) -> str:
    """`NAME-HASH`, with a hash of what cannot change in place: a pool and its replacement exist at the same time."""
    immutable = [machine.arch, machine.gpu, accelerator(machine), section(pool).gpu_driver, pool.spot]
    digest = hashlib.sha256(json.dumps(immutable).encode()).hexdigest()[:6]
    return f"{name[: _MAX_LENGTH - 7].rstrip('-')}-{digest}"


def accelerator(machine: MachineType) -> str | None:
    """The GKE accelerator type of a machine type with GPUs. None: it has none."""
    return ACCELERATORS.get(MACHINES.family_of(machine.name)) if machine.gpu else None


def accelerators(
    machine: MachineType, options: GkePool
) -> list[gcp.container.NodePoolNodeConfigGuestAcceleratorArgs] | None:
    """The GPUs with the driver that GKE installs: https://cloud.google.com/kubernetes-engine/docs/how-to/gpus"""
    kind = accelerator(machine)
    if kind is None:
        return None
    driver = gcp.container.NodePoolNodeConfigGuestAcceleratorGpuDriverInstallationConfigArgs(
        gpu_driver_version=options.gpu_driver
    )
    return [
        gcp.container.NodePoolNodeConfigGuestAcceleratorArgs(
            type=kind, count=machine.gpu, gpu_driver_installation_config=driver
        )
    ]
