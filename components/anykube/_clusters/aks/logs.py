"""Control plane logs, in a Log Analytics workspace for the cluster.

https://learn.microsoft.com/azure/aks/monitor-aks#aks-control-planeresource-logs
"""

import pulumi_azure_native.containerservice as containerservice
import pulumi_azure_native.monitor as monitor
import pulumi_azure_native.operationalinsights as operationalinsights
import pulumi_azure_native.resources as resources

from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.spec import AksClusterSpec


def create_log_workspace(
    children: ResourceScope, spec: AksClusterSpec, group: resources.ResourceGroup
) -> operationalinsights.Workspace:
    """Creates the workspace."""
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


def send_logs(
    children: ResourceScope,
    spec: AksClusterSpec,
    cluster: containerservice.ManagedCluster,
    workspace: operationalinsights.Workspace,
) -> monitor.DiagnosticSetting:
    """Sends the logs there. Delete it before the cluster, or it will apply to a new cluster of the same name."""
    return monitor.DiagnosticSetting(
        children.name("logs"),
        name="control-plane",
        resource_uri=cluster.id,
        workspace_id=workspace.id,
        # Dedicated tables cost less to query than the shared table AzureDiagnostics.
        log_analytics_destination_type="Dedicated",
        logs=[
            monitor.DiagnosticsLogSettingsArgs(category=category, enabled=True) for category in spec.aks.log_categories
        ],
        opts=children.options(),
    )
