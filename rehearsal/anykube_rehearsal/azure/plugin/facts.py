"""What the table is made of, beside the SDK: which property is part of an id, what azure-native's list names, and what
Azure does not let be changed although azure-native shows an update.
"""

from collections.abc import Collection, Mapping, Sequence

_SERVICE = "azure-native:containerservice"
_NETWORK = "azure-native:network"
CLUSTER, POOL, WINDOWS = (f"{_SERVICE}:{name}" for name in ("ManagedCluster", "AgentPool", "MaintenanceConfiguration"))
GROUP = "azure-native:resources:ResourceGroup"
ADDRESS, NAT, NETWORK, SUBNET, SECURITY = (
    f"{_NETWORK}:{name}"
    for name in ("PublicIPAddress", "NatGateway", "VirtualNetwork", "Subnet", "NetworkSecurityGroup")
)
IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
LOCK = "azure-native:authorization:ManagementLockByScope"
WORKSPACE = "azure-native:operationalinsights:Workspace"
DIAGNOSTICS = "azure-native:monitor:DiagnosticSetting"
BALANCER = f"{_NETWORK}:LoadBalancer"
VAULT, KEY = "azure-native:keyvault:Vault", "azure-native:keyvault:Key"

PATHS: Mapping[str, Sequence[str]] = {
    GROUP: ("resourceGroupName",),
    ADDRESS: ("resourceGroupName", "publicIpAddressName"),
    NAT: ("resourceGroupName", "natGatewayName"),
    NETWORK: ("resourceGroupName", "virtualNetworkName"),
    SUBNET: ("resourceGroupName", "virtualNetworkName", "subnetName"),
    SECURITY: ("resourceGroupName", "networkSecurityGroupName"),
    BALANCER: ("resourceGroupName", "loadBalancerName"),
    IDENTITY: ("resourceGroupName", "resourceName"),
    CREDENTIAL: ("resourceGroupName", "resourceName", "federatedIdentityCredentialResourceName"),
    ASSIGNMENT: ("scope", "roleAssignmentName"),
    LOCK: ("scope", "lockName"),
    CLUSTER: ("resourceGroupName", "resourceName"),
    POOL: ("resourceGroupName", "resourceName", "agentPoolName"),
    WINDOWS: ("resourceGroupName", "resourceName", "configName"),
    WORKSPACE: ("resourceGroupName", "workspaceName"),
    DIAGNOSTICS: ("resourceUri", "name"),
    VAULT: ("resourceGroupName", "vaultName"),
    KEY: ("resourceGroupName", "vaultName", "keyName"),
}
"""The inputs that an id is made of, by type; the last one names the thing, and may be left to the provider."""

FORCE_NEW: Mapping[str, Collection[str]] = {
    GROUP: ("location",),
    ADDRESS: ("location", "publicIPAddressVersion", "publicIPPrefix", "sku"),
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
"""azure-native's own list, by the property's name at any depth.

https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/gen/replacement.go
"""

TRACKED: Collection[str] = (CLUSTER, IDENTITY, WORKSPACE)
"""Types of which the API's description says that the location is set at creation: TrackedResource of its common types.

https://github.com/Azure/azure-rest-api-specs/tree/main/specification/common-types/resource-management
"""

MODELS: Mapping[str, str] = {
    CLUSTER: "containerservice.ManagedCluster",
    POOL: "containerservice.AgentPool",
    WINDOWS: "containerservice.MaintenanceConfiguration",
    ADDRESS: "network.PublicIPAddress",
    NAT: "network.NatGateway",
    NETWORK: "network.VirtualNetwork",
    SUBNET: "network.Subnet",
    SECURITY: "network.NetworkSecurityGroup",
}
"""The azure-mgmt model of a type."""
TERRAFORM: Mapping[str, str] = {
    ADDRESS: "azurerm_public_ip",
    NAT: "azurerm_nat_gateway",
    NETWORK: "azurerm_virtual_network",
    SECURITY: "azurerm_network_security_group",
    ASSIGNMENT: "azurerm_role_assignment",
}
"""The Terraform resources of the types that have the same shape there; those of AKS are below, by their own names."""

SOURCES: Mapping[str, str] = {
    "path": "part of the id: pulumi-azure-native, a path parameter of the API",
    "forced": "pulumi-azure-native, provider/pkg/gen/replacement.go, forceNewMap (with its pull request 4771)",
    "mutability": "x-ms-mutability create and read: pulumi-azure-native, provider/pkg/gen/properties.go, forceNew",
    "nested": "x-ms-mutability create and read, for which azure-native replaces only at the top; Azure refuses",
    "azurerm": "Terraform azurerm of August 2026 makes it anew: Azure refuses to change it",
}
_ROTATES = (
    "Terraform azurerm, temporary_name_for_rotation: Azure refuses to change it, so a pool of another name is made"
)
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
_VAULT_LOCATION = "https://learn.microsoft.com/en-us/rest/api/keyvault/keyvault/vaults/create-or-update: no vault moves"
_KEY_MADE = "https://learn.microsoft.com/en-us/rest/api/keyvault/keyvault/keys/create-if-not-exist: it updates no key"

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
        "roleDefinitionId": "https://learn.microsoft.com/en-us/azure/role-based-access-control/troubleshooting: an "
        "assignment's role is not updated",
    },
    SECURITY: {"location": _RENEWED},
    NAT: {"location": _RENEWED, "sku": _RENEWED, "sku.name": _RENEWED, "zones": _RENEWED},
    VAULT: {"location": _VAULT_LOCATION, "properties.tenantId": _VAULT_LOCATION},
    KEY: dict.fromkeys(
        ("properties.kty", "properties.keySize", "properties.curveName", "properties.keyOps", "tags"), _KEY_MADE
    ),
}
"""What Azure refuses to change in place, and where that is said, by type and path."""
