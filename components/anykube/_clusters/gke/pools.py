"""Node pools, each a resource of its own.

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
_LONGEST = 40
_EFFECTS = {"NoSchedule": "NO_SCHEDULE", "PreferNoSchedule": "PREFER_NO_SCHEDULE", "NoExecute": "NO_EXECUTE"}


def hardened(owner: str) -> Mapping[str, Any]:
    """What every node has, of the first pool (`Cluster`) or of another (`NodePool`).

    Pods must not take the node's credentials: they see GKE's metadata server, and not the machine's.
    https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster
    """

    def of(part: str) -> Any:
        return getattr(gcp.container, f"{owner}NodeConfig{part}Args")

    return {
        "oauth_scopes": ["https://www.googleapis.com/auth/cloud-platform"],
        "metadata": {"disable-legacy-endpoints": "true"},
        "shielded_instance_config": of("ShieldedInstanceConfig")(
            enable_secure_boot=True, enable_integrity_monitoring=True
        ),
        "workload_metadata_config": of("WorkloadMetadataConfig")(mode="GKE_METADATA"),
    }


def pool(
    children: ResourceScope,
    name: str,
    asked: NodePool,
    spec: GkeClusterSpec,
    cluster: gcp.container.Cluster,
    nodes: NodeAccount,
    depends_on: Sequence[pulumi.Resource],
) -> gcp.container.NodePool:
    """A pool. What cannot change in place makes a new one, under a new name, before the old one is drained."""
    [machine] = resolve(asked.machine, spot=asked.spot)
    own = section(asked)
    zones, sizes = size(asked, asked.zones or spec.zones)
    return gcp.container.NodePool(
        children.name(name),
        project=spec.gke.project,
        name=pool_name(name, machine, asked),
        cluster=cluster.id,
        location=spec.region,
        node_locations=list(zones),
        **sizes,
        management=gcp.container.NodePoolManagementArgs(auto_repair=True, auto_upgrade=True),
        upgrade_settings=gcp.container.NodePoolUpgradeSettingsArgs(
            strategy="SURGE", max_surge=int(asked.surge or _SURGE), max_unavailable=0
        ),
        network_config=gcp.container.NodePoolNetworkConfigArgs(enable_private_nodes=True),
        node_config=gcp.container.NodePoolNodeConfigArgs(
            machine_type=machine.name,
            image_type=own.image,
            disk_type=own.disk_type or disk_type(machine),
            disk_size_gb=asked.disk or DISK_GIB,
            spot=asked.spot,
            service_account=nodes.email,
            labels={POOL_LABEL: name, **asked.labels},
            resource_labels=labels(spec),
            taints=[
                gcp.container.NodePoolNodeConfigTaintArgs(
                    key=taint.key, value=taint.value, effect=_EFFECTS[taint.effect]
                )
                for taint in asked.taints
            ],
            # GKE would taint nodes of arm64, and with them a pool that the page has without a taint.
            taint_config=gcp.container.NodePoolNodeConfigTaintConfigArgs(architecture_taint_behavior="NONE"),
            guest_accelerators=accelerators(machine, own),
            **hardened("NodePool"),
        ),
        opts=children.options(
            depends_on=[*nodes.ready, *depends_on],
            # Where an autoscaler owns the size, that is no drift; what a pool began with is never changed.
            ignore_changes=["initialNodeCount", "nodeCount"] if asked.min is not None else [],
            timeout="60m",
        ),
    )


def size(asked: NodePool, zones: Sequence[str]) -> tuple[Sequence[str], Mapping[str, Any]]:
    """The zones of a pool, and its sizes: bounds in total, at most 1 or more, or a number for each zone."""
    if asked.min is not None:
        most = max(asked.max if asked.max is not None else asked.initial_count, 1)
        bounds = gcp.container.NodePoolAutoscalingArgs(
            total_min_node_count=asked.min,
            total_max_node_count=most,
            # Spot capacity is where it is to be had.
            location_policy="ANY" if asked.spot else "BALANCED",
        )
        begins = initial_nodes_per_zone(asked.initial_count, most, len(zones))
        return zones, {"autoscaling": bounds, "initial_node_count": begins}
    shared = spread(asked.initial_count, zones)
    assert shared is not None, "a rule refuses a number of nodes that zones cannot share out evenly"
    return shared[0], {"node_count": shared[1]}


def pool_name(name: str, machine: MachineType, asked: NodePool) -> str:
    """`NAME-HASH`, by what cannot change in place: a pool that replaces another lives beside it for a while."""
    fixed = [machine.arch, machine.gpu, accelerator(machine), section(asked).gpu_driver, asked.spot]
    digest = hashlib.sha256(json.dumps(fixed).encode()).hexdigest()[:6]
    return f"{name[: _LONGEST - 7].rstrip('-')}-{digest}"


def accelerator(machine: MachineType) -> str | None:
    """What GKE calls the machine's GPUs."""
    return ACCELERATORS.get(MACHINES.family_of(machine.name)) if machine.gpu else None


def accelerators(
    machine: MachineType, own: GkePool
) -> list[gcp.container.NodePoolNodeConfigGuestAcceleratorArgs] | None:
    """The GPUs, and their driver, which GKE installs: https://cloud.google.com/kubernetes-engine/docs/how-to/gpus"""
    kind = accelerator(machine)
    if kind is None:
        return None
    driver = gcp.container.NodePoolNodeConfigGuestAcceleratorGpuDriverInstallationConfigArgs(
        gpu_driver_version=own.gpu_driver
    )
    return [
        gcp.container.NodePoolNodeConfigGuestAcceleratorArgs(
            type=kind, count=machine.gpu, gpu_driver_installation_config=driver
        )
    ]
