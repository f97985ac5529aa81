"""What a project of Google Cloud is asked, and how its answers are read."""

from collections.abc import Mapping

from anykube_cli.preflight.asking import Check, Entry, Inquiry, Silence, hush, inquire
from anykube_cli.preflight.gcp import conflicts, identity, machines, projects, quotas, ranges, regions, versions
from anykube_cli.preflight.gcp.clients import Clients, Session, clients
from anykube_cli.preflight.gcp.plan import GcpPlan
from anykube_cli.preflight.gcp.refusal import brief, denied, disabled
from anykube_cli.preflight.problem import Preflight, Problem

GATES: Mapping[str, Check[GcpPlan, Clients]] = {"project": projects.project, "region": regions.region}

CHECKS: Mapping[str, Check[GcpPlan, Clients]] = {
    "permissions": projects.permissions,
    "APIs": projects.services,
    "zones": regions.zones,
    "version": versions.version,
    "where machines are offered": machines.offerings,
    "where GPUs are offered": machines.accelerators,
    "kinds of machines": machines.kinds,
    "quotas of machines": quotas.machines,
    "quota of addresses": quotas.addresses,
    "quota of networks": quotas.networks,
    "cluster of the same name": conflicts.cluster,
    "network left behind": conflicts.network,
    "service account of the same name": conflicts.account,
    "overlapping ranges": ranges.overlapping,
    "subnetwork": ranges.subnetwork,
}

_NO_SDK = Problem(
    "google-api-python-client",
    "it is not installed, so Google Cloud cannot be asked",
    "install the extra: uv sync --extra gcp",
)


def check(plan: GcpPlan, session: Session | None = None) -> Preflight:
    """Asks the project about the plan, as whoever the session says (by default the environment)."""
    inquiry = Inquiry(GATES, CHECKS, _read, brief, identity.explain, _NO_SDK)
    return inquire(inquiry, plan, lambda: _enter(plan, session))


def _enter(plan: GcpPlan, session: Session | None) -> Entry[Clients]:
    hush("google", "googleapiclient", "google_auth_httplib2")
    opened = session or identity.enter(plan.project)
    return Entry(clients(opened), {**plan.where, "who": identity.who(opened.credentials)})


def _read(error: BaseException) -> Silence | Problem | None:
    if identity.ends(error):
        return identity.explain(error)
    if service := disabled(error):
        enable = "nothing, if the stack enables it; it is among the APIs that are named"
        return Silence("APIs", f"{service} is not enabled", enable)
    if permission := denied(error):
        return Silence(
            "permissions", f"{permission} is refused", f"allow {permission} to the caller, or look for yourself"
        )
    return None
