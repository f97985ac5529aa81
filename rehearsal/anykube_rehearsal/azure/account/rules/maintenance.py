"""Rules for maintenance configurations."""

import re
from collections.abc import Iterator
from datetime import date

from anykube_rehearsal.azure.account.lookup import find, last_segment, parent
from anykube_rehearsal.azure.account.rules.rule import WRITE, rule
from anykube_rehearsal.azure.plugin.facts import CLUSTER, MAINTENANCE
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change

_WINDOWS = "https://learn.microsoft.com/en-us/azure/aks/planned-maintenance"
_NAMES = ("default", "aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule")
_SCHEDULES = ("daily", "weekly", "absoluteMonthly", "relativeMonthly")


@rule(MAINTENANCE, on=WRITE, document=_WINDOWS)
def window_name(account: Account, change: Change) -> Iterator[str]:
    """There are three configurations with fixed names, and different properties."""
    config_name = last_segment(change.id)
    if config_name not in _NAMES:
        message = f"must be one of {', '.join(_NAMES)}, but is {config_name}"
        yield f"InvalidMaintenanceConfigurationName: configName: {message}"
    if find(account, CLUSTER, parent(change.id, "maintenanceConfigurations")) is None:
        yield f"ParentResourceNotFound: resourceName: there is no cluster {change.new.get('resourceName')}"
    window, weekly = change.new.get("maintenanceWindow"), change.new.get("timeInWeek")
    if config_name == "default" and window is not None:
        yield "InvalidParameter: maintenanceWindow: default supports only timeInWeek and notAllowedTime"
    if config_name != "default" and (window is None or weekly is not None):
        yield f"InvalidParameter: timeInWeek: {config_name} requires maintenanceWindow instead"


@rule(MAINTENANCE, on=WRITE, document=_WINDOWS)
def window(account: Account, change: Change) -> Iterator[str]:
    """The start, duration and schedule of a window."""
    del account
    window = change.new.get("maintenanceWindow")
    if window is None:
        return
    hours = window.get("durationHours")
    if hours is not None and not 4 <= hours <= 24:
        yield f"InvalidParameter: maintenanceWindow.durationHours: must be 4 to 24, but is {hours}"
    start_time = window.get("startTime")
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(start_time)):
        yield f"InvalidParameter: maintenanceWindow.startTime: must look like 02:00, but is {start_time}"
    offset = window.get("utcOffset")
    if offset is not None and not re.fullmatch(r"[+-]\d\d:\d\d", str(offset)):
        yield f"InvalidParameter: maintenanceWindow.utcOffset: must look like +01:00, but is {offset}"
    try:
        date.fromisoformat(str(window.get("startDate") or "2026-01-01"))
    except ValueError:
        start_date = window["startDate"]
        yield f"InvalidParameter: maintenanceWindow.startDate: must look like 2026-11-26, but is {start_date}"
    schedule = window.get("schedule") or {}
    if len([name for name in _SCHEDULES if schedule.get(name) is not None]) != 1:
        yield f"InvalidParameter: maintenanceWindow.schedule: set exactly one of {', '.join(_SCHEDULES)}"
    weekly = schedule.get("weekly") or {}
    if weekly and not 1 <= int(weekly.get("intervalWeeks", 0)) <= 4:
        yield "InvalidParameter: maintenanceWindow.schedule.weekly.intervalWeeks: must be 1 to 4"
