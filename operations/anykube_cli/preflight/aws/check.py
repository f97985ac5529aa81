"""What an AWS account is asked, and how its answers are read."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from anykube_cli.preflight.asking import Check, Entry, Inquiry, Silence, inquire
from anykube_cli.preflight.aws import conflicts, identity, machines, quotas, regions, versions
from anykube_cli.preflight.aws.clients import Clients, clients
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.aws.refusal import EXPIRED, brief, code, denied, lacking
from anykube_cli.preflight.problem import Preflight, Problem

CHECKS: Mapping[str, Check[AwsPlan, Clients]] = {
    "zones": regions.zones,
    "version": versions.version,
    "where machines are offered": machines.offerings,
    "kinds of machines": machines.kinds,
    "quotas of vCPUs": quotas.machines,
    "quota of elastic IPs": quotas.addresses,
    "quota of VPCs": quotas.networks,
    "quota of clusters": quotas.clusters,
    "cluster of the same name": conflicts.cluster,
    "overlapping networks": conflicts.network,
    "log group": conflicts.log_group,
    "IAM roles": conflicts.roles,
}

_NO_BOTO3 = Problem("boto3", "it is not installed, so AWS cannot be asked", "install the extra: uv sync --extra aws")


def check(plan: AwsPlan, session: Any = None) -> Preflight:
    """Asks the account that the `boto3.Session` leads to (by default the environment's) about the plan."""
    inquiry = Inquiry({"region": regions.region}, CHECKS, _read, brief, identity.explain, _NO_BOTO3)
    return inquire(inquiry, plan, lambda: _enter(plan, session))


def _enter(plan: AwsPlan, session: Any) -> Entry[Clients]:
    if session is None:
        import boto3

        session = boto3.Session()
    made = clients(session, plan.region)
    who = identity.identify(made)
    known = replace(made, account=who.account, at_home=who.at_home)
    facts = {"account": who.account, "region": plan.region, "caller": who.arn, "who": who.who}
    return Entry(known, facts, list(identity.caller(plan, known, who)))


def _read(error: BaseException) -> Silence | Problem | None:
    if code(error) in EXPIRED:
        return identity.explain(error)
    if permission := denied(error):
        allow = f"allow {permission} to the caller, or look for yourself"
        return Silence("permissions", f"{permission} is refused", allow)
    if operation := lacking(error):
        nothing = "nothing: AWS has it; it matters only where AWS_ENDPOINT_URL was set by mistake"
        return Silence("simulated account", f"it does not have {operation}", nothing)
    return None
