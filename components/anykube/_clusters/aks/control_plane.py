"""The control plane: private and encrypted. Access is granted only to Entra identities."""

from collections.abc import Sequence

import pulumi
import pulumi_azure_native.containerservice as containerservice
import pulumi_azure_native.resources as resources

from anykube._clusters.aks.addresses import dns_service_ip
from anykube._clusters.aks.encryption import Encryption
from anykube._clusters.aks.identity import Identities
from anykube._clusters.aks.immutable_pool import IMMUTABLE_FIELDS
from anykube._clusters.aks.naming import node_resource_group
from anykube._clusters.aks.network import ClusterNetwork
from anykube._clusters.aks.pools import first_pool_profile
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.spec import AksClusterSpec
from anykube._names import shortened

_SYSTEM_NODES = 3
"""Nodes in the system pool of AKS Automatic: one in each zone."""
_IMAGE_CLEANER_HOURS = 168
_MAX_DNS_PREFIX = 54


def create_control_plane(
    children: ResourceScope,
    spec: AksClusterSpec,
    group: resources.ResourceGroup,
    network: ClusterNetwork,
    identities: Identities,
    encryption: Encryption | None,
    depends_on: Sequence[pulumi.Resource],
) -> containerservice.ManagedCluster:
    """Creates the cluster with its first pool. `encryption`: None in managed mode.

    AKS Automatic is the same resource with another SKU. It chooses what is not set here: CNI overlay with Cilium, node
    auto-provisioning, node images, upgrades, and a locked resource group of nodes.
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
        ignore_changes=_ignore_changes(spec),
    )
    return containerservice.ManagedCluster(
        children.name("cluster"),
        resource_name_=spec.name,
        resource_group_name=group.name,
        location=children.location,
        dns_prefix=shortened(spec.name, _MAX_DNS_PREFIX),
        kubernetes_version=spec.version,
        sku=containerservice.ManagedClusterSKUArgs(
            name="Automatic" if automatic else "Base", tier="Standard" if automatic else spec.aks.tier
        ),
        support_plan="KubernetesOfficial" if automatic or spec.aks.tier == "Standard" else "AKSLongTermSupport",
        identity=identity,
        disable_local_accounts=True,
        enable_rbac=True,
        aad_profile=containerservice.ManagedClusterAADProfileArgs(managed=True, enable_azure_rbac=True),
        api_server_access_profile=_api_server_access(spec, network),
        oidc_issuer_profile=containerservice.ManagedClusterOIDCIssuerProfileArgs(enabled=True),
        security_profile=_security_profile(encryption),
        auto_upgrade_profile=containerservice.ManagedClusterAutoUpgradeProfileArgs(
            upgrade_channel="stable" if automatic else spec.aks.channel, node_os_upgrade_channel="NodeImage"
        ),
        metrics_profile=containerservice.ManagedClusterMetricsProfileArgs(
            cost_analysis=containerservice.ManagedClusterCostAnalysisArgs(enabled=True)
        ),
        network_profile=_network_profile(spec, network),
        agent_pool_profiles=[_automatic_pool(network) if automatic else first_pool_profile(children, spec, network)],
        identity_profile=None if automatic else {"kubeletidentity": _kubelet_identity(identities)},
        node_resource_group=None if automatic else node_resource_group(spec.name),
        node_provisioning_profile=containerservice.ManagedClusterNodeProvisioningProfileArgs(mode="Auto")
        if automatic
        else None,
        auto_scaler_profile=None
        if automatic
        else containerservice.ManagedClusterPropertiesAutoScalerProfileArgs(
            # Keeps the agent pools of a node pool, one in each zone, at the same size.
            balance_similar_node_groups="true"
        ),
        tags=children.tags,
        opts=opts,
    )


def _ignore_changes(spec: AksClusterSpec) -> list[str]:
    """The size of the first pool, which an autoscaler sets, and its immutable fields: see `immutable_changes`."""
    if spec.mode == "managed":
        return ["agentPoolProfiles"]
    return [f"agentPoolProfiles[0].{field}" for field in ("count", *IMMUTABLE_FIELDS)]


def _api_server_access(
    spec: AksClusterSpec, network: ClusterNetwork
) -> containerservice.ManagedClusterAPIServerAccessProfileArgs:
    """Network access to the API: a private address in the network, or a public one for the ranges in `api.public`.

    Connected networks resolve the private name only with a link to its DNS zone, which AKS Automatic does not allow. So
    with `api.internal` the private address also has a public name.
    https://learn.microsoft.com/azure/aks/private-clusters#configure-a-private-dns-zone

    https://learn.microsoft.com/azure/aks/api-server-vnet-integration
    """
    private = not spec.api.public
    return containerservice.ManagedClusterAPIServerAccessProfileArgs(
        enable_private_cluster=private,
        enable_private_cluster_public_fqdn=bool(spec.api.internal) if private else None,
        private_dns_zone="system" if private else None,
        authorized_ip_ranges=list(spec.api.public) or None,
        enable_vnet_integration=True,
        subnet_id=network.api_server,
        # `az aks command invoke` would bypass these network restrictions.
        disable_run_command=True,
    )


def _security_profile(encryption: Encryption | None) -> containerservice.ManagedClusterSecurityProfileArgs:
    return containerservice.ManagedClusterSecurityProfileArgs(
        workload_identity=containerservice.ManagedClusterSecurityProfileWorkloadIdentityArgs(enabled=True),
        image_cleaner=containerservice.ManagedClusterSecurityProfileImageCleanerArgs(
            enabled=True, interval_hours=_IMAGE_CLEANER_HOURS
        ),
        azure_key_vault_kms=encryption.profile if encryption else None,
    )


def _network_profile(
    spec: AksClusterSpec, network: ClusterNetwork
) -> containerservice.ContainerServiceNetworkProfileArgs:
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
        dns_service_ip=dns_service_ip(spec.network.services),
    )


def _kubelet_identity(identities: Identities) -> containerservice.UserAssignedIdentityArgs:
    kubelet = identities.kubelet
    return containerservice.UserAssignedIdentityArgs(
        resource_id=kubelet.id, client_id=kubelet.client_id, object_id=kubelet.principal_id
    )


def _automatic_pool(network: ClusterNetwork) -> containerservice.ManagedClusterAgentPoolProfileArgs:
    """The system pool of AKS Automatic, which chooses the machine type.

    https://learn.microsoft.com/azure/aks/automatic/quick-automatic-custom-network
    """
    [subnet] = list(network.nodes.values())[:1]
    return containerservice.ManagedClusterAgentPoolProfileArgs(
        name="systempool", mode="System", count=_SYSTEM_NODES, vnet_subnet_id=subnet
    )
