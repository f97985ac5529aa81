"""The ids of what is made, from the inputs that name it."""

from collections.abc import Callable, Mapping

from anykube_rehearsal.azure.account.directory import HERE
from anykube_rehearsal.azure.ids import ArmId
from anykube_rehearsal.azure.plugin.facts import (
    ADDRESS,
    ASSIGNMENT,
    BALANCER,
    CLUSTER,
    CREDENTIAL,
    DIAGNOSTICS,
    GROUP,
    IDENTITY,
    KEY,
    LOCK,
    NAT,
    NETWORK,
    PATHS,
    POOL,
    SECURITY,
    SUBNET,
    VAULT,
    WINDOWS,
    WORKSPACE,
)
from anykube_rehearsal.cloud.account.model import Values

ARM_TYPES: Mapping[str, str] = {
    GROUP: "Microsoft.Resources/resourceGroups",
    ADDRESS: "Microsoft.Network/publicIPAddresses",
    NAT: "Microsoft.Network/natGateways",
    NETWORK: "Microsoft.Network/virtualNetworks",
    SUBNET: "Microsoft.Network/virtualNetworks/subnets",
    SECURITY: "Microsoft.Network/networkSecurityGroups",
    BALANCER: "Microsoft.Network/loadBalancers",
    IDENTITY: "Microsoft.ManagedIdentity/userAssignedIdentities",
    CREDENTIAL: "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
    ASSIGNMENT: "Microsoft.Authorization/roleAssignments",
    LOCK: "Microsoft.Authorization/locks",
    CLUSTER: "Microsoft.ContainerService/managedClusters",
    POOL: "Microsoft.ContainerService/managedClusters/agentPools",
    WINDOWS: "Microsoft.ContainerService/managedClusters/maintenanceConfigurations",
    WORKSPACE: "Microsoft.OperationalInsights/workspaces",
    DIAGNOSTICS: "Microsoft.Insights/diagnosticSettings",
    VAULT: "Microsoft.KeyVault/vaults",
    KEY: "Microsoft.KeyVault/vaults/keys",
}
"""As Azure Resource Manager calls them."""


def identifier(token: str) -> Callable[[Values], str]:
    """The function that makes the id of a type's resource."""
    first, *steps = PATHS[token]
    kind = ARM_TYPES[token]

    def grouped(inputs: Values) -> str:
        names = tuple(str(inputs[step]) for step in steps)
        group = str(inputs[first])
        return str(ArmId(HERE.subscription, group, kind, names) if steps else ArmId(HERE.subscription, group))

    def extending(inputs: Values) -> str:
        provider, own = kind.split("/")
        return f"{str(inputs[first]).rstrip('/')}/providers/{provider}/{own}/{inputs[steps[0]]}"

    return grouped if first == "resourceGroupName" else extending
