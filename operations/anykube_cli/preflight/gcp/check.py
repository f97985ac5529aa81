"""The checks of a Google Cloud project."""

from collections.abc import Mapping

from anykube_cli.preflight.gcp import conflicts, identity, machines, projects, quotas, ranges, regions, versions
from anykube_cli.preflight.gcp.clients import Clients, Session, clients
from anykube_cli.preflight.gcp.errors import disabled_api, missing_permission, summarize_error
from anykube_cli.preflight.gcp.plan import GcpPlan
from anykube_cli.preflight.problem import PreflightResult, Problem
from anykube_cli.preflight.runner import Check, CheckSuite, Login, SkipReason, mute_loggers, run_checks

PREREQUISITES: Mapping[str, Check[GcpPlan, Clients]] = {"project": projects.project, "region": regions.region}

CHECKS: Mapping[str, Check[GcpPlan, Clients]] = {
    "permissions": projects.permissions,
    "APIs": projects.services,
    "zones": regions.zones,
    "version": versions.version,
    "machine type availability": machines.offerings,
    "GPU availability": machines.accelerators,
    "machine type features": machines.features,
    "machine quotas": quotas.machines,
    "address quotas": quotas.addresses,
    "network quotas": quotas.networks,
    "cluster name": conflicts.cluster,
    "leftover network": conflicts.network,
    "service account name": conflicts.service_account,
    "overlapping ranges": ranges.overlapping,
    "subnetwork": ranges.subnetwork,
}

_NO_SDK = Problem(
    "google-api-python-client",
    "google-api-python-client is not installed, so Google Cloud cannot be checked",
    "install the extra: uv sync --extra gcp",
)


def check(plan: GcpPlan, session: Session | None = None) -> PreflightResult:
    """Checks the plan's project, by default with the environment's credentials."""
    suite = CheckSuite(PREREQUISITES, CHECKS, _classify_error, summarize_error, identity.explain, _NO_SDK)
    return run_checks(suite, plan, lambda: _log_in(plan, session))


def _log_in(plan: GcpPlan, session: Session | None) -> Login[Clients]:
    mute_loggers("google", "googleapiclient", "google_auth_httplib2")
    session = session or identity.open_session(plan.project)
    return Login(clients(session), {**plan.location, "who": identity.describe_caller(session.credentials)})


def _classify_error(error: BaseException) -> SkipReason | Problem | None:
    if identity.ends_run(error):
        return identity.explain(error)
    if api := disabled_api(error):
        remedy = "nothing to do if the stack enables it: see the problem with the subject APIs"
        return SkipReason("APIs", f"{api} is not enabled", remedy)
    if permission := missing_permission(error):
        remedy = f"grant {permission} to the caller, or check this yourself"
        return SkipReason("permissions", f"the caller lacks the permission {permission}", remedy)
    return None
