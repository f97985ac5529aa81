"""Maintenance windows for automatic upgrades.

https://learn.microsoft.com/azure/aks/planned-maintenance
"""

from collections.abc import Sequence

import pulumi
import pulumi_azure_native.containerservice as containerservice
import pulumi_azure_native.resources as resources

from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.spec import AksClusterSpec
from anykube._clusters.managed import Maintenance

_SCHEDULES = ("aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule")
"""Schedules for upgrades of Kubernetes and of node images."""


def create_maintenance_windows(
    children: ResourceScope,
    spec: AksClusterSpec,
    group: resources.ResourceGroup,
    cluster: containerservice.ManagedCluster,
) -> Sequence[pulumi.Resource]:
    """Creates both schedules with the same window. Without the second, node images could be upgraded at any time."""
    maintenance = spec.maintenance or Maintenance()
    return [
        containerservice.MaintenanceConfiguration(
            children.name(schedule),
            config_name=schedule,
            resource_name_=cluster.name,
            resource_group_name=group.name,
            maintenance_window=maintenance_window(maintenance),
            opts=children.options(),
        )
        for schedule in _SCHEDULES
    ]


def maintenance_window(maintenance: Maintenance) -> containerservice.MaintenanceWindowArgs:
    """A weekly window. AKS supports only one day."""
    return containerservice.MaintenanceWindowArgs(
        schedule=containerservice.ScheduleArgs(
            weekly=containerservice.WeeklyScheduleArgs(day_of_week=maintenance.days[0].capitalize(), interval_weeks=1)
        ),
        start_time=maintenance.start,
        duration_hours=maintenance.hours,
        utc_offset="+00:00",
    )
