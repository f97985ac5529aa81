"""What AKS refuses of a maintenance window."""

import re
from collections.abc import Iterator
from datetime import date

from anykube_rehearsal.azure.account.lookup import find, last, parent
from anykube_rehearsal.azure.account.rules.rule import WRITE, rule
from anykube_rehearsal.azure.plugin.facts import CLUSTER, WINDOWS
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change

_WINDOWS = "https://learn.microsoft.com/en-us/azure/aks/planned-maintenance"
_NAMES = ("default", "aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule")
_SCHEDULES = ("daily", "weekly", "absoluteMonthly", "relativeMonthly")


@rule(WINDOWS, on=WRITE, document=_WINDOWS)
def window_name(account: Account, change: Change) -> Iterator[str]:
    """There are three, each for a purpose."""
    own = last(change.id)
    if own not in _NAMES:
        yield f"InvalidMaintenanceConfigurationName: configName: one of {', '.join(_NAMES)}, and it is {own}"
    if find(account, CLUSTER, parent(change.id, "maintenanceConfigurations")) is None:
        yield f"ParentResourceNotFound: resourceName: there is no cluster {change.new.get('resourceName')}"
    window, weekly = change.new.get("maintenanceWindow"), change.new.get("timeInWeek")
    if own == "default" and window is not None:
        yield "InvalidParameter: maintenanceWindow: default has timeInWeek and notAllowedTime"
    if own != "default" and (window is None or weekly is not None):
        yield f"InvalidParameter: timeInWeek: {own} has a maintenanceWindow, and that alone"


@rule(WINDOWS, on=WRITE, document=_WINDOWS)
def window(account: Account, change: Change) -> Iterator[str]:
    """A window begins at a time, lasts 4 to 24 hours, and comes again in one way."""
    del account
    given = change.new.get("maintenanceWindow")
    if given is None:
        return
    hours = given.get("durationHours")
    if hours is not None and not 4 <= hours <= 24:
        yield f"InvalidParameter: maintenanceWindow.durationHours: 4 to 24, and it is {hours}"
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(given.get("startTime"))):
        yield f"InvalidParameter: maintenanceWindow.startTime: such as 02:00, and it is {given.get('startTime')}"
    offset = given.get("utcOffset")
    if offset is not None and not re.fullmatch(r"[+-]\d\d:\d\d", str(offset)):
        yield f"InvalidParameter: maintenanceWindow.utcOffset: such as +01:00, and it is {offset}"
    try:
        date.fromisoformat(str(given.get("startDate") or "2026-01-01"))
    except ValueError:
        yield f"InvalidParameter: maintenanceWindow.startDate: such as 2026-11-26, and it is {given['startDate']}"
    schedule = given.get("schedule") or {}
    if len([one for one in _SCHEDULES if schedule.get(one) is not None]) != 1:
        yield f"InvalidParameter: maintenanceWindow.schedule: exactly one of {', '.join(_SCHEDULES)}"
    weekly = schedule.get("weekly") or {}
    if weekly and not 1 <= int(weekly.get("intervalWeeks", 0)) <= 4:
        yield "InvalidParameter: maintenanceWindow.schedule.weekly.intervalWeeks: 1 to 4"
