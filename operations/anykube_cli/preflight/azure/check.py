"""What a subscription of Azure is asked, and how its answers are read."""

from collections.abc import Mapping

from anykube_cli.preflight.asking import Check, Entry, Inquiry, Silence, hush, inquire
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
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.azure.refusal import brief, denied
from anykube_cli.preflight.problem import Preflight, Problem

GATES: Mapping[str, Check[AzurePlan, Clients]] = {
    "subscription": subscriptions.subscription,
    "region": subscriptions.region,
}

CHECKS: Mapping[str, Check[AzurePlan, Clients]] = {
    "permissions": permissions.actions,
    "resource providers": subscriptions.providers,
    "encryption by hosts": subscriptions.host_encryption,
    "zones": subscriptions.zones,
    "version": versions.version,
    "where machines are offered": machines.offerings,
    "kinds of machines": machines.kinds,
    "quotas of vCPUs": quotas.machines,
    "quotas of the network": quotas.network,
    "resource group of the same name": conflicts.group,
    "resource group of the nodes": conflicts.node_group,
    "cluster of the same name": conflicts.cluster,
    "overlapping ranges": networks.overlapping,
    "subnets": networks.subnets,
}

_NO_SDK = Problem(
    "Azure's clients", "they are not installed, so Azure cannot be asked", "install the extra: uv sync --extra azure"
)


def check(plan: AzurePlan, session: Session | None = None) -> Preflight:
    """Asks the subscription about the plan, as whoever the session says (by default the environment)."""
    inquiry = Inquiry(GATES, CHECKS, _read, brief, identity.explain, _NO_SDK)
    return inquire(inquiry, plan, lambda: _enter(plan, session))


def _enter(plan: AzurePlan, session: Session | None) -> Entry[Clients]:
    hush("azure", "msal")
    opened, claims = (session, identity.claims(session)) if session else identity.enter()
    asked = clients(opened, plan.subscription, plan.region, str(claims.get("oid", "")))
    return Entry(asked, {**plan.where, "who": identity.who(claims)})


def _read(error: BaseException) -> Silence | Problem | None:
    if identity.ends(error):
        return identity.explain(error)
    if action := denied(error):
        return Silence("permissions", f"{action} is refused", f"allow {action} to the caller, or look for yourself")
    return None
