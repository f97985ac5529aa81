"""The checks of an AWS account."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from anykube._clusters.eks.credentials import open_session

from anykube_cli.preflight.aws import conflicts, identity, machines, quotas, regions, versions
from anykube_cli.preflight.aws.clients import Clients, clients
from anykube_cli.preflight.aws.errors import (
    EXPIRED,
    error_code,
    missing_permission,
    summarize_error,
    unsimulated_operation,
)
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.problem import PreflightResult, Problem
from anykube_cli.preflight.runner import Check, CheckSuite, Login, SkipReason, run_checks

CHECKS: Mapping[str, Check[AwsPlan, Clients]] = {
    "zones": regions.zones,
    "version": versions.version,
    "instance type availability": machines.offerings,
    "instance type features": machines.features,
    "vCPU quotas": quotas.machines,
    "elastic IP quota": quotas.addresses,
    "VPC quota": quotas.networks,
    "cluster quota": quotas.clusters,
    "cluster name": conflicts.cluster,
    "overlapping networks": conflicts.network,
    "log group": conflicts.log_group,
    "IAM roles": conflicts.roles,
}

_NO_BOTO3 = Problem(
    "boto3", "boto3 is not installed, so AWS cannot be checked", "install the extra: uv sync --extra aws"
)


def check(plan: AwsPlan, session: Any = None) -> PreflightResult:
    """Checks the account of a `boto3.Session`, by default that of the environment."""
    suite = CheckSuite(
        {"region": regions.region}, CHECKS, _classify_error, summarize_error, identity.explain, _NO_BOTO3
    )
    return run_checks(suite, plan, lambda: _log_in(plan, session))


def _log_in(plan: AwsPlan, session: Any) -> Login[Clients]:
    if session is None:
        session = open_session()
    new_clients = clients(session, plan.region)
    caller = identity.identify(new_clients)
    new_clients = replace(new_clients, account=caller.account, in_home_region=caller.in_home_region)
    facts = {"account": caller.account, "region": plan.region, "caller": caller.arn, "who": caller.description}
    return Login(new_clients, facts, list(identity.check_caller(plan, new_clients, caller)))


def _classify_error(error: BaseException) -> SkipReason | Problem | None:
    if error_code(error) in EXPIRED:
        return identity.explain(error)
    if permission := missing_permission(error):
        remedy = f"grant {permission} to the caller, or check this yourself"
        return SkipReason("permissions", f"the caller lacks the permission {permission}", remedy)
    if operation := unsimulated_operation(error):
        remedy = "nothing to do in a rehearsal; otherwise unset AWS_ENDPOINT_URL to check the real account"
        return SkipReason("simulated account", f"the simulated account does not support {operation}", remedy)
    return None
