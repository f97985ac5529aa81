"""Facts for the property table that the SDK does not contain.

They say which properties are part of an id, and which changes replace a resource. They also say which properties Azure
cannot change although azure-native previews an update.
"""

from collections.abc import Collection, Mapping, Sequence

_SERVICE = "azure-native:containerservice"
_NETWORK = "azure-native:network"
CLUSTER, POOL, MAINTENANCE = (
    f"{_SERVICE}:{name}" for name in ("ManagedCluster", "AgentPool", "MaintenanceConfiguration")
)
GROUP = "azure-native:resources:ResourceGroup"
PUBLIC_IP, NAT, NETWORK, SUBNET, SECURITY_GROUP = (
    f"{_NETWORK}:{name}"
    for name in ("PublicIPAddress", "NatGateway", "VirtualNetwork", "Subnet", "NetworkSecurityGroup")
)
IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
LOCK = "azure-native:authorization:ManagementLockByScope"
WORKSPACE = "azure-native:operationalinsights:Workspace"
DIAGNOSTICS = "azure-native:monitor:DiagnosticSetting"
LOAD_BALANCER = f"{_NETWORK}:LoadBalancer"
VAULT, KEY = "azure-native:keyvault:Vault", "azure-native:keyvault:Key"

PATHS: Mapping[str, Sequence[str]] = {
    GROUP: ("resourceGroupName",),
    PUBLIC_IP: ("resourceGroupName", "publicIpAddressName"),
    NAT: ("resourceGroupName", "natGatewayName"),
    NETWORK: ("resourceGroupName", "virtualNetworkName"),
    SUBNET: ("resourceGroupName", "virtualNetworkName", "subnetName"),
    SECURITY_GROUP: ("resourceGroupName", "networkSecurityGroupName"),
    LOAD_BALANCER: ("resourceGroupName", "loadBalancerName"),
    IDENTITY: ("resourceGroupName", "resourceName"),
    CREDENTIAL: ("resourceGroupName", "resourceName", "federatedIdentityCredentialResourceName"),
    ASSIGNMENT: ("scope", "roleAssignmentName"),
    LOCK: ("scope", "lockName"),
    CLUSTER: ("resourceGroupName", "resourceName"),
    POOL: ("resourceGroupName", "resourceName", "agentPoolName"),
    MAINTENANCE: ("resourceGroupName", "resourceName", "configName"),
    WORKSPACE: ("resourceGroupName", "workspaceName"),
    DIAGNOSTICS: ("resourceUri", "name"),
    VAULT: ("resourceGroupName", "vaultName"),
    KEY: ("resourceGroupName", "vaultName", "keyName"),
}
"""The inputs that form the id of a resource, by type. The last one is its name, which the provider can generate."""

FORCE_NEW: Mapping[str, Collection[str]] = {
    GROUP: ("location",),
    PUBLIC_IP: ("location", "publicIPAddressVersion", "publicIPPrefix", "sku"),
    NETWORK: ("location",),
    ASSIGNMENT: ("principalId", "scope"),
    CLUSTER: (
        "diskEncryptionSetID",
        "dnsPrefix",
        "fqdnSubdomain",
        "linuxProfile",
        "location",
        "nodeResourceGroup",
        "windowsProfile",
        "serviceCidr",
        "serviceCidrs",
        "podCidrs",
        "dnsServiceIP",
        "networkMode",
        "networkPlugin",
        "networkPluginMode",
        "podCidr",
        "networkDataplane",
        "networkPolicy",
        "outboundType",
        "ipFamilies",
        "nodePublicIPTags",
    ),
    POOL: ("gpuInstanceProfile", "vmSize", "nodePublicIPTags"),
}
"""azure-native's list of properties that replace a resource, by name at any depth.

https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/gen/replacement.go
"""

TRACKED: Collection[str] = (CLUSTER, IDENTITY, WORKSPACE)
"""Types whose location can only be set at creation, because they extend the API's common type TrackedResource.

https://github.com/Azure/azure-rest-api-specs/tree/main/specification/common-types/resource-management
"""

MODELS: Mapping[str, str] = {
    CLUSTER: "containerservice.ManagedCluster",
    POOL: "containerservice.AgentPool",
    MAINTENANCE: "containerservice.MaintenanceConfiguration",
    PUBLIC_IP: "network.PublicIPAddress",
    NAT: "network.NatGateway",
    NETWORK: "network.VirtualNetwork",
    SUBNET: "network.Subnet",
    SECURITY_GROUP: "network.NetworkSecurityGroup",
}
"""The azure-mgmt model, by type."""
TERRAFORM: Mapping[str, str] = {
    PUBLIC_IP: "azurerm_public_ip",
    NAT: "azurerm_nat_gateway",
    NETWORK: "azurerm_virtual_network",
    SECURITY_GROUP: "azurerm_network_security_group",
    ASSIGNMENT: "azurerm_role_assignment",
}
"""The Terraform resources of types that have the same shape there. `FIXED` below has facts about other types."""

SOURCES: Mapping[str, str] = {
    "path": "part of the id: pulumi-azure-native, a path parameter of the API",
    "forced": "pulumi-azure-native, provider/pkg/gen/replacement.go, forceNewMap (with its pull request 4771)",
    "mutability": "x-ms-mutability create and read: pulumi-azure-native, provider/pkg/gen/properties.go, forceNew",
    "nested": "x-ms-mutability create and read, which azure-native knows only at the top; Azure rejects it",
    "azurerm": "Terraform azurerm of August 2026 replaces the resource: Azure cannot change it in place",
}
_ROTATES = "Terraform azurerm, temporary_name_for_rotation: Azure cannot change it; a pool of another name replaces it"
_RENEWED = SOURCES["azurerm"]

_POOL_FIXED: Mapping[str, str] = {
    "availabilityZones": _ROTATES,
    "capacityReservationGroupID": _RENEWED,
    "enableNodePublicIP": _ROTATES,
    "enableEncryptionAtHost": _ROTATES,
    "enableUltraSSD": _ROTATES,
    "gpuProfile": _RENEWED,
    "gpuProfile.driver": _RENEWED,
    "hostGroupID": _RENEWED,
    "kubeletConfig": _ROTATES,
    "kubeletDiskType": _ROTATES,
    "linuxOSConfig": _ROTATES,
    "maxPods": _ROTATES,
    "nodePublicIPPrefixID": _RENEWED,
    "osDiskSizeGB": _ROTATES,
    "osDiskType": _ROTATES,
    "osType": _RENEWED,
    "podSubnetID": _ROTATES,
    "proximityPlacementGroupID": _RENEWED,
    "scaleSetEvictionPolicy": _RENEWED,
    "scaleSetPriority": _RENEWED,
    "spotMaxPrice": _RENEWED,
    "vnetSubnetID": _ROTATES,
    "windowsProfile": _RENEWED,
}
_VAULT_LOCATION = (
    "https://learn.microsoft.com/en-us/rest/api/keyvault/keyvault/vaults/create-or-update: vaults do not move"
)
_KEY_MADE = (
    "https://learn.microsoft.com/en-us/rest/api/keyvault/keyvault/keys/create-if-not-exist: keys cannot be updated"
)

FIXED: Mapping[str, Mapping[str, str]] = {
    POOL: _POOL_FIXED,
    CLUSTER: {
        **{f"agentPoolProfiles.{wire}": source for wire, source in _POOL_FIXED.items()},
        "agentPoolProfiles.vmSize": _ROTATES,
        "agentPoolProfiles.gpuInstanceProfile": _RENEWED,
        "agentPoolProfiles.type": _RENEWED,
        "apiServerAccessProfile.enablePrivateCluster": _RENEWED,
        "apiServerAccessProfile.privateDNSZone": _RENEWED,
        "enableRBAC": _RENEWED,
        "networkProfile.loadBalancerSku": _RENEWED,
    },
    ASSIGNMENT: {
        "roleDefinitionId": "https://learn.microsoft.com/en-us/azure/role-based-access-control/troubleshooting: the "
        "role of an assignment cannot be updated",
    },
    SECURITY_GROUP: {"location": _RENEWED},
    NAT: {"location": _RENEWED, "sku": _RENEWED, "sku.name": _RENEWED, "zones": _RENEWED},
    VAULT: {"location": _VAULT_LOCATION, "properties.tenantId": _VAULT_LOCATION},
    KEY: dict.fromkeys(
        ("properties.kty", "properties.keySize", "properties.curveName", "properties.keyOps", "tags"), _KEY_MADE
    ),
}
"""Properties that Azure cannot change in place, with the source, by type and path."""
