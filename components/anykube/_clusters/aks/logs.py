"""Logs of the control plane, in a workspace of the cluster's own.

https://learn.microsoft.com/azure/aks/monitor-aks#aks-control-planeresource-logs
"""

import pulumi_azure_native.containerservice as containerservice
import pulumi_azure_native.monitor as monitor
import pulumi_azure_native.operationalinsights as operationalinsights
import pulumi_azure_native.resources as resources

from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.spec import AksClusterSpec


def workspace(
    children: ResourceScope, spec: AksClusterSpec, group: resources.ResourceGroup
) -> operationalinsights.Workspace:
    """Where they are kept."""
    return operationalinsights.Workspace(
        children.name("logs"),
        workspace_name=f"{spec.name}-logs",
        resource_group_name=group.name,
        location=children.location,
        sku=operationalinsights.WorkspaceSkuArgs(name="PerGB2018"),
        retention_in_days=spec.aks.log_days,
        tags=children.tags,
        opts=children.options(),
    )


def logged(
    children: ResourceScope,
    spec: AksClusterSpec,
    cluster: containerservice.ManagedCluster,
    kept: operationalinsights.Workspace,
) -> monitor.DiagnosticSetting:
    """Sends them there. It goes before the cluster: left behind, it would come back to life with the next one."""
    return monitor.DiagnosticSetting(
        children.name("logs"),
        name="control-plane",
        resource_uri=cluster.id,
        workspace_id=kept.id,
        # Tables of their own, which cost less to ask than the one that all of Azure writes to.
        log_analytics_destination_type="Dedicated",
        logs=[
            monitor.DiagnosticsLogSettingsArgs(category=category, enabled=True) for category in spec.aks.log_categories
        ],
        opts=children.options(),
    )
