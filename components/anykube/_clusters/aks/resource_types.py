"""Pulumi's types of what AKS stacks are made of: which of them a run guards."""

from anykube._clouds.definition import ResourceTypes

RESOURCE_TYPES = ResourceTypes(
    guarded={
        "cluster": (
            "azure-native:containerservice:ManagedCluster",
            "azure-native:resources:ResourceGroup",  # goes with all that is in it
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
        "azure-native:authorization:ManagementLockByScope",  # is `protect` itself
        "azure-native:authorization:RoleAssignment",
        "azure-native:containerservice:MaintenanceConfiguration",
        "azure-native:managedidentity:FederatedIdentityCredential",
        "azure-native:monitor:DiagnosticSetting",
        "azure-native:network:LoadBalancer",
        "azure-native:network:NetworkSecurityGroup",
    ),
)
