"""From a page's cluster to what a preflight asks Google Cloud about."""

from collections.abc import Mapping, Sequence

from components.clusters.gke.machines import ACCELERATORS, HYPERDISK, MACHINES, resolve
from components.clusters.gke.spec import ExistingNetwork, GkeClusterSpec
from components.clusters.spec import GkePool, NodePool
from operations.preflight.gcp.plan import GcpPlan, GcpPool, SubnetworkPlan

_DISK_GIB = 100
_LONGEST_ACCOUNT = 30

_SERVICES = (
    "cloudresourcemanager.googleapis.com",
    "compute.googleapis.com",
    "container.googleapis.com",
    "cloudkms.googleapis.com",
    "iam.googleapis.com",
)

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
"""Of all stacks. https://cloud.google.com/iam/docs/roles-permissions"""

_MAKES_NETWORK: Mapping[str, Sequence[str]] = {
    "roles/compute.networkAdmin": ("compute.networks.create", "compute.subnetworks.create", "compute.routers.create"),
}


def plan(stack: str, spec: GkeClusterSpec) -> GcpPlan:
    """The plan of a stack: machines by name, the network that it makes or takes, and what counts as its own."""
    there, account = spec.gke.network, f"{spec.name}-nodes"
    made = {"nodes": spec.network.cidr, "pods": spec.gke.pods, "Services": spec.network.services}
    return GcpPlan(
        cluster=spec.name,
        region=spec.region,
        version=spec.version,
        zones=spec.zones,
        cidr=None if there else spec.network.cidr,
        nat=spec.network.nat,
        pools=[_pool(name, pool) for name, pool in spec.pools.items()],
        stack=stack,
        project=spec.gke.project,
        channel=spec.gke.channel,
        ranges={**({} if there else made), "the control plane": spec.gke.control_plane},
        network="" if there else f"GKE cluster {spec.name}",
        subnetwork=_subnetwork(spec, there) if there else None,
        account=account if len(account) <= _LONGEST_ACCOUNT else "",  # a longer one has a name that is made up
        account_display=f"Nodes of the GKE cluster {spec.name}",
        services=_SERVICES,
        enables=True,
        permissions={**_PERMISSIONS, **({} if there else _MAKES_NETWORK)},
    )


def _pool(name: str, pool: NodePool) -> GcpPool:
    own, machines = pool.gke or GkePool(), resolve(pool.machine, spot=pool.spot)
    family = MACHINES.family(machines[0].name)
    return GcpPool(
        name=name,
        machines=[machine.name for machine in machines],
        max=pool.max if pool.max is not None else pool.initial_count,
        spot=pool.spot,
        zones=pool.zones,
        gpu=machines[0].gpu > 0,
        accelerator=ACCELERATORS.get(family) if machines[0].gpu else None,
        disk=pool.disk or _DISK_GIB,
        disk_type=own.disk_type or ("hyperdisk-balanced" if family in HYPERDISK else "pd-balanced"),
    )


def _subnetwork(spec: GkeClusterSpec, there: ExistingNetwork) -> SubnetworkPlan:
    """projects/HOST/regions/REGION/subnetworks/NAME, or a name in the cluster's own project."""
    parts = there.subnetwork.split("/")
    project, region, name = parts[1::2] if len(parts) == 6 else (spec.gke.project, spec.region, parts[-1])
    return SubnetworkPlan(project, region, name, [there.pods, there.services])
