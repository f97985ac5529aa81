"""Turns the settings of a GKE cluster into a plan."""

from collections.abc import Mapping, Sequence

from anykube._clusters.gke.machines import ACCELERATORS, DISK_GIB, MACHINES, disk_type, resolve
from anykube._clusters.gke.naming import APIS, account_display_name, account_id, network_description
from anykube._clusters.gke.sections import section
from anykube._clusters.gke.spec import GkeClusterSpec, GkeNetwork
from anykube._clusters.spec import NodePool
from anykube._model import text_of

from anykube_cli.preflight.gcp.plan import GcpPlan, GcpPool, SubnetworkPlan
from anykube_cli.preflight.planning import cluster_plan, pool_plan

_PERMISSIONS: Mapping[str, Sequence[str]] = {
    "roles/container.admin": ("container.clusters.create", "container.clusters.update", "container.clusters.delete"),
    "roles/cloudkms.admin": (
        "cloudkms.keyRings.create",
        "cloudkms.cryptoKeys.create",
        "cloudkms.cryptoKeys.setIamPolicy",
    ),
    "roles/iam.serviceAccountAdmin": ("iam.serviceAccounts.create", "iam.serviceAccounts.setIamPolicy"),
    "roles/iam.serviceAccountUser": ("iam.serviceAccounts.actAs",),
    "roles/resourcemanager.projectIamAdmin": ("resourcemanager.projects.setIamPolicy",),
    "roles/serviceusage.serviceUsageAdmin": ("serviceusage.services.enable",),
}
"""Required by all stacks. https://cloud.google.com/iam/docs/roles-permissions"""

_NETWORK_PERMISSIONS: Mapping[str, Sequence[str]] = {
    "roles/compute.networkAdmin": ("compute.networks.create", "compute.subnetworks.create", "compute.routers.create"),
}


def plan(stack: str, spec: GkeClusterSpec) -> GcpPlan:
    """The plan of a stack, with its machine types resolved."""
    existing_network = spec.gke.network
    pools = [_pool(name, pool) for name, pool in spec.pools.items()]
    new_ranges = {"nodes": spec.network.cidr, "pods": spec.gke.pods, "Services": spec.network.services}
    return GcpPlan(
        **vars(cluster_plan(stack, spec, pools, has_existing_network=existing_network is not None)),
        project=spec.gke.project,
        channel=spec.gke.channel,
        ranges={**({} if existing_network else new_ranges), "control plane": spec.gke.control_plane},
        network_description="" if existing_network else network_description(spec.name),
        subnetwork=_subnetwork(spec, existing_network) if existing_network else None,
        service_account=account_id(spec.name),
        service_account_display_name=account_display_name(spec.name),
        services=APIS,
        enables_services=True,
        permissions={**_PERMISSIONS, **({} if existing_network else _NETWORK_PERMISSIONS)},
    )


def _pool(name: str, pool: NodePool) -> GcpPool:
    gke, machines = section(pool), resolve(pool.machine, spot=pool.spot)
    return GcpPool(
        **vars(pool_plan(name, pool, machines)),
        accelerator=ACCELERATORS.get(MACHINES.family_of(machines[0].name)) if machines[0].gpu else None,
        disk=pool.disk or DISK_GIB,
        disk_type=gke.disk_type or disk_type(machines[0]),
    )


def _subnetwork(spec: GkeClusterSpec, network: GkeNetwork) -> SubnetworkPlan:
    """Parses projects/HOST/regions/REGION/subnetworks/NAME, or the name of a subnetwork in the cluster's project."""
    segments = text_of(network.subnetwork).split("/")
    project, region, name = segments[1::2] if len(segments) == 6 else (spec.gke.project, spec.region, segments[-1])
    return SubnetworkPlan(project, region, name, [text_of(network.pods), text_of(network.services)])
