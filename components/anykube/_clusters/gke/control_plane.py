"""The control plane: private, encrypted, logged, and upgraded in a maintenance window."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_gcp as gcp

from anykube._clusters.gke.encryption import create_key
from anykube._clusters.gke.iam import NodeAccount
from anykube._clusters.gke.labels import labels
from anykube._clusters.gke.network import ClusterNetwork
from anykube._clusters.gke.pools import hardened_node_config
from anykube._clusters.gke.project import Project
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._clusters.managed import Maintenance
from anykube._clusters.resource_scope import ResourceScope

_METRICS = ("SYSTEM_COMPONENTS", "STORAGE", "POD", "DEPLOYMENT", "STATEFULSET", "DAEMONSET", "HPA")
_DAYS = {day: day[:2].upper() for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}
_ANY_DATE = "2026-01-0"
"""Start of a past date, without the last digit of the day. The recurrence sets the days of the week."""


def create_control_plane(
    children: ResourceScope, spec: GkeClusterSpec, project: Project, network: ClusterNetwork, nodes: NodeAccount
) -> gcp.container.Cluster:
    """Creates the cluster, after its key."""
    key, key_access = create_key(children, spec, project)
    return gcp.container.Cluster(
        children.name("cluster"),
        project=project.id,
        name=spec.name,
        location=spec.region,
        node_locations=list(spec.zones),
        min_master_version=spec.version,
        release_channel=gcp.container.ClusterReleaseChannelArgs(channel=spec.gke.channel),
        maintenance_policy=maintenance_policy(spec.maintenance or Maintenance()),
        network=network.network,
        subnetwork=network.subnetwork,
        networking_mode="VPC_NATIVE",
        ip_allocation_policy=gcp.container.ClusterIpAllocationPolicyArgs(
            cluster_secondary_range_name=network.pods, services_secondary_range_name=network.services
        ),
        **_api_access(spec, network),
        database_encryption=gcp.container.ClusterDatabaseEncryptionArgs(state="ENCRYPTED", key_name=key.id),
        # Rejects RBAC bindings for unauthenticated users and for all authenticated users.
        rbac_binding_config=gcp.container.ClusterRbacBindingConfigArgs(
            enable_insecure_binding_system_unauthenticated=False, enable_insecure_binding_system_authenticated=False
        ),
        authenticator_groups_config=gcp.container.ClusterAuthenticatorGroupsConfigArgs(
            security_group=spec.gke.security_group
        )
        if spec.gke.security_group is not None
        else None,
        gateway_api_config=gcp.container.ClusterGatewayApiConfigArgs(
            channel="CHANNEL_STANDARD" if spec.gateway_api else "CHANNEL_DISABLED"
        ),
        logging_config=gcp.container.ClusterLoggingConfigArgs(enable_components=list(spec.gke.logs)),
        monitoring_config=gcp.container.ClusterMonitoringConfigArgs(
            enable_components=list(_METRICS),
            managed_prometheus=gcp.container.ClusterMonitoringConfigManagedPrometheusArgs(enabled=True),
        ),
        cost_management_config=gcp.container.ClusterCostManagementConfigArgs(enabled=True),
        security_posture_config=gcp.container.ClusterSecurityPostureConfigArgs(
            mode="BASIC", vulnerability_mode="VULNERABILITY_DISABLED"
        ),
        resource_labels=labels(spec),
        deletion_protection=spec.protect,
        **(_autopilot(nodes) if spec.mode == "managed" else _standard(project, nodes)),
        opts=children.options(
            depends_on=[key_access, *network.ready, *nodes.ready],
            # GKE removed the default pool. Its configuration does not apply to other pools.
            ignore_changes=() if spec.mode == "managed" else ("initialNodeCount", "nodeConfig"),
            protect=spec.protect or None,
            timeout="60m",
        ),
    )


def _api_access(spec: GkeClusterSpec, network: ClusterNetwork) -> Mapping[str, Any]:
    """Network access to the API: from the ranges in `api`, from nodes, and by DNS name with IAM permissions.

    Without global access, only networks in the cluster's region would reach the private address.

    https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation
    """
    nodes = {network.node_range: "nodes"} if network.node_range and not spec.api.public else {}
    ranges = {**nodes, **dict.fromkeys(spec.api.public, "page"), **dict.fromkeys(spec.api.internal, "internal")}
    return {
        "private_cluster_config": gcp.container.ClusterPrivateClusterConfigArgs(
            enable_private_nodes=True,
            enable_private_endpoint=not spec.api.public,
            master_ipv4_cidr_block=spec.gke.control_plane,
            master_global_access_config=gcp.container.ClusterPrivateClusterConfigMasterGlobalAccessConfigArgs(
                enabled=True
            )
            if spec.api.internal
            else None,
        ),
        "master_authorized_networks_config": gcp.container.ClusterMasterAuthorizedNetworksConfigArgs(
            cidr_blocks=[
                gcp.container.ClusterMasterAuthorizedNetworksConfigCidrBlockArgs(cidr_block=cidr, display_name=name)
                for cidr, name in ranges.items()
            ],
            gcp_public_cidrs_access_enabled=False,
        ),
        "control_plane_endpoints_config": gcp.container.ClusterControlPlaneEndpointsConfigArgs(
            dns_endpoint_config=gcp.container.ClusterControlPlaneEndpointsConfigDnsEndpointConfigArgs(
                allow_external_traffic=spec.gke.dns_endpoint
            )
        ),
    }


def _standard(project: Project, nodes: NodeAccount) -> Mapping[str, Any]:
    """Arguments for standard mode. GKE requires a default pool; `remove_default_node_pool` deletes it again."""
    return {
        "initial_node_count": 1,
        "remove_default_node_pool": True,
        "node_config": gcp.container.ClusterNodeConfigArgs(
            machine_type="e2-medium",
            service_account=nodes.email,
            **hardened_node_config("Cluster"),
        ),
        "datapath_provider": "ADVANCED_DATAPATH",
        "enable_shielded_nodes": True,
        "enable_l4_ilb_subsetting": True,
        "workload_identity_config": gcp.container.ClusterWorkloadIdentityConfigArgs(
            workload_pool=f"{project.id}.svc.id.goog"
        ),
        "addons_config": gcp.container.ClusterAddonsConfigArgs(
            dns_cache_config=gcp.container.ClusterAddonsConfigDnsCacheConfigArgs(enabled=True),
            gce_persistent_disk_csi_driver_config=gcp.container.ClusterAddonsConfigGcePersistentDiskCsiDriverConfigArgs(
                enabled=True
            ),
        ),
    }


def _autopilot(nodes: NodeAccount) -> Mapping[str, Any]:
    """Arguments for Autopilot, which always has Dataplane V2, shielded nodes and workload identity.

    https://cloud.google.com/kubernetes-engine/docs/resources/autopilot-standard-feature-comparison
    """
    return {
        "enable_autopilot": True,
        "cluster_autoscaling": gcp.container.ClusterClusterAutoscalingArgs(
            auto_provisioning_defaults=gcp.container.ClusterClusterAutoscalingAutoProvisioningDefaultsArgs(
                service_account=nodes.email, oauth_scopes=["https://www.googleapis.com/auth/cloud-platform"]
            )
        ),
    }


def maintenance_policy(maintenance: Maintenance) -> gcp.container.ClusterMaintenancePolicyArgs:
    """A weekly window: https://cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions"""
    hour, minute = map(int, maintenance.start.split(":"))
    days, end = divmod(hour + maintenance.hours, 24)
    return gcp.container.ClusterMaintenancePolicyArgs(
        recurring_window=gcp.container.ClusterMaintenancePolicyRecurringWindowArgs(
            start_time=f"{_ANY_DATE}1T{maintenance.start}:00Z",
            end_time=f"{_ANY_DATE}{1 + days}T{end:02}:{minute:02}:00Z",
            recurrence=f"FREQ=WEEKLY;BYDAY={','.join(_DAYS[day] for day in dict.fromkeys(maintenance.days))}",
        )
    )


def api_endpoint(spec: GkeClusterSpec, cluster: gcp.container.Cluster) -> pulumi.Output[str]:
    """URL of the API: with its DNS name if `dns_endpoint` is set, otherwise with its IP address."""
    if not spec.gke.dns_endpoint:
        return cluster.endpoint.apply(lambda address: f"https://{address}")
    return cluster.control_plane_endpoints_config.apply(
        lambda config: f"https://{config.dns_endpoint_config.endpoint if config.dns_endpoint_config else ''}"
    )


def is_dns_name(url: str) -> bool:
    """Whether a URL of the API has its DNS name, for which a public authority signs.

    https://cloud.google.com/kubernetes-engine/docs/how-to/customize-network-isolation#dns-based-endpoint
    """
    return url.endswith(".gke.goog")
