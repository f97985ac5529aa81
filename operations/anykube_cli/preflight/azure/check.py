"""The checks of an Azure subscription."""

from collections.abc import Mapping

from anykube_cli.preflight.azure import (
    conflicts,
    identity,
    machines,
    networks,
    permissions,
    quotas,
    subscriptions,
    versions,
)
from anykube_cli.preflight.azure.clients import Clients, Session, clients
from anykube_cli.preflight.azure.errors import missing_permission, summarize_error
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.problem import PreflightResult, Problem
from anykube_cli.preflight.runner import Check, CheckSuite, Login, SkipReason, mute_loggers, run_checks

PREREQUISITES: Mapping[str, Check[AzurePlan, Clients]] = {
    "subscription": subscriptions.subscription,
    "region": subscriptions.region,
}

CHECKS: Mapping[str, Check[AzurePlan, Clients]] = {
    "permissions": permissions.actions,
    "role definitions": permissions.roles,
    "resource providers": subscriptions.providers,
    "host encryption": subscriptions.host_encryption,
    "zones": subscriptions.zones,
    "version": versions.version,
    "VM size availability": machines.offerings,
    "VM size features": machines.features,
    "vCPU quotas": quotas.machines,
    "network quotas": quotas.network,
    "resource group name": conflicts.group,
    "node resource group name": conflicts.node_group,
    "cluster name": conflicts.cluster,
    "overlapping ranges": networks.overlapping,
    "subnets": networks.subnets,
}

_NO_SDK = Problem(
    "Azure SDK",
    "the Azure SDK is not installed, so Azure cannot be checked",
    "install the extra: uv sync --extra azure",
)


def check(plan: AzurePlan, session: Session | None = None) -> PreflightResult:
    """Checks the plan's subscription, by default with the environment's credentials."""
    suite = CheckSuite(PREREQUISITES, CHECKS, _classify_error, summarize_error, identity.explain, _NO_SDK)
    return run_checks(suite, plan, lambda: _log_in(plan, session))


def _log_in(plan: AzurePlan, session: Session | None) -> Login[Clients]:
    mute_loggers("azure", "msal")
    session, claims = (session, identity.claims(session)) if session else identity.open_session(plan.subscription)
    new_clients = clients(session, plan.subscription, plan.region, str(claims.get("oid", "")))
    return Login(new_clients, {**plan.location, "who": identity.describe_caller(claims)})


def _classify_error(error: BaseException) -> SkipReason | Problem | None:
    if identity.ends_run(error):
        return identity.explain(error)
    if action := missing_permission(error):
        remedy = f"grant {action} to the caller, or check this yourself"
        return SkipReason("permissions", f"the caller lacks the permission {action}", remedy)
    return None
