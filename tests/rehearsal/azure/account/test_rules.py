"""Violates each of Azure's rules: the account refuses with Azure's error code and cites the documentation."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.account.catalogue import roles
from anykube_rehearsal.azure.account.rules.all import RULES
from anykube_rehearsal.azure.plugin.facts import (
    ASSIGNMENT,
    CLUSTER,
    CREDENTIAL,
    DIAGNOSTICS,
    GROUP,
    IDENTITY,
    KEY,
    LOCK,
    MAINTENANCE,
    NAT,
    NETWORK,
    PUBLIC_IP,
    SECURITY_GROUP,
    SUBNET,
    VAULT,
    WORKSPACE,
)
from anykube_rehearsal.cloud.account.model import RefusedError

from tests.rehearsal.azure.account.conftest import GROUP_NAME, REGION, Subscription, role_definition

Inputs = dict[str, Any]


class Violation(NamedTuple):
    """A request that Azure refuses."""

    token: str
    inputs: Inputs | Callable[[Subscription], Inputs]
    message: str
    """A part of the expected message."""


def _in_group(**inputs: Any) -> Inputs:
    return {"resourceGroupName": GROUP_NAME, "location": REGION, **inputs}


def _subnet(prefix: str, **inputs: Any) -> Inputs:
    return _in_group(virtualNetworkName="net", subnetName="other", addressPrefix=prefix, **inputs)


def _credential(**overrides: Any) -> Inputs:
    names = {"resourceName": "control", "federatedIdentityCredentialResourceName": "credential"}
    trust = {"issuer": "https://issuer.example/", "subject": "system:serviceaccount:a:b", "audiences": ["api://a"]}
    return _in_group(**names, **trust) | overrides


def _assignment(**overrides: Any) -> Callable[[Subscription], Inputs]:
    def inputs(subscription: Subscription) -> Inputs:
        resources = subscription.resources
        return subscription.assignment(resources["kubelet"], roles.CONTRIBUTOR, resources["api"]) | overrides

    return inputs


def _cluster(**overrides: Any) -> Callable[[Subscription], Inputs]:
    return lambda subscription: subscription.cluster(**overrides)


def _cluster_with_pool(**overrides: Any) -> Callable[[Subscription], Inputs]:
    def inputs(subscription: Subscription) -> Inputs:
        cluster = subscription.cluster()
        return cluster | {"agentPoolProfiles": [cluster["agentPoolProfiles"][0] | overrides]}

    return inputs


def _cluster_with_network(**overrides: Any) -> Callable[[Subscription], Inputs]:
    def inputs(subscription: Subscription) -> Inputs:
        cluster = subscription.cluster()
        return cluster | {"networkProfile": cluster["networkProfile"] | overrides}

    return inputs


def _cluster_with_api(**overrides: Any) -> Callable[[Subscription], Inputs]:
    def inputs(subscription: Subscription) -> Inputs:
        cluster = subscription.cluster()
        return cluster | {"apiServerAccessProfile": cluster["apiServerAccessProfile"] | overrides}

    return inputs


def _api_in_subnet(name: str) -> Callable[[Subscription], Inputs]:
    return lambda subscription: _cluster_with_api(subnetId=subscription.resources[name].id)(subscription)


def _nodes_in_subnet(name: str) -> Callable[[Subscription], Inputs]:
    return lambda subscription: _cluster_with_pool(vnetSubnetID=subscription.resources[name].id)(subscription)


def _automatic(**overrides: Any) -> Callable[[Subscription], Inputs]:
    sku = {"name": "Automatic", "tier": "Standard"}
    return lambda subscription: subscription.cluster(sku=sku, nodeProvisioningProfile={"mode": "Auto"}) | overrides


def _logs(**overrides: Any) -> Callable[[Subscription], Inputs]:
    def inputs(subscription: Subscription) -> Inputs:
        return {
            "resourceUri": subscription.resources["api"].id,
            "name": "logs",
            "workspaceId": subscription.resources["workspace"].id,
            "logs": [{"category": "kube-audit", "enabled": True}],
            **overrides,
        }

    return inputs


def _vault(**properties: Any) -> Inputs:
    defaults = {"tenantId": directory.DIRECTORY.tenant, "sku": {"family": "A", "name": "standard"}}
    return _in_group(vaultName="shop-1", properties=defaults | properties)


_OTHER_SUBSCRIPTION = f"/subscriptions/{ids.guid('far')}/resourceGroups/a/providers/Microsoft.Network/natGateways/b"

VIOLATIONS: dict[str, Violation] = {
    "unknown group": Violation(
        IDENTITY, _in_group(resourceGroupName="no", resourceName="id1"), "ResourceGroupNotFound"
    ),
    "invalid name of a group": Violation(
        GROUP, {"resourceGroupName": "a.", "location": REGION}, "InvalidResourceGroupName"
    ),
    "unknown region": Violation(IDENTITY, _in_group(location="atlantis", resourceName="id1"), "LocationNotAvailable"),
    "another subscription": Violation(
        SUBNET, _subnet("10.0.9.0/24", natGateway={"id": _OTHER_SUBSCRIPTION}), "InvalidSubscriptionId"
    ),
    "unknown reference": Violation(
        SUBNET,
        lambda subscription: _subnet("10.0.9.0/24", natGateway={"id": f"{subscription.resources['nat'].id}x"}),
        "ResourceNotFound: natGateway.id",
    ),
    "invalid tag": Violation(
        IDENTITY, _in_group(resourceName="id1", tags={"a/b": "c"}), "InvalidTagNameCharacters: tags.a/b"
    ),
    "invalid scope": Violation(
        LOCK, {"scope": "shop", "lockName": "a", "level": "CanNotDelete"}, "InvalidScope: scope"
    ),
    "network without a range": Violation(NETWORK, _in_group(virtualNetworkName="b"), "addressPrefixes: is missing"),
    "network with overlapping ranges": Violation(
        NETWORK,
        _in_group(virtualNetworkName="b", addressSpace={"addressPrefixes": ["10.0.0.0/8", "10.1.0.0/16"]}),
        "NetcfgInvalidVirtualNetworkAddressSpace",
    ),
    "subnet outside of the network": Violation(
        SUBNET, _subnet("10.1.0.0/24"), "NetcfgInvalidSubnet: addressPrefix: 10.1.0.0/24 is not"
    ),
    "subnet too small": Violation(SUBNET, _subnet("10.0.9.0/30"), "The smallest subnet is a /29"),
    "overlapping subnets": Violation(SUBNET, _subnet("10.0.0.128/25"), "NetcfgSubnetRangesOverlap"),
    "subnet of an unknown network": Violation(
        SUBNET, dict(_subnet("10.0.9.0/24"), virtualNetworkName="no"), "ResourceNotFound"
    ),
    "delegated subnet too small": Violation(
        SUBNET,
        _subnet(
            "10.0.9.0/29", delegations=[{"name": "a", "serviceName": "Microsoft.ContainerService/managedClusters"}]
        ),
        "SubnetTooSmall: addressPrefix",
    ),
    "subnet with two delegations": Violation(
        SUBNET,
        _subnet("10.0.9.0/24", delegations=[{"name": "a", "serviceName": "b"}, {"name": "c", "serviceName": "d"}]),
        "SubnetHasTooManyDelegations",
    ),
    "basic address": Violation(PUBLIC_IP, _in_group(publicIpAddressName="b"), "BasicSkuRetired"),
    "dynamic address": Violation(
        PUBLIC_IP,
        _in_group(publicIpAddressName="b", sku={"name": "Standard"}),
        "StandardSkuPublicIPAddressesMustBeStatic",
    ),
    "gateway in two zones": Violation(
        NAT,
        _in_group(natGatewayName="b", sku={"name": "Standard"}, zones=["1", "2"]),
        "NatGatewayCannotHaveMultipleZones",
    ),
    "gateway without a SKU": Violation(NAT, _in_group(natGatewayName="b"), "sku.name: is missing"),
    "address in use by another gateway": Violation(
        NAT,
        lambda subscription: _in_group(
            natGatewayName="b",
            sku={"name": "Standard"},
            publicIpAddresses=[{"id": subscription.resources["address"].id}],
        ),
        "PublicIPAddressInUse",
    ),
    "invalid name of an identity": Violation(IDENTITY, _in_group(resourceName="a"), "InvalidResourceName"),
    "credential of an unknown identity": Violation(
        CREDENTIAL, _credential(resourceName="unknown"), "ParentResourceNotFound"
    ),
    "invalid name of a credential": Violation(
        CREDENTIAL, _credential(federatedIdentityCredentialResourceName="a"), "must be 3 to 120 letters"
    ),
    "http issuer": Violation(CREDENTIAL, _credential(issuer="http://issuer"), "BadRequest: issuer"),
    "two audiences": Violation(CREDENTIAL, _credential(audiences=["a", "b"]), "BadRequest: audiences"),
    "invalid name of an assignment": Violation(
        ASSIGNMENT, _assignment(roleAssignmentName="mine"), "InvalidRoleAssignmentId"
    ),
    "unknown role": Violation(
        ASSIGNMENT, _assignment(roleDefinitionId=role_definition(ids.guid("no"))), "RoleDefinitionDoesNotExist"
    ),
    "invalid id of a role": Violation(
        ASSIGNMENT, _assignment(roleDefinitionId="Contributor"), "InvalidRoleDefinitionId"
    ),
    "unknown principal": Violation(ASSIGNMENT, _assignment(principalId=ids.guid("nobody")), "PrincipalNotFound"),
    "wrong type of principal": Violation(ASSIGNMENT, _assignment(principalType="Group"), "UnmatchedPrincipalType"),
    "duplicate assignment": Violation(
        ASSIGNMENT,
        lambda subscription: (
            subscription.assignment(
                subscription.resources["control"], roles.NETWORK_CONTRIBUTOR, subscription.resources["network"]
            )
            | {"roleAssignmentName": ids.guid("another")}
        ),
        "RoleAssignmentExists",
    ),
    "invalid name of a cluster": Violation(CLUSTER, _cluster(resourceName="-a"), "InvalidParameter: resourceName"),
    "invalid DNS prefix": Violation(CLUSTER, _cluster(dnsPrefix="a_b"), "InvalidDNSPrefix"),
    "no DNS prefix": Violation(CLUSTER, _cluster(dnsPrefix=None), "exactly one of dnsPrefix and fqdnSubdomain"),
    "unsupported version": Violation(CLUSTER, _cluster(kubernetesVersion="1.29"), "K8sVersionNotSupported"),
    "version that requires long-term support": Violation(
        CLUSTER, _cluster(kubernetesVersion="1.33"), "requires long-term support"
    ),
    "support plan without its tier": Violation(
        CLUSTER, _cluster(supportPlan="AKSLongTermSupport"), "BadRequest: supportPlan"
    ),
    "disabled local accounts without Entra": Violation(
        CLUSTER, _cluster(aadProfile=None), "BadRequest: disableLocalAccounts"
    ),
    "Azure RBAC without Entra": Violation(
        CLUSTER, _cluster(aadProfile={"enableAzureRBAC": True}), "BadRequest: aadProfile.enableAzureRBAC"
    ),
    "Entra without Kubernetes RBAC": Violation(CLUSTER, _cluster(enableRBAC=False), "BadRequest: enableRBAC"),
    "authorized ranges of a private cluster": Violation(
        CLUSTER,
        _cluster_with_api(enablePrivateCluster=True, authorizedIPRanges=["198.51.100.0/24"]),
        "a private cluster has no public endpoint",
    ),
    "private authorized ranges": Violation(
        CLUSTER, _cluster_with_api(authorizedIPRanges=["10.0.0.0/8"]), "is a private range"
    ),
    "too many authorized ranges": Violation(
        CLUSTER, _cluster_with_api(authorizedIPRanges=["8.8.8.8/32"] * 201), "at most 200"
    ),
    "API servers in a subnet of nodes": Violation(CLUSTER, _api_in_subnet("nodes"), "SubnetNotDelegated"),
    "API server subnet without VNet integration": Violation(
        CLUSTER, _cluster_with_api(enableVnetIntegration=False), "requires apiServerAccessProfile"
    ),
    "API servers without a subnet": Violation(CLUSTER, _cluster_with_api(subnetId=None), "subnetId: is required"),
    "no identity": Violation(CLUSTER, _cluster(identity=None), "BadRequest: identity"),
    "kubelet identity without permission": Violation(
        CLUSTER,
        lambda subscription: subscription.cluster(
            identityProfile={"kubeletidentity": {"resourceId": subscription.resources["control"].id}}
        ),
        "CustomKubeletIdentityMissingPermissionError",
    ),
    "workload identity without an issuer": Violation(
        CLUSTER, _cluster(oidcIssuerProfile=None), "securityProfile.workloadIdentity"
    ),
    "cost analysis in the free tier": Violation(
        CLUSTER,
        _cluster(metricsProfile={"costAnalysis": {"enabled": True}}, sku={"name": "Base", "tier": "Free"}),
        "metricsProfile.costAnalysis",
    ),
    "SKU without a name": Violation(CLUSTER, _cluster(sku={"tier": "Standard"}), "BadRequest: sku"),
    "unknown key": Violation(
        CLUSTER,
        _cluster(
            securityProfile={"azureKeyVaultKms": {"enabled": True, "keyId": "https://no.vault.azure.net/keys/a/b"}}
        ),
        "securityProfile.azureKeyVaultKms.keyId",
    ),
    "service range overlaps the network": Violation(
        CLUSTER,
        _cluster_with_network(serviceCidr="10.0.0.0/16", dnsServiceIP="10.0.0.10"),
        "ServiceCidrOverlapExistingSubnetsCidr",
    ),
    "service range too large": Violation(
        CLUSTER, _cluster_with_network(serviceCidr="172.0.0.0/8", dnsServiceIP="172.0.0.10"), "ServiceCidrTooLarge"
    ),
    "DNS address outside of the service range": Violation(
        CLUSTER, _cluster_with_network(dnsServiceIP="172.21.0.10"), "networkProfile.dnsServiceIP"
    ),
    "pod range overlaps the network": Violation(
        CLUSTER, _cluster_with_network(podCidr="10.0.0.0/14"), "PodCidrOverlap"
    ),
    "managed NAT gateway in a custom subnet": Violation(
        CLUSTER, _cluster_with_network(outboundType="managedNATGateway"), "does not support custom subnets"
    ),
    "no route table": Violation(
        CLUSTER, _cluster_with_network(outboundType="userDefinedRouting"), "ExistingRouteTableNotAssociated"
    ),
    "no NAT gateway": Violation(CLUSTER, _nodes_in_subnet("api"), "SubnetNotAssociatedWithNatGateway"),
    "network policy of another data plane": Violation(
        CLUSTER, _cluster_with_network(networkPolicy="calico"), "networkProfile.networkPolicy"
    ),
    "no system pool": Violation(CLUSTER, _cluster_with_pool(mode="User"), "MustHaveSystemPool"),
    "empty system pool": Violation(
        CLUSTER, _cluster_with_pool(count=0), "agentPoolProfiles[0].count: must be at least 1"
    ),
    "Spot system pool": Violation(
        CLUSTER, _cluster_with_pool(scaleSetPriority="Spot"), "a pool of mode System cannot be Spot"
    ),
    "Windows system pool": Violation(
        CLUSTER, _cluster_with_pool(osType="Windows"), "a pool of mode System must run Linux"
    ),
    "invalid name of a pool": Violation(CLUSTER, _cluster_with_pool(name="System-1"), "agentPoolProfiles[0].name"),
    "unknown VM size": Violation(CLUSTER, _cluster_with_pool(vmSize="Standard_D3s_v5"), "VMSizeNotSupported"),
    "unknown zone": Violation(CLUSTER, _cluster_with_pool(availabilityZones=["4"]), "AvailabilityZoneNotSupported"),
    "spot price without Spot": Violation(
        CLUSTER, _cluster_with_pool(spotMaxPrice=1.0), "requires scaleSetPriority Spot"
    ),
    "secure boot on arm64": Violation(
        CLUSTER,
        _cluster_with_pool(vmSize="Standard_D4ps_v5", securityProfile={"enableVTPM": True}),
        "does not support arm64",
    ),
    "secure boot with GPU drivers": Violation(
        CLUSTER,
        _cluster_with_pool(vmSize="Standard_NC4as_T4_v3", securityProfile={"enableSecureBoot": True}),
        "does not support the GPU drivers that AKS installs",
    ),
    "secure boot with FIPS": Violation(
        CLUSTER,
        _cluster_with_pool(enableFIPS=True, securityProfile={"enableSecureBoot": True}),
        "does not support Windows or FIPS",
    ),
    "limits without autoscaling": Violation(CLUSTER, _cluster_with_pool(minCount=1), "requires enableAutoScaling"),
    "autoscaling without limits": Violation(
        CLUSTER, _cluster_with_pool(enableAutoScaling=True), "requires both minCount and maxCount"
    ),
    "size outside of the limits": Violation(
        CLUSTER, _cluster_with_pool(enableAutoScaling=True, minCount=4, maxCount=5), "3 is not between 4 and 5"
    ),
    "ephemeral disk too large": Violation(
        CLUSTER, _cluster_with_pool(osDiskType="Ephemeral", osDiskSizeGB=512), "EphemeralOSDiskNotSupported"
    ),
    "disk too small": Violation(CLUSTER, _cluster_with_pool(osDiskSizeGB=10), "must be 30 to 2048"),
    "nodes in a delegated subnet": Violation(CLUSTER, _nodes_in_subnet("api"), "SubnetDelegated"),
    "more nodes than addresses": Violation(CLUSTER, _cluster_with_pool(count=300), "InsufficientSubnetSize"),
    "invalid taint": Violation(CLUSTER, _cluster_with_pool(nodeTaints=["a=b"]), "agentPoolProfiles[0].nodeTaints[0]"),
    "no surge and no unavailable nodes": Violation(
        CLUSTER, _cluster_with_pool(upgradeSettings={"maxSurge": "0", "maxUnavailable": "0"}), "cannot both be 0"
    ),
    "invalid surge": Violation(
        CLUSTER, _cluster_with_pool(upgradeSettings={"maxSurge": "many"}), "must be a number or a percentage"
    ),
    "Automatic with local accounts": Violation(
        CLUSTER, _automatic(disableLocalAccounts=False), "AutomaticClusterFeatureRequired: disableLocalAccounts"
    ),
    "Automatic without zones": Violation(CLUSTER, _automatic(location="westus"), "AutomaticClusterRegionNotSupported"),
    "node auto-provisioning with the autoscaler": Violation(
        CLUSTER,
        lambda subscription: {
            **_cluster_with_pool(enableAutoScaling=True, minCount=1, maxCount=3)(subscription),
            "nodeProvisioningProfile": {"mode": "Auto"},
        },
        "cannot be combined with node auto-provisioning",
    ),
    "invalid OS SKU": Violation(
        CLUSTER, _cluster_with_pool(osSKU="Debian"), "agentPoolProfiles[0].osSKU: must be one of Ubuntu"
    ),
    "read-only property of a cluster": Violation(CLUSTER, _cluster(currentKubernetesVersion="1.35"), "is read-only"),
    "read-only property of a network": Violation(
        NETWORK,
        _in_group(virtualNetworkName="a", addressSpace={"addressPrefixes": ["10.0.0.0/8"]}, resourceGuid="b"),
        "resourceGuid: is read-only",
    ),
    "invalid encryption enforcement": Violation(
        NETWORK,
        _in_group(
            virtualNetworkName="a",
            addressSpace={"addressPrefixes": ["10.0.0.0/8"]},
            encryption={"enabled": True, "enforcement": "Always"},
        ),
        "encryption.enforcement: must be one of DropUnencrypted",
    ),
    "invalid private endpoint policies": Violation(
        SUBNET,
        _subnet("10.0.9.0/24", privateEndpointNetworkPolicies="Off"),
        "privateEndpointNetworkPolicies: must be one of ",
    ),
    "invalid allocation method": Violation(
        PUBLIC_IP,
        _in_group(publicIpAddressName="a", sku={"name": "Standard"}, publicIPAllocationMethod="Fixed"),
        "publicIPAllocationMethod: must be one of Static, Dynamic",
    ),
    "invalid SKU of a NAT gateway": Violation(
        NAT, _in_group(natGatewayName="a", sku={"name": "Gold"}), "sku.name: must be one of Standard"
    ),
    "invalid protocol of a security rule": Violation(
        SECURITY_GROUP,
        _in_group(networkSecurityGroupName="a", securityRules=[{"name": "b", "protocol": "Sctp"}]),
        "securityRules[0].protocol: must be one of Tcp, Udp",
    ),
    "invalid name of a maintenance configuration": Violation(
        MAINTENANCE,
        _in_group(resourceName="shop", configName="mine", maintenanceWindow={}),
        "InvalidMaintenanceConfigurationName",
    ),
    "maintenance window too short": Violation(
        MAINTENANCE,
        _in_group(
            resourceName="shop",
            configName="aksManagedAutoUpgradeSchedule",
            maintenanceWindow={"durationHours": 1, "startTime": "2:00", "schedule": {}},
        ),
        "maintenanceWindow.durationHours: must be 4 to 24",
    ),
    "invalid name of a workspace": Violation(
        WORKSPACE, _in_group(workspaceName="a"), "InvalidParameter: workspaceName"
    ),
    "retention too short": Violation(
        WORKSPACE, _in_group(workspaceName="logs", retentionInDays=7), "retentionInDays: must be 30 to 730"
    ),
    "logs without a destination": Violation(DIAGNOSTICS, _logs(workspaceId=None), "at least one of workspaceId"),
    "no logs": Violation(DIAGNOSTICS, _logs(logs=[]), "at least one of logs and metrics"),
    "log categories and category groups": Violation(
        DIAGNOSTICS,
        _logs(logs=[{"category": "a", "enabled": True}, {"categoryGroup": "audit", "enabled": True}]),
        "not both",
    ),
    "invalid name of a vault": Violation(VAULT, dict(_vault(), vaultName="1"), "VaultNameNotValid"),
    "disabled purge protection": Violation(VAULT, _vault(enablePurgeProtection=False), "must be true or not set"),
    "soft-delete retention too short": Violation(VAULT, _vault(softDeleteRetentionInDays=3), "must be 7 to 90"),
    "key of an unknown vault": Violation(
        KEY, _in_group(vaultName="no", keyName="a", properties={}), "ParentResourceNotFound"
    ),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_rejects_violations(subscription: Subscription, name: str) -> None:
    violation, account = VIOLATIONS[name], subscription.account
    inputs = violation.inputs(subscription) if callable(violation.inputs) else violation.inputs
    before = account.store.all()
    with pytest.raises(RefusedError) as error:
        account.create(violation.token, {key: value for key, value in inputs.items() if value is not None}, "test")
    assert violation.message in str(error.value)
    assert error.value.document.startswith("https://learn.microsoft.com/")
    assert account.store.all() == before


def test_accepts_the_inputs_without_violations(subscription: Subscription) -> None:
    """Otherwise a violation could be rejected for another reason."""
    for token, inputs in (
        (CLUSTER, subscription.cluster()),
        (CREDENTIAL, _credential()),
        (VAULT, _vault()),
        (DIAGNOSTICS, _logs()(subscription)),
        (ASSIGNMENT, _assignment()(subscription)),
        (SUBNET, _subnet("10.0.9.0/24")),
    ):
        subscription.account.create(token, inputs, "test")


def test_every_rule_cites_its_documentation() -> None:
    assert len(RULES) >= 65
    assert all(rule.document.startswith("https://learn.microsoft.com/en-us/") for rule in RULES)
