"""The control plane: private, encrypted, logged, and upgraded in a window."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_gcp as gcp

from anykube._clusters.gke.encryption import key
from anykube._clusters.gke.iam import NodeAccount
from anykube._clusters.gke.labels import labels
from anykube._clusters.gke.network import ClusterNetwork
from anykube._clusters.gke.pools import hardened
from anykube._clusters.gke.project import Project
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._clusters.managed import Maintenance
from anykube._clusters.resource_scope import ResourceScope

_METRICS = ("SYSTEM_COMPONENTS", "STORAGE", "POD", "DEPLOYMENT", "STATEFULSET", "DAEMONSET", "HPA")
_DAYS = {day: day[:2].upper() for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}
_ANY_DATE = "2026-01-0"
"""The window's first occurrence is in the past; its days of the week are in the recurrence. A day is added to it."""


def control_plane(
    children: ResourceScope, spec: GkeClusterSpec, project: Project, network: ClusterNetwork, nodes: NodeAccount
) -> gcp.container.Cluster:
    """Makes it, with its key before it."""
    secrets, granted = key(children, spec, project)
    return gcp.container.Cluster(
        children.name("cluster"),
        project=project.id,
        name=spec.name,
        location=spec.region,
        node_locations=list(spec.zones),
        min_master_version=spec.version,
        release_channel=gcp.container.ClusterReleaseChannelArgs(channel=spec.gke.channel),
        maintenance_policy=window(spec.maintenance or Maintenance()),
        network=network.network,
        subnetwork=network.subnetwork,
        networking_mode="VPC_NATIVE",
        ip_allocation_policy=gcp.container.ClusterIpAllocationPolicyArgs(
            cluster_secondary_range_name=network.pods, services_secondary_range_name=network.services
        ),
        **_endpoints(spec, network),
        database_encryption=gcp.container.ClusterDatabaseEncryptionArgs(state="ENCRYPTED", key_name=secrets.id),
        # What nobody has logged in to is bound to nothing, whoever writes such a binding.
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
            depends_on=[granted, *network.ready, *nodes.ready],
            # The first pool is gone, and what it was made from says nothing of the others.
            ignore_changes=() if spec.mode == "managed" else ("initialNodeCount", "nodeConfig"),
            protect=spec.protect or None,
            timeout="60m",
        ),
    )


def _endpoints(spec: GkeClusterSpec, network: ClusterNetwork) -> Mapping[str, Any]:
    """Who reaches the API: those inside, the ranges of the page, and by its DNS name who may by IAM.

    https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation
    """
    inside = {network.inside: "nodes"} if network.inside and not spec.api.public else {}
    ranges = {**inside, **dict.fromkeys(spec.api.public, "page")}
    return {
        "private_cluster_config": gcp.container.ClusterPrivateClusterConfigArgs(
            enable_private_nodes=True,
            enable_private_endpoint=not spec.api.public,
            master_ipv4_cidr_block=spec.gke.control_plane,
        ),
        "master_authorized_networks_config": gcp.container.ClusterMasterAuthorizedNetworksConfigArgs(
            cidr_blocks=[
                gcp.container.ClusterMasterAuthorizedNetworksConfigCidrBlockArgs(cidr_block=range_, display_name=name)
                for range_, name in ranges.items()
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
    """What is said of a cluster with pools. GKE wants a first pool, and is asked to remove it again."""
    return {
        "initial_node_count": 1,
        "remove_default_node_pool": True,
        "node_config": gcp.container.ClusterNodeConfigArgs(
            machine_type="e2-medium",
            service_account=nodes.email,
            **hardened("Cluster"),
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
    """What Autopilot takes: Dataplane V2, shielded nodes and workload identity it has by itself.

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


def window(asked: Maintenance) -> gcp.container.ClusterMaintenancePolicyArgs:
    """https://cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions"""
    hour, minute = map(int, asked.start.split(":"))
    days, end = divmod(hour + asked.hours, 24)
    return gcp.container.ClusterMaintenancePolicyArgs(
        recurring_window=gcp.container.ClusterMaintenancePolicyRecurringWindowArgs(
            start_time=f"{_ANY_DATE}1T{asked.start}:00Z",
            end_time=f"{_ANY_DATE}{1 + days}T{end:02}:{minute:02}:00Z",
            recurrence=f"FREQ=WEEKLY;BYDAY={','.join(_DAYS[day] for day in dict.fromkeys(asked.days))}",
        )
    )


def endpoint_of(spec: GkeClusterSpec, cluster: gcp.container.Cluster) -> pulumi.Output[str]:
    """URL of the API: by its DNS name where that is open, else by its address."""
    if not spec.gke.dns_endpoint:
        return cluster.endpoint.apply(lambda address: f"https://{address}")
    return cluster.control_plane_endpoints_config.apply(
        lambda config: f"https://{config.dns_endpoint_config.endpoint if config.dns_endpoint_config else ''}"
    )
