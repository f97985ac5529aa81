"""Resource ids, made from the inputs that name a resource."""

from collections.abc import Callable, Mapping

from anykube_rehearsal.azure.account.directory import DIRECTORY
from anykube_rehearsal.azure.ids import ArmId
from anykube_rehearsal.azure.plugin.facts import (
    ASSIGNMENT,
    CLUSTER,
    CREDENTIAL,
    DIAGNOSTICS,
    GROUP,
    IDENTITY,
    KEY,
    LOAD_BALANCER,
    LOCK,
    MAINTENANCE,
    NAT,
    NETWORK,
    PATHS,
    POOL,
    PUBLIC_IP,
    SECURITY_GROUP,
    SUBNET,
    VAULT,
    WORKSPACE,
)
from anykube_rehearsal.cloud.account.model import Values

ARM_TYPES: Mapping[str, str] = {
    GROUP: "Microsoft.Resources/resourceGroups",
    PUBLIC_IP: "Microsoft.Network/publicIPAddresses",
    NAT: "Microsoft.Network/natGateways",
    NETWORK: "Microsoft.Network/virtualNetworks",
    SUBNET: "Microsoft.Network/virtualNetworks/subnets",
    SECURITY_GROUP: "Microsoft.Network/networkSecurityGroups",
    LOAD_BALANCER: "Microsoft.Network/loadBalancers",
    IDENTITY: "Microsoft.ManagedIdentity/userAssignedIdentities",
    CREDENTIAL: "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
    ASSIGNMENT: "Microsoft.Authorization/roleAssignments",
    LOCK: "Microsoft.Authorization/locks",
    CLUSTER: "Microsoft.ContainerService/managedClusters",
    POOL: "Microsoft.ContainerService/managedClusters/agentPools",
    MAINTENANCE: "Microsoft.ContainerService/managedClusters/maintenanceConfigurations",
    WORKSPACE: "Microsoft.OperationalInsights/workspaces",
    DIAGNOSTICS: "Microsoft.Insights/diagnosticSettings",
    VAULT: "Microsoft.KeyVault/vaults",
    KEY: "Microsoft.KeyVault/vaults/keys",
}
"""The types of Azure Resource Manager, by token."""


def identifier(token: str) -> Callable[[Values], str]:
    """The function that makes the id of a resource of this type from its inputs."""
    first, *steps = PATHS[token]
    kind = ARM_TYPES[token]

    def grouped(inputs: Values) -> str:
        names = tuple(str(inputs[step]) for step in steps)
        group = str(inputs[first])
        return str(ArmId(DIRECTORY.subscription, group, kind, names) if steps else ArmId(DIRECTORY.subscription, group))

    def extending(inputs: Values) -> str:
        provider, collection = kind.split("/")
        return f"{str(inputs[first]).rstrip('/')}/providers/{provider}/{collection}/{inputs[steps[0]]}"

    return grouped if first == "resourceGroupName" else extending
