"""Pulumi resource types in AKS stacks, and which of them runs guard."""

from anykube._clouds.definition import ResourceTypes

RESOURCE_TYPES = ResourceTypes(
    guarded={
        "cluster": (
            "azure-native:containerservice:ManagedCluster",
            "azure-native:resources:ResourceGroup",  # its deletion deletes everything in it
        ),
        "pool": ("azure-native:containerservice:AgentPool",),
        "network": (
            "azure-native:network:NatGateway",
            "azure-native:network:PublicIPAddress",
            "azure-native:network:Subnet",
            "azure-native:network:VirtualNetwork",
        ),
        "key": (
            "azure-native:keyvault:Key",
            "azure-native:keyvault:Vault",
        ),
        "identity": ("azure-native:managedidentity:UserAssignedIdentity",),
        "logs": ("azure-native:operationalinsights:Workspace",),
    },
    unguarded=(
        "azure-native:authorization:ManagementLockByScope",  # follows `protect`
        "azure-native:authorization:RoleAssignment",
        "azure-native:containerservice:MaintenanceConfiguration",
        "azure-native:managedidentity:FederatedIdentityCredential",
        "azure-native:monitor:DiagnosticSetting",
        "azure-native:network:LoadBalancer",
        "azure-native:network:NetworkSecurityGroup",
    ),
)
