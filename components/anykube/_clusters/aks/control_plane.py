"""The control plane: private, encrypted, and reached by Entra identities alone."""

from collections.abc import Sequence

import pulumi
import pulumi_azure_native.containerservice as containerservice
import pulumi_azure_native.resources as resources

from anykube._clusters.aks.addresses import dns_service
from anykube._clusters.aks.encryption import Encryption
from anykube._clusters.aks.identity import Identities
from anykube._clusters.aks.immutable_pool import FIXED
from anykube._clusters.aks.naming import node_resource_group
from anykube._clusters.aks.network import ClusterNetwork
from anykube._clusters.aks.pools import inline
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.spec import AksClusterSpec
from anykube._names import shortened

_SYSTEM_NODES = 3
"""Of AKS Automatic's own pool: one in each zone."""
_CLEANED_HOURS = 168
_LONGEST_PREFIX = 54


def control_plane(
    children: ResourceScope,
    spec: AksClusterSpec,
    group: resources.ResourceGroup,
    network: ClusterNetwork,
    identities: Identities,
    encryption: Encryption | None,
    depends_on: Sequence[pulumi.Resource],
) -> containerservice.ManagedCluster:
    """Makes it, with the first pool. `encryption` in standard mode.

    AKS Automatic is the same resource with another SKU. What is not said of it there is its own choice: CNI overlay
    with Cilium, node auto-provisioning, node images, upgrades, a locked resource group of nodes.
    https://learn.microsoft.com/azure/aks/intro-aks-automatic
    """
    automatic = spec.mode == "managed"
    identity = containerservice.ManagedClusterIdentityArgs(
        type=containerservice.ResourceIdentityType.USER_ASSIGNED,
        user_assigned_identities=[identities.control_plane.id],
    )
    ready = [*network.ready, *identities.ready, *(encryption.ready if encryption else ()), *depends_on]
    opts = children.options(
        depends_on=ready,
        protect=spec.protect or None,
        timeout="60m",
        ignore_changes=_not_changed(spec),
    )
    return containerservice.ManagedCluster(
        children.name("cluster"),
        resource_name_=spec.name,
        resource_group_name=group.name,
        location=children.location,
        dns_prefix=shortened(spec.name, _LONGEST_PREFIX),
        kubernetes_version=spec.version,
        sku=containerservice.ManagedClusterSKUArgs(
            name="Automatic" if automatic else "Base", tier="Standard" if automatic else spec.aks.tier
        ),
        support_plan="KubernetesOfficial" if automatic or spec.aks.tier == "Standard" else "AKSLongTermSupport",
        identity=identity,
        disable_local_accounts=True,
        enable_rbac=True,
        aad_profile=containerservice.ManagedClusterAADProfileArgs(managed=True, enable_azure_rbac=True),
        api_server_access_profile=_reached(spec, network),
        oidc_issuer_profile=containerservice.ManagedClusterOIDCIssuerProfileArgs(enabled=True),
        security_profile=_secured(encryption),
        auto_upgrade_profile=containerservice.ManagedClusterAutoUpgradeProfileArgs(
            upgrade_channel="stable" if automatic else spec.aks.channel, node_os_upgrade_channel="NodeImage"
        ),
        metrics_profile=containerservice.ManagedClusterMetricsProfileArgs(
            cost_analysis=containerservice.ManagedClusterCostAnalysisArgs(enabled=True)
        ),
        network_profile=_networked(spec, network),
        agent_pool_profiles=[_system(network) if automatic else inline(children, spec, network)],
        identity_profile=None if automatic else {"kubeletidentity": _kubelet(identities)},
        node_resource_group=None if automatic else node_resource_group(spec.name),
        node_provisioning_profile=containerservice.ManagedClusterNodeProvisioningProfileArgs(mode="Auto")
        if automatic
        else None,
        auto_scaler_profile=None
        if automatic
        else containerservice.ManagedClusterPropertiesAutoScalerProfileArgs(
            # A pool with an agent pool in each zone stays even.
            balance_similar_node_groups="true"
        ),
        tags=children.tags,
        opts=opts,
    )


def _not_changed(spec: AksClusterSpec) -> list[str]:
    """The size of the first pool, which is an autoscaler's, and what of it cannot change: see `fixed.refused`."""
    if spec.mode == "managed":
        return ["agentPoolProfiles"]
    return [f"agentPoolProfiles[0].{field}" for field in ("count", *FIXED)]


def _reached(
    spec: AksClusterSpec, network: ClusterNetwork
) -> containerservice.ManagedClusterAPIServerAccessProfileArgs:
    """In the network by an address of its own, and outside by nobody, or by the ranges of the page.

    https://learn.microsoft.com/azure/aks/api-server-vnet-integration
    """
    private = not spec.api.public
    return containerservice.ManagedClusterAPIServerAccessProfileArgs(
        enable_private_cluster=private,
        enable_private_cluster_public_fqdn=False if private else None,
        private_dns_zone="system" if private else None,
        authorized_ip_ranges=list(spec.api.public) or None,
        enable_vnet_integration=True,
        subnet_id=network.api_server,
        # Or who may run commands through Azure Resource Manager needs no way to the API server at all.
        disable_run_command=True,
    )


def _secured(encryption: Encryption | None) -> containerservice.ManagedClusterSecurityProfileArgs:
    return containerservice.ManagedClusterSecurityProfileArgs(
        workload_identity=containerservice.ManagedClusterSecurityProfileWorkloadIdentityArgs(enabled=True),
        image_cleaner=containerservice.ManagedClusterSecurityProfileImageCleanerArgs(
            enabled=True, interval_hours=_CLEANED_HOURS
        ),
        azure_key_vault_kms=encryption.profile if encryption else None,
    )


def _networked(spec: AksClusterSpec, network: ClusterNetwork) -> containerservice.ContainerServiceNetworkProfileArgs:
    """https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium"""
    return containerservice.ContainerServiceNetworkProfileArgs(
        network_plugin="azure",
        network_plugin_mode="overlay",
        network_dataplane="cilium",
        network_policy="cilium",
        load_balancer_sku="standard",
        outbound_type=network.outbound,
        pod_cidr=spec.aks.pods,
        service_cidr=spec.network.services,
        dns_service_ip=dns_service(spec.network.services),
    )


def _kubelet(identities: Identities) -> containerservice.UserAssignedIdentityArgs:
    own = identities.kubelet
    return containerservice.UserAssignedIdentityArgs(
        resource_id=own.id, client_id=own.client_id, object_id=own.principal_id
    )


def _system(network: ClusterNetwork) -> containerservice.ManagedClusterAgentPoolProfileArgs:
    """Automatic's own pool. It chooses the machine.

    https://learn.microsoft.com/azure/aks/automatic/quick-automatic-custom-network
    """
    [subnet] = list(network.nodes.values())[:1]
    return containerservice.ManagedClusterAgentPoolProfileArgs(
        name="systempool", mode="System", count=_SYSTEM_NODES, vnet_subnet_id=subnet
    )
