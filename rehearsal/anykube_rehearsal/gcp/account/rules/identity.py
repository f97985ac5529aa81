"""Rules of identity: members that exist, names of service accounts, keys that rotate."""

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
        yield f"role: {role!r} is no role: write it as roles/container.admin, or projects/PROJECT/roles/NAME"
    if not _MEMBER.fullmatch(member):
        yield f"member: {member!r} is no principal: write it as user:ann@example.com, or serviceAccount:…"
        return
    pool = _POOL.fullmatch(member)
    if pool:
        wanted = pool["a"] or pool["b"]
        if not any(_pool_of(one.inputs) == wanted for one in account.store.all(CLUSTER)):
            yield f"member: the identity pool {wanted} does not exist: no cluster of the project has it"
        return
    kind, _, address = member.partition(":")
    project = re.fullmatch(r"[^@]+@(?P<project>[^.]+)\.iam\.gserviceaccount\.com", address)
    if kind == "serviceAccount" and project and not _is_googles(project["project"]):
        here = {str(one.outputs.get("email")) for one in account.store.all(SERVICE_ACCOUNT)}
        own = {str(one.inputs["project"]) for one in account.store.all(SERVICE_ACCOUNT)}
        if project["project"] in own and address not in here and not address.startswith("anykube-deployer@"):
            yield f"member: the service account {address} does not exist"


def _pool_of(inputs: object) -> str:
    assert isinstance(inputs, dict)
    if inputs.get("enableAutopilot"):
        return f"{inputs['project']}.svc.id.goog"
    return str((inputs.get("workloadIdentityConfig") or {}).get("workloadPool", ""))


def _is_googles(project: str) -> bool:
    """Whether service agents are in it: https://cloud.google.com/iam/docs/service-agents"""
    return project.startswith(("container-engine-robot", "compute-system", "gcp-sa-"))


def _account_name(account: Account, change: Change) -> Iterator[str]:
    del account
    name = str(change.new["accountId"])
    if not _ACCOUNT.fullmatch(name):
        yield f"accountId: {name!r} is none: 6 to 30 lower-case letters, digits and '-', beginning with a letter"


def _rotation(account: Account, change: Change) -> Iterator[str]:
    del account
    period = str(change.new.get("rotationPeriod", ""))
    if period and (not re.fullmatch(r"\d+(\.\d+)?s", period) or float(period[:-1]) < 86400):
        yield f"rotationPeriod: {period} is none: a number of seconds, such as 7776000s, and a day at least"


def grants(account: Account, key: str, member: str, role: str) -> bool:
    """Whether a member has a role on a key, or in its project."""
    project = key.split("/")[1]
    on_key = account.store.all(KEY_MEMBER)
    in_project = [one for one in account.store.all(PROJECT_MEMBER) if one.inputs["project"] == project]
    return any(
        one.inputs["member"] == member and one.inputs["role"] == role and one.inputs.get("cryptoKeyId", key) == key
        for one in (*on_key, *in_project)
    )


AGENT = f"serviceAccount:service-{names.NUMBER}@container-engine-robot.iam.gserviceaccount.com"
"""Who acts for GKE in the project: https://cloud.google.com/kubernetes-engine/docs/how-to/service-accounts"""

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
