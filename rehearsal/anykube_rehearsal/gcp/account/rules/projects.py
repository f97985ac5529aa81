"""Rules for the project: APIs must be enabled, and `deletionPolicy` PREVENT protects resources."""

from collections.abc import Iterator

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change, Rule
from anykube_rehearsal.cloud.account.propagation import is_pending
from anykube_rehearsal.gcp.account import tokens
from anykube_rehearsal.gcp.account.tokens import SERVICE

_APIS = {
    "gcp:compute/": "compute.googleapis.com",
    "gcp:container/": "container.googleapis.com",
    "gcp:kms/": "cloudkms.googleapis.com",
    "gcp:serviceaccount/": "iam.googleapis.com",
    "gcp:projects/iAMMember": "cloudresourcemanager.googleapis.com",
}
_ALL = frozenset(value for name, value in vars(tokens).items() if name.isupper())


def _enabled(account: Account, change: Change) -> Iterator[str]:
    api = next((api for prefix, api in _APIS.items() if change.token.startswith(prefix)), None)
    project = _project(change)
    enabled = {(service.inputs["project"], service.inputs["service"]) for service in account.store.all(SERVICE)}
    if api and project and (project, api) not in enabled:
        yield f"{api} is not enabled in project {project}. Enable it, and make this resource depend on it"
    elif api and project and is_pending(account, f"{project} {api}"):
        yield (
            f"Error 403: {api} has not been used in project {project} before or it is disabled. If you enabled this "
            "API recently, wait a few minutes for the action to propagate to our systems and retry. reason: "
            "SERVICE_DISABLED"
        )


def _project(change: Change) -> str:
    """The project of a resource: its input `project`, or the project in its parent's id."""
    owner = change.new.get("keyRing") or change.new.get("cryptoKeyId") or change.new.get("serviceAccountId") or ""
    return str(change.new.get("project") or "".join(str(owner).split("/")[1:2]))


def _prevented(account: Account, change: Change) -> Iterator[str]:
    del account
    if change.old.get("deletionPolicy") == "PREVENT":
        yield f"{change.id} cannot be deleted while its deletionPolicy is PREVENT"


RULES = (
    Rule(
        _ALL - {SERVICE},
        {"create"},
        "https://cloud.google.com/service-usage/docs/enable-disable",
        _enabled,
    ),
    Rule(
        _ALL,
        {"delete"},
        "https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/version_7_upgrade",
        _prevented,
    ),
)
