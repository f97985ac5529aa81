"""Each rule of Azure is broken once: what is refused, by which code, and by which document."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.account.catalogue import roles
from anykube_rehearsal.azure.account.rules.all import RULES
from anykube_rehearsal.azure.plugin.facts import (
    ADDRESS,
    ASSIGNMENT,
    CLUSTER,
    CREDENTIAL,
    DIAGNOSTICS,
    GROUP,
    IDENTITY,
    KEY,
    LOCK,
    NAT,
    NETWORK,
    SECURITY,
    SUBNET,
    VAULT,
    WINDOWS,
    WORKSPACE,
)
from anykube_rehearsal.cloud.account.model import RefusedError

from tests.rehearsal.azure.account.conftest import GROUP_NAME, REGION, World, role_definition

Inputs = dict[str, Any]


class Breach(NamedTuple):
    """A request that Azure refuses."""

    token: str
    inputs: Inputs | Callable[[World], Inputs]
    said: str
    """A part of what is said, the code first."""


def _in_group(**more: Any) -> Inputs:
    return {"resourceGroupName": GROUP_NAME, "location": REGION, **more}


def _subnet(prefix: str, **more: Any) -> Inputs:
    return _in_group(virtualNetworkName="net", subnetName="more", addressPrefix=prefix, **more)


def _credential(**more: Any) -> Inputs:
    given = {"issuer": "https://issuer.example/", "subject": "system:serviceaccount:a:b", "audiences": ["api://a"]}
    names = {"resourceName": "control", "federatedIdentityCredentialResourceName": "credential"}
    return _in_group(**names, **given) | more


def _granting(**more: Any) -> Callable[[World], Inputs]:
    return lambda world: world.granting(world.made["kubelet"], roles.CONTRIBUTOR, world.made["api"]) | more


def _cluster(**more: Any) -> Callable[[World], Inputs]:
    return lambda world: world.cluster(**more)


def _pooled(**more: Any) -> Callable[[World], Inputs]:
    """A cluster whose own pool is so."""

    def made(world: World) -> Inputs:
        inputs = world.cluster()
        return inputs | {"agentPoolProfiles": [inputs["agentPoolProfiles"][0] | more]}

    return made


def _networked(**more: Any) -> Callable[[World], Inputs]:
    def made(world: World) -> Inputs:
        inputs = world.cluster()
        return inputs | {"networkProfile": inputs["networkProfile"] | more}

    return made


def _reached(**more: Any) -> Callable[[World], Inputs]:
    def made(world: World) -> Inputs:
        inputs = world.cluster()
        return inputs | {"apiServerAccessProfile": inputs["apiServerAccessProfile"] | more}

    return made


def _in_subnet(name: str, where: str) -> Callable[[World], Inputs]:
    def made(world: World) -> Inputs:
        place = world.made[name].id
        return (_reached(subnetId=place) if where == "api" else _pooled(vnetSubnetID=place))(world)

    return made


def _automatic(**more: Any) -> Callable[[World], Inputs]:
    sku = {"name": "Automatic", "tier": "Standard"}
    return lambda world: world.cluster(sku=sku, nodeProvisioningProfile={"mode": "Auto"}) | more


def _logs(**more: Any) -> Callable[[World], Inputs]:
    def made(world: World) -> Inputs:
        own = {"resourceUri": world.made["api"].id, "name": "logs", "workspaceId": world.made["workspace"].id}
        return own | {"logs": [{"category": "kube-audit", "enabled": True}]} | more

    return made


def _vault(**more: Any) -> Inputs:
    properties = {"tenantId": directory.HERE.tenant, "sku": {"family": "A", "name": "standard"}, **more}
    return _in_group(vaultName="shop-1", properties=properties)


_FAR = f"/subscriptions/{ids.guid('far')}/resourceGroups/a/providers/Microsoft.Network/natGateways/b"

BREACHES: dict[str, Breach] = {
    "group that is not there": Breach(
        IDENTITY, _in_group(resourceGroupName="no", resourceName="id1"), "ResourceGroupNotFound"
    ),
    "name of a group": Breach(GROUP, {"resourceGroupName": "a.", "location": REGION}, "InvalidResourceGroupName"),
    "region": Breach(IDENTITY, _in_group(location="atlantis", resourceName="id1"), "LocationNotAvailable"),
    "another subscription": Breach(SUBNET, _subnet("10.0.9.0/24", natGateway={"id": _FAR}), "InvalidSubscriptionId"),
    "reference to nothing": Breach(
        SUBNET,
        lambda world: _subnet("10.0.9.0/24", natGateway={"id": f"{world.made['nat'].id}x"}),
        "ResourceNotFound: natGateway.id",
    ),
    "tags": Breach(IDENTITY, _in_group(resourceName="id1", tags={"a/b": "c"}), "InvalidTagNameCharacters: tags.a/b"),
    "scope": Breach(LOCK, {"scope": "shop", "lockName": "a", "level": "CanNotDelete"}, "InvalidScope: scope"),
    "network without a range": Breach(NETWORK, _in_group(virtualNetworkName="b"), "addressPrefixes is missing"),
    "network with a range twice": Breach(
        NETWORK,
        _in_group(virtualNetworkName="b", addressSpace={"addressPrefixes": ["10.0.0.0/8", "10.1.0.0/16"]}),
        "NetcfgInvalidVirtualNetworkAddressSpace",
    ),
    "subnet outside": Breach(SUBNET, _subnet("10.1.0.0/24"), "NetcfgInvalidSubnet: addressPrefix: 10.1.0.0/24 is not"),
    "subnet too small": Breach(SUBNET, _subnet("10.0.9.0/30"), "the smallest subnet is a /29"),
    "subnet over another": Breach(SUBNET, _subnet("10.0.0.128/25"), "NetcfgSubnetRangesOverlap"),
    "subnet of no network": Breach(SUBNET, dict(_subnet("10.0.9.0/24"), virtualNetworkName="no"), "ResourceNotFound"),
    "delegated and too small": Breach(
        SUBNET,
        _subnet(
            "10.0.9.0/29", delegations=[{"name": "a", "serviceName": "Microsoft.ContainerService/managedClusters"}]
        ),
        "SubnetTooSmall: addressPrefix",
    ),
    "delegated twice": Breach(
        SUBNET,
        _subnet("10.0.9.0/24", delegations=[{"name": "a", "serviceName": "b"}, {"name": "c", "serviceName": "d"}]),
        "SubnetHasTooManyDelegations",
    ),
    "basic address": Breach(ADDRESS, _in_group(publicIpAddressName="b"), "BasicSkuRetired"),
    "dynamic address": Breach(
        ADDRESS,
        _in_group(publicIpAddressName="b", sku={"name": "Standard"}),
        "StandardSkuPublicIPAddressesMustBeStatic",
    ),
    "gateway in two zones": Breach(
        NAT,
        _in_group(natGatewayName="b", sku={"name": "Standard"}, zones=["1", "2"]),
        "NatGatewayCannotHaveMultipleZones",
    ),
    "gateway without a SKU": Breach(NAT, _in_group(natGatewayName="b"), "sku.name is missing"),
    "address of another gateway": Breach(
        NAT,
        lambda world: _in_group(
            natGatewayName="b", sku={"name": "Standard"}, publicIpAddresses=[{"id": world.made["address"].id}]
        ),
        "PublicIPAddressInUse",
    ),
    "name of an identity": Breach(IDENTITY, _in_group(resourceName="a"), "InvalidResourceName"),
    "credential of nobody": Breach(CREDENTIAL, _credential(resourceName="nobody"), "ParentResourceNotFound"),
    "name of a credential": Breach(
        CREDENTIAL, _credential(federatedIdentityCredentialResourceName="a"), "3 to 120 letters"
    ),
    "issuer": Breach(CREDENTIAL, _credential(issuer="http://issuer"), "BadRequest: issuer"),
    "audiences": Breach(CREDENTIAL, _credential(audiences=["a", "b"]), "BadRequest: audiences"),
    "name of an assignment": Breach(ASSIGNMENT, _granting(roleAssignmentName="mine"), "InvalidRoleAssignmentId"),
    "role": Breach(
        ASSIGNMENT, _granting(roleDefinitionId=role_definition(ids.guid("no"))), "RoleDefinitionDoesNotExist"
    ),
    "id of a role": Breach(ASSIGNMENT, _granting(roleDefinitionId="Contributor"), "InvalidRoleDefinitionId"),
    "principal": Breach(ASSIGNMENT, _granting(principalId=ids.guid("nobody")), "PrincipalNotFound"),
    "type of a principal": Breach(ASSIGNMENT, _granting(principalType="Group"), "UnmatchedPrincipalType"),
    "assignment twice": Breach(
        ASSIGNMENT,
        lambda world: (
            world.granting(world.made["control"], roles.NETWORK_CONTRIBUTOR, world.made["network"])
            | {"roleAssignmentName": ids.guid("another")}
        ),
        "RoleAssignmentExists",
    ),
    "name of a cluster": Breach(CLUSTER, _cluster(resourceName="-a"), "InvalidParameter: resourceName"),
    "DNS prefix": Breach(CLUSTER, _cluster(dnsPrefix="a_b"), "InvalidDNSPrefix"),
    "no DNS prefix": Breach(CLUSTER, _cluster(dnsPrefix=None), "one of dnsPrefix and fqdnSubdomain"),
    "version": Breach(CLUSTER, _cluster(kubernetesVersion="1.29"), "K8sVersionNotSupported"),
    "version with long-term support": Breach(CLUSTER, _cluster(kubernetesVersion="1.33"), "long-term support alone"),
    "support plan": Breach(CLUSTER, _cluster(supportPlan="AKSLongTermSupport"), "BadRequest: supportPlan"),
    "local accounts": Breach(CLUSTER, _cluster(aadProfile=None), "BadRequest: disableLocalAccounts"),
    "Azure RBAC without Entra": Breach(
        CLUSTER, _cluster(aadProfile={"enableAzureRBAC": True}), "BadRequest: aadProfile.enableAzureRBAC"
    ),
    "RBAC off": Breach(CLUSTER, _cluster(enableRBAC=False), "BadRequest: enableRBAC"),
    "ranges of a private API": Breach(
        CLUSTER,
        _reached(enablePrivateCluster=True, authorizedIPRanges=["198.51.100.0/24"]),
        "a private cluster has no public endpoint",
    ),
    "private ranges": Breach(CLUSTER, _reached(authorizedIPRanges=["10.0.0.0/8"]), "is a private range"),
    "too many ranges": Breach(CLUSTER, _reached(authorizedIPRanges=["8.8.8.8/32"] * 201), "at most 200"),
    "API servers in a subnet of nodes": Breach(CLUSTER, _in_subnet("nodes", "api"), "SubnetNotDelegated"),
    "subnet without integration": Breach(
        CLUSTER, _reached(enableVnetIntegration=False), "needs apiServerAccessProfile"
    ),
    "API servers without a subnet": Breach(CLUSTER, _reached(subnetId=None), "subnetId is missing"),
    "no identity": Breach(CLUSTER, _cluster(identity=None), "BadRequest: identity"),
    "kubelets without leave": Breach(
        CLUSTER,
        lambda world: world.cluster(identityProfile={"kubeletidentity": {"resourceId": world.made["control"].id}}),
        "CustomKubeletIdentityMissingPermissionError",
    ),
    "workload identity": Breach(CLUSTER, _cluster(oidcIssuerProfile=None), "securityProfile.workloadIdentity"),
    "cost analysis": Breach(
        CLUSTER,
        _cluster(metricsProfile={"costAnalysis": {"enabled": True}}, sku={"name": "Base", "tier": "Free"}),
        "metricsProfile.costAnalysis",
    ),
    "half a SKU": Breach(CLUSTER, _cluster(sku={"tier": "Standard"}), "BadRequest: sku"),
    "key": Breach(
        CLUSTER,
        _cluster(
            securityProfile={"azureKeyVaultKms": {"enabled": True, "keyId": "https://no.vault.azure.net/keys/a/b"}}
        ),
        "securityProfile.azureKeyVaultKms.keyId",
    ),
    "services over the network": Breach(
        CLUSTER,
        _networked(serviceCidr="10.0.0.0/16", dnsServiceIP="10.0.0.10"),
        "ServiceCidrOverlapExistingSubnetsCidr",
    ),
    "services too large": Breach(
        CLUSTER, _networked(serviceCidr="172.0.0.0/8", dnsServiceIP="172.0.0.10"), "ServiceCidrTooLarge"
    ),
    "DNS elsewhere": Breach(CLUSTER, _networked(dnsServiceIP="172.21.0.10"), "networkProfile.dnsServiceIP"),
    "pods over the network": Breach(CLUSTER, _networked(podCidr="10.0.0.0/14"), "PodCidrOverlap"),
    "managed gateway": Breach(CLUSTER, _networked(outboundType="managedNATGateway"), "for networks that AKS makes"),
    "no routes": Breach(CLUSTER, _networked(outboundType="userDefinedRouting"), "ExistingRouteTableNotAssociated"),
    "no gateway": Breach(CLUSTER, _in_subnet("api", "nodes"), "SubnetNotAssociatedWithNatGateway"),
    "policy of another": Breach(CLUSTER, _networked(networkPolicy="calico"), "networkProfile.networkPolicy"),
    "no system pool": Breach(CLUSTER, _pooled(mode="User"), "MustHaveSystemPool"),
    "empty system pool": Breach(CLUSTER, _pooled(count=0), "agentPoolProfiles[0].count: at least 1"),
    "system pool that is Spot": Breach(
        CLUSTER, _pooled(scaleSetPriority="Spot"), "a pool of the mode System cannot be Spot"
    ),
    "system pool of Windows": Breach(CLUSTER, _pooled(osType="Windows"), "a pool of the mode System runs Linux"),
    "name of a pool": Breach(CLUSTER, _pooled(name="System-1"), "agentPoolProfiles[0].name"),
    "machine": Breach(CLUSTER, _pooled(vmSize="Standard_D3s_v5"), "VMSizeNotSupported"),
    "zone": Breach(CLUSTER, _pooled(availabilityZones=["4"]), "AvailabilityZoneNotSupported"),
    "price without Spot": Breach(CLUSTER, _pooled(spotMaxPrice=1.0), "only with scaleSetPriority Spot"),
    "secure boot on arm64": Breach(
        CLUSTER, _pooled(vmSize="Standard_D4ps_v5", securityProfile={"enableVTPM": True}), "which is of arm64"
    ),
    "secure boot with drivers of GPUs": Breach(
        CLUSTER,
        _pooled(vmSize="Standard_NC4as_T4_v3", securityProfile={"enableSecureBoot": True}),
        "not with drivers of GPUs that AKS installs",
    ),
    "secure boot with FIPS": Breach(
        CLUSTER, _pooled(enableFIPS=True, securityProfile={"enableSecureBoot": True}), "not with Windows, nor with FIPS"
    ),
    "bounds without scaling": Breach(CLUSTER, _pooled(minCount=1), "only with enableAutoScaling"),
    "scaling without bounds": Breach(CLUSTER, _pooled(enableAutoScaling=True), "minCount and maxCount are both given"),
    "size out of bounds": Breach(
        CLUSTER, _pooled(enableAutoScaling=True, minCount=4, maxCount=5), "3 is not between 4 and 5"
    ),
    "ephemeral disk too large": Breach(
        CLUSTER, _pooled(osDiskType="Ephemeral", osDiskSizeGB=512), "EphemeralOSDiskNotSupported"
    ),
    "disk too small": Breach(CLUSTER, _pooled(osDiskSizeGB=10), "30 to 2048"),
    "nodes in a delegated subnet": Breach(CLUSTER, _in_subnet("api", "nodes"), "SubnetDelegated"),
    "more nodes than addresses": Breach(CLUSTER, _pooled(count=300), "InsufficientSubnetSize"),
    "taint": Breach(CLUSTER, _pooled(nodeTaints=["a=b"]), "agentPoolProfiles[0].nodeTaints[0]"),
    "no surge at all": Breach(
        CLUSTER, _pooled(upgradeSettings={"maxSurge": "0", "maxUnavailable": "0"}), "cannot both be 0"
    ),
    "surge that is no number": Breach(
        CLUSTER, _pooled(upgradeSettings={"maxSurge": "many"}), "a number or a percentage"
    ),
    "Automatic with local accounts": Breach(
        CLUSTER, _automatic(disableLocalAccounts=False), "AutomaticClusterFeatureRequired: disableLocalAccounts"
    ),
    "Automatic without zones": Breach(CLUSTER, _automatic(location="westus"), "AutomaticClusterRegionNotSupported"),
    "provisioning beside the autoscaler": Breach(
        CLUSTER,
        lambda world: {
            **_pooled(enableAutoScaling=True, minCount=1, maxCount=3)(world),
            "nodeProvisioningProfile": {"mode": "Auto"},
        },
        "exclude each other",
    ),
    "value that the models do not have": Breach(
        CLUSTER, _pooled(osSKU="Debian"), "agentPoolProfiles[0].osSKU: one of Ubuntu"
    ),
    "what only AKS says": Breach(CLUSTER, _cluster(currentKubernetesVersion="1.35"), "only Azure says it"),
    "what only the network says": Breach(
        NETWORK,
        _in_group(virtualNetworkName="a", addressSpace={"addressPrefixes": ["10.0.0.0/8"]}, resourceGuid="b"),
        "resourceGuid: only Azure says it",
    ),
    "enforcement that the models do not have": Breach(
        NETWORK,
        _in_group(
            virtualNetworkName="a",
            addressSpace={"addressPrefixes": ["10.0.0.0/8"]},
            encryption={"enabled": True, "enforcement": "Always"},
        ),
        "encryption.enforcement: one of DropUnencrypted",
    ),
    "policies that the models do not have": Breach(
        SUBNET, _subnet("10.0.9.0/24", privateEndpointNetworkPolicies="Off"), "privateEndpointNetworkPolicies: one of "
    ),
    "an allocation that the models do not have": Breach(
        ADDRESS,
        _in_group(publicIpAddressName="a", sku={"name": "Standard"}, publicIPAllocationMethod="Fixed"),
        "publicIPAllocationMethod: one of Static, Dynamic",
    ),
    "a tier that the models do not have": Breach(
        NAT, _in_group(natGatewayName="a", sku={"name": "Gold"}), "sku.name: one of Standard"
    ),
    "a protocol that the models do not have": Breach(
        SECURITY,
        _in_group(networkSecurityGroupName="a", securityRules=[{"name": "b", "protocol": "Sctp"}]),
        "securityRules[0].protocol: one of Tcp, Udp",
    ),
    "name of a window": Breach(
        WINDOWS,
        _in_group(resourceName="shop", configName="mine", maintenanceWindow={}),
        "InvalidMaintenanceConfigurationName",
    ),
    "window of no length": Breach(
        WINDOWS,
        _in_group(
            resourceName="shop",
            configName="aksManagedAutoUpgradeSchedule",
            maintenanceWindow={"durationHours": 1, "startTime": "2:00", "schedule": {}},
        ),
        "maintenanceWindow.durationHours: 4 to 24",
    ),
    "name of a workspace": Breach(WORKSPACE, _in_group(workspaceName="a"), "InvalidParameter: workspaceName"),
    "retention": Breach(WORKSPACE, _in_group(workspaceName="logs", retentionInDays=7), "retentionInDays: 30 to 730"),
    "logs to nowhere": Breach(DIAGNOSTICS, _logs(workspaceId=None), "at least one of workspaceId"),
    "no logs": Breach(DIAGNOSTICS, _logs(logs=[]), "at least one of logs and metrics"),
    "categories and groups": Breach(
        DIAGNOSTICS,
        _logs(logs=[{"category": "a", "enabled": True}, {"categoryGroup": "audit", "enabled": True}]),
        "not both",
    ),
    "name of a vault": Breach(VAULT, dict(_vault(), vaultName="1"), "VaultNameNotValid"),
    "protection taken away": Breach(VAULT, _vault(enablePurgeProtection=False), "true, or not given"),
    "days of a vault": Breach(VAULT, _vault(softDeleteRetentionInDays=3), "7 to 90"),
    "key of no vault": Breach(KEY, _in_group(vaultName="no", keyName="a", properties={}), "ParentResourceNotFound"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_refused(world: World, name: str) -> None:
    breach = BREACHES[name]
    inputs = breach.inputs(world) if callable(breach.inputs) else breach.inputs
    before = world.account.store.all()
    with pytest.raises(RefusedError) as refused:
        world.account.create(breach.token, {key: value for key, value in inputs.items() if value is not None}, "test")
    assert breach.said in str(refused.value)
    assert refused.value.document.startswith("https://learn.microsoft.com/")
    assert world.account.store.all() == before


def test_what_the_breaches_begin_with_is_well(world: World) -> None:
    """Or a breach could be refused for anything."""
    for token, inputs in (
        (CLUSTER, world.cluster()),
        (CREDENTIAL, _credential()),
        (VAULT, _vault()),
        (DIAGNOSTICS, _logs()(world)),
        (ASSIGNMENT, _granting()(world)),
        (SUBNET, _subnet("10.0.9.0/24")),
    ):
        world.account.create(token, inputs, "test")


def test_each_rule_names_its_document() -> None:
    assert len(RULES) >= 65
    assert all(rule.document.startswith("https://learn.microsoft.com/en-us/") for rule in RULES)
