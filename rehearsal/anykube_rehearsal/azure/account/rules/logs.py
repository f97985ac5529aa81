"""Rules for Log Analytics workspaces and diagnostic settings."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.lookup import find, last_segment, name
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
"""Log categories by resource type. Categories of other types are not checked."""
_GROUPS = ("allLogs", "audit")
_DESTINATIONS = ("workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId")
_MAX_SETTINGS = 5


@rule(WORKSPACE, on=WRITE, document=_WORKSPACES)
def workspace(account: Account, change: Change) -> Iterator[str]:
    """4 to 63 letters, digits and hyphens."""
    del account
    workspace_name = last_segment(change.id)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]", workspace_name):
        yield f"InvalidParameter: workspaceName: must be 4 to 63 letters, digits and hyphens, but is {workspace_name}"


@rule(WORKSPACE, on=WRITE, document=_RETENTION)
def retention(account: Account, change: Change) -> Iterator[str]:
    """30 to 730 days. 7 days are only allowed in the legacy tier Free."""
    del account
    days = change.new.get("retentionInDays")
    if days is not None and not 30 <= days <= 730:
        yield f"InvalidParameter: retentionInDays: must be 30 to 730, but is {days}"


@rule(DIAGNOSTICS, on=WRITE, document=_SETTINGS)
def diagnostics(account: Account, change: Change) -> Iterator[str]:
    """Sources and destinations must be set, without duplicates."""
    inputs = change.new
    if not any(inputs.get(wire) for wire in _DESTINATIONS):
        yield f"BadRequest: workspaceId: set at least one of {', '.join(_DESTINATIONS)}"
    if not inputs.get("logs") and not inputs.get("metrics"):
        yield "BadRequest: logs: set at least one of logs and metrics"
    others = [
        other
        for other in account.store.all(DIAGNOSTICS)
        if ids.same(other.inputs.get("resourceUri"), inputs.get("resourceUri")) and not ids.same(other.id, change.id)
    ]
    if len(others) >= _MAX_SETTINGS:
        yield f"Conflict: resourceUri: a resource has at most {_MAX_SETTINGS} diagnostic settings"
    for other in others:
        workspace_id = inputs.get("workspaceId")
        same_workspace = workspace_id and ids.same(other.inputs.get("workspaceId"), workspace_id)
        if same_workspace and _log_categories(other.inputs) & _log_categories(inputs):
            yield f"Conflict: logs: {name(other)} already sends the same logs to the same workspace"


@rule(DIAGNOSTICS, on=WRITE, document=_CATEGORIES)
def categories(account: Account, change: Change) -> Iterator[str]:
    """Either supported categories or category groups, not both."""
    logs = change.new.get("logs") or []
    if any(log.get("category") for log in logs) and any(log.get("categoryGroup") for log in logs):
        yield "BadRequest: logs: set either categories or category groups, not both"
    for index, log in enumerate(logs):
        if log.get("categoryGroup") and log["categoryGroup"] not in _GROUPS:
            group = log["categoryGroup"]
            yield f"BadRequest: logs[{index}].categoryGroup: must be one of {', '.join(_GROUPS)}, but is {group}"
        for token, supported in _LOGS.items():
            resource = find(account, token, str(change.new.get("resourceUri")))
            if resource is not None and log.get("category") and log["category"] not in supported:
                yield f"BadRequest: logs[{index}].category: Category '{log['category']}' is not supported"


def _log_categories(inputs: Mapping[str, Any]) -> set[str | None]:
    return {log.get("category") or log.get("categoryGroup") for log in inputs.get("logs") or []}
