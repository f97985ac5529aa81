"""Turns the settings of an AKS cluster into a plan."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from anykube._clusters.access import principals
from anykube._clusters.aks.custom_roles import CUSTOM_ROLES, custom_role_guid
from anykube._clusters.aks.machines import resolve
from anykube._clusters.aks.naming import node_resource_group
from anykube._clusters.aks.spec import AksClusterSpec, AksNetwork
from anykube._model import text_of

from anykube_cli.preflight.azure.plan import AzurePlan, SubnetPlan
from anykube_cli.preflight.planning import cluster_plan, pool_plan

_API_SERVERS = "Microsoft.ContainerService/managedClusters"
_LOAD_BALANCERS = "Microsoft.ServiceNetworking/trafficControllers"

_PROVIDERS = (
    "Microsoft.Compute",
    "Microsoft.ContainerService",
    "Microsoft.Insights",
    "Microsoft.ManagedIdentity",
    "Microsoft.Network",
    "Microsoft.OperationalInsights",
)
_STANDARD = ("Microsoft.KeyVault", "Microsoft.ServiceNetworking")
"""Providers that AKS Automatic does not need."""

_ACTIONS: Mapping[str, Sequence[str]] = {
    "Contributor": (
        "Microsoft.ContainerService/managedClusters/write",
        "Microsoft.ContainerService/managedClusters/delete",
        "Microsoft.Insights/diagnosticSettings/write",
        "Microsoft.ManagedIdentity/userAssignedIdentities/write",
        "Microsoft.Network/virtualNetworks/write",
        "Microsoft.OperationalInsights/workspaces/write",
        "Microsoft.Resources/subscriptions/resourceGroups/write",
    ),
    "Role Based Access Control Administrator": ("Microsoft.Authorization/roleAssignments/write",),
}
"""https://learn.microsoft.com/azure/role-based-access-control/built-in-roles"""

_LOCKS: Mapping[str, Sequence[str]] = {"Locks Contributor": ("Microsoft.Authorization/locks/write",)}


def plan(stack: str, spec: AksClusterSpec) -> AzurePlan:
    """The plan of a stack, with its VM sizes resolved."""
    existing_network = spec.aks.network
    pools = [pool_plan(name, pool, resolve(pool.machine, spot=pool.spot)) for name, pool in spec.pools.items()]
    overlay = {"pods": spec.aks.pods, "Services": spec.network.services}
    return AzurePlan(
        **vars(cluster_plan(stack, spec, pools, has_existing_network=existing_network is not None)),
        subscription=spec.aks.subscription,
        premium=spec.aks.tier == "Premium",
        ranges=overlay if existing_network else {"network": spec.network.cidr, **overlay},
        subnets=list(_subnets(existing_network)) if existing_network else (),
        node_group=node_resource_group(spec.name),
        host_encryption=spec.aks.host_encryption and bool(spec.pools),
        providers=_PROVIDERS if spec.mode == "managed" else (*_PROVIDERS, *_STANDARD),
        roles=dict(_custom_roles(spec)),
        actions={**_ACTIONS, **(_LOCKS if spec.protect and spec.aks.lock else {})},
    )


def _subnets(network: AksNetwork) -> Iterable[SubnetPlan]:
    yield SubnetPlan("nodes", text_of(network.nodes))
    yield SubnetPlan("the API server", text_of(network.api_server), _API_SERVERS, 28)
    if network.load_balancers:
        yield SubnetPlan("load balancers", text_of(network.load_balancers), _LOAD_BALANCERS, 24)


def _custom_roles(spec: AksClusterSpec) -> Iterator[tuple[str, str]]:
    for role, custom in CUSTOM_ROLES.items():
        if principals(spec.access, role):
            yield custom.title, custom_role_guid(spec.aks.subscription, role)
