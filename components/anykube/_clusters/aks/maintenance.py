"""When AKS may upgrade by itself.

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
"""Of Kubernetes' version, and of the nodes' images."""


def maintenance(
    children: ResourceScope,
    spec: AksClusterSpec,
    group: resources.ResourceGroup,
    cluster: containerservice.ManagedCluster,
) -> Sequence[pulumi.Resource]:
    """The two schedules, which are the page's one window: both, or the nodes' would be any time of the day."""
    asked = spec.maintenance or Maintenance()
    return [
        containerservice.MaintenanceConfiguration(
            children.name(config),
            config_name=config,
            resource_name_=cluster.name,
            resource_group_name=group.name,
            maintenance_window=window(asked),
            opts=children.options(),
        )
        for config in _SCHEDULES
    ]


def window(asked: Maintenance) -> containerservice.MaintenanceWindowArgs:
    """A day of each week: AKS takes no more than one."""
    return containerservice.MaintenanceWindowArgs(
        schedule=containerservice.ScheduleArgs(
            weekly=containerservice.WeeklyScheduleArgs(day_of_week=asked.days[0].capitalize(), interval_weeks=1)
        ),
        start_time=asked.start,
        duration_hours=asked.hours,
        utc_offset="+00:00",
    )
