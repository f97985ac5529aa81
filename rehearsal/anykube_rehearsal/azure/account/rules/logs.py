"""What Azure Monitor refuses."""

import re
from collections.abc import Iterator, Mapping, Sequence

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.lookup import find, last, name
from anykube_rehearsal.azure.account.rules.rule import WRITE, rule
from anykube_rehearsal.azure.plugin.facts import CLUSTER, DIAGNOSTICS, WORKSPACE
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change

_WORKSPACES = "https://learn.microsoft.com/en-us/azure/azure-monitor/logs/quick-create-workspace"
_RETENTION = "https://learn.microsoft.com/en-us/azure/azure-monitor/logs/data-retention-configure"
_SETTINGS = "https://learn.microsoft.com/en-us/azure/azure-monitor/platform/diagnostic-settings"
_CATEGORIES = "https://learn.microsoft.com/en-us/azure/aks/monitor-aks-reference#resource-logs"

_CLUSTER_LOGS = """
kube-apiserver kube-audit kube-audit-admin kube-controller-manager kube-scheduler cluster-autoscaler guard
cloud-controller-manager csi-azuredisk-controller csi-azurefile-controller csi-snapshot-controller karpenter-events
fleet-member-agent fleet-member-net-controller-manager fleet-mcs-controller-manager
"""
_LOGS: Mapping[str, Sequence[str]] = {CLUSTER: _CLUSTER_LOGS.split()}
"""Categories by the type that is logged; of others nothing is known here."""
_GROUPS = ("allLogs", "audit")
_DESTINATIONS = ("workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId")
_MOST = 5


@rule(WORKSPACE, on=WRITE, document=_WORKSPACES)
def workspace(account: Account, change: Change) -> Iterator[str]:
    """4 to 63 letters, digits and hyphens."""
    del account
    own = last(change.id)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]", own):
        yield f"InvalidParameter: workspaceName: 4 to 63 letters, digits and hyphens, and it is {own}"


@rule(WORKSPACE, on=WRITE, document=_RETENTION)
def retention(account: Account, change: Change) -> Iterator[str]:
    """Logs are kept for 30 to 730 days; 7 are for workspaces of the free kind."""
    del account
    days = change.new.get("retentionInDays")
    if days is not None and not 30 <= days <= 730:
        yield f"InvalidParameter: retentionInDays: 30 to 730, and it is {days}"


@rule(DIAGNOSTICS, on=WRITE, document=_SETTINGS)
def diagnostics(account: Account, change: Change) -> Iterator[str]:
    """Something that is there, to somewhere, and not to one place twice."""
    given = change.new
    if not any(given.get(wire) for wire in _DESTINATIONS):
        yield f"BadRequest: workspaceId: at least one of {', '.join(_DESTINATIONS)}"
    if not given.get("logs") and not given.get("metrics"):
        yield "BadRequest: logs: at least one of logs and metrics"
    others = [
        one
        for one in account.store.all(DIAGNOSTICS)
        if ids.same(one.inputs.get("resourceUri"), given.get("resourceUri")) and not ids.same(one.id, change.id)
    ]
    if len(others) >= _MOST:
        yield f"Conflict: resourceUri: at most {_MOST} diagnostic settings of one resource"
    for one in others:
        same = given.get("workspaceId") and ids.same(one.inputs.get("workspaceId"), given.get("workspaceId"))
        logged = {log.get("category") or log.get("categoryGroup") for log in one.inputs.get("logs") or []}
        if same and logged & {log.get("category") or log.get("categoryGroup") for log in given.get("logs") or []}:
            yield f"Conflict: logs: {name(one)} sends the same to the same workspace already"


@rule(DIAGNOSTICS, on=WRITE, document=_CATEGORIES)
def categories(account: Account, change: Change) -> Iterator[str]:
    """Categories that the resource has, or groups of them, not both."""
    logs = change.new.get("logs") or []
    if any(log.get("category") for log in logs) and any(log.get("categoryGroup") for log in logs):
        yield "BadRequest: logs: categories or groups of them, not both"
    for index, log in enumerate(logs):
        if log.get("categoryGroup") and log["categoryGroup"] not in _GROUPS:
            given = log["categoryGroup"]
            yield f"BadRequest: logs[{index}].categoryGroup: one of {', '.join(_GROUPS)}, and it is {given}"
        for token, known in _LOGS.items():
            here = find(account, token, str(change.new.get("resourceUri")))
            if here is not None and log.get("category") and log["category"] not in known:
                yield f"BadRequest: logs[{index}].category: Category '{log['category']}' is not supported"
