"""Rules for IAM members, service accounts and keys."""

import re
from collections.abc import Iterator

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change, Rule
from anykube_rehearsal.gcp.account import names
from anykube_rehearsal.gcp.account.tokens import (
    CLUSTER,
    KEY,
    KEY_MEMBER,
    PROJECT_MEMBER,
    SERVICE_ACCOUNT,
    SERVICE_ACCOUNT_MEMBER,
)

_MEMBER = re.compile(r"(user|group|serviceAccount|domain|principal|principalSet):\S+|allUsers|allAuthenticatedUsers")
_ROLE = re.compile(r"roles/[\w.]+|(projects|organizations)/[^/]+/roles/[\w.]+")
_POOL = re.compile(
    r"serviceAccount:(?P<a>[^\[]+\.svc\.id\.goog)\[[^/\]]+/[^/\]]+\]|principal(Set)?://\S+/(?P<b>\S+\.svc\.id\.goog)/\S+"
)
_ACCOUNT = re.compile(r"[a-z](?:[-a-z0-9]{4,28}[a-z0-9])")


def _member(account: Account, change: Change) -> Iterator[str]:
    member, role = str(change.new["member"]), str(change.new["role"])
    if not _ROLE.fullmatch(role):
        yield f"role: {role!r} is not a valid role. Use the form roles/container.admin or projects/PROJECT/roles/NAME"
    if not _MEMBER.fullmatch(member):
        yield f"member: {member!r} is not a valid principal. Use the form user:ann@example.com or serviceAccount:…"
        return
    match = _POOL.fullmatch(member)
    if match:
        pool = match["a"] or match["b"]
        if not any(_pool_of(cluster.inputs) == pool for cluster in account.store.all(CLUSTER)):
            yield f"member: the identity pool {pool} does not exist. No cluster of the project enables it"
        return
    kind, _, address = member.partition(":")
    project = re.fullmatch(r"[^@]+@(?P<project>[^.]+)\.iam\.gserviceaccount\.com", address)
    if kind == "serviceAccount" and project and not _is_google_managed(project["project"]):
        emails = {str(record.outputs.get("email")) for record in account.store.all(SERVICE_ACCOUNT)}
        projects = {str(record.inputs["project"]) for record in account.store.all(SERVICE_ACCOUNT)}
        if project["project"] in projects and address not in emails and not address.startswith("anykube-deployer@"):
            yield f"member: the service account {address} does not exist"


def _pool_of(inputs: object) -> str:
    assert isinstance(inputs, dict)
    if inputs.get("enableAutopilot"):
        return f"{inputs['project']}.svc.id.goog"
    return str((inputs.get("workloadIdentityConfig") or {}).get("workloadPool", ""))


def _is_google_managed(project: str) -> bool:
    """Whether a project is one of Google's, for service agents: https://cloud.google.com/iam/docs/service-agents"""
    return project.startswith(("container-engine-robot", "compute-system", "gcp-sa-"))


def _account_name(account: Account, change: Change) -> Iterator[str]:
    del account
    name = str(change.new["accountId"])
    if not _ACCOUNT.fullmatch(name):
        yield (
            f"accountId: {name!r} is not a valid ID. Use 6 to 30 lowercase letters, digits and hyphens, starting with "
            "a letter"
        )


def _rotation(account: Account, change: Change) -> Iterator[str]:
    del account
    period = str(change.new.get("rotationPeriod", ""))
    if period and (not re.fullmatch(r"\d+(\.\d+)?s", period) or float(period[:-1]) < 86400):
        yield f"rotationPeriod: {period} is not valid. Use a number of seconds, such as 7776000s; at least one day"


def has_key_role(account: Account, key: str, member: str, role: str) -> bool:
    """Whether a member has a role on a key, or in its project."""
    project = key.split("/")[1]
    on_key = account.store.all(KEY_MEMBER)
    in_project = [binding for binding in account.store.all(PROJECT_MEMBER) if binding.inputs["project"] == project]
    return any(
        binding.inputs["member"] == member
        and binding.inputs["role"] == role
        and binding.inputs.get("cryptoKeyId", key) == key
        for binding in (*on_key, *in_project)
    )


AGENT = f"serviceAccount:service-{names.NUMBER}@container-engine-robot.iam.gserviceaccount.com"
"""The GKE service agent of the project: https://cloud.google.com/kubernetes-engine/docs/how-to/service-accounts"""

RULES = (
    Rule(
        {PROJECT_MEMBER, KEY_MEMBER, SERVICE_ACCOUNT_MEMBER},
        {"create"},
        "https://cloud.google.com/iam/docs/principal-identifiers",
        _member,
    ),
    Rule(
        {SERVICE_ACCOUNT},
        {"create"},
        "https://cloud.google.com/iam/docs/service-accounts-create#creating",
        _account_name,
    ),
    Rule({KEY}, {"create", "update"}, "https://cloud.google.com/kms/docs/key-rotation", _rotation),
)
