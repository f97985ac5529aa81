"""From a page's cluster to what a preflight asks Google Cloud about."""

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
"""Of all stacks. https://cloud.google.com/iam/docs/roles-permissions"""

_MAKES_NETWORK: Mapping[str, Sequence[str]] = {
    "roles/compute.networkAdmin": ("compute.networks.create", "compute.subnetworks.create", "compute.routers.create"),
}


def plan(stack: str, spec: GkeClusterSpec) -> GcpPlan:
    """The plan of a stack: machines by name, the network that it makes or takes, and what counts as its own."""
    there = spec.gke.network
    pools = [_pool(name, pool) for name, pool in spec.pools.items()]
    made = {"nodes": spec.network.cidr, "pods": spec.gke.pods, "Services": spec.network.services}
    return GcpPlan(
        **vars(cluster_plan(stack, spec, pools, brought=there is not None)),
        project=spec.gke.project,
        channel=spec.gke.channel,
        ranges={**({} if there else made), "the control plane": spec.gke.control_plane},
        network="" if there else network_description(spec.name),
        subnetwork=_subnetwork(spec, there) if there else None,
        account=account_id(spec.name),
        account_display=account_display_name(spec.name),
        services=APIS,
        enables=True,
        permissions={**_PERMISSIONS, **({} if there else _MAKES_NETWORK)},
    )


def _pool(name: str, pool: NodePool) -> GcpPool:
    own, machines = section(pool), resolve(pool.machine, spot=pool.spot)
    return GcpPool(
        **vars(pool_plan(name, pool, machines)),
        accelerator=ACCELERATORS.get(MACHINES.family_of(machines[0].name)) if machines[0].gpu else None,
        disk=pool.disk or DISK_GIB,
        disk_type=own.disk_type or disk_type(machines[0]),
    )


def _subnetwork(spec: GkeClusterSpec, there: GkeNetwork) -> SubnetworkPlan:
    """projects/HOST/regions/REGION/subnetworks/NAME, or a name in the cluster's own project."""
    parts = text_of(there.subnetwork).split("/")
    project, region, name = parts[1::2] if len(parts) == 6 else (spec.gke.project, spec.region, parts[-1])
    return SubnetworkPlan(project, region, name, [text_of(there.pods), text_of(there.services)])
