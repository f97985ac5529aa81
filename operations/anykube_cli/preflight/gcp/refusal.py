"""What it means that Google Cloud does not answer a question.

Read from the status and the typed details of an error; of its text, which may be private, nothing is shown.

https://cloud.google.com/apis/design/errors
"""

import json
from collections.abc import Mapping
from typing import Any

PERMISSIONS = {
    "cloudresourcemanager.projects.get": "resourcemanager.projects.get",
    "compute.acceleratorTypes.aggregatedList": "compute.acceleratorTypes.list",
    "compute.instances.aggregatedList": "compute.instances.list",
    "compute.machineTypes.aggregatedList": "compute.machineTypes.list",
    "compute.networks.list": "compute.networks.list",
    "compute.projects.get": "compute.projects.get",
    "compute.regions.list": "compute.regions.list",
    "compute.subnetworks.aggregatedList": "compute.subnetworks.list",
    "compute.subnetworks.get": "compute.subnetworks.get",
    "compute.zones.list": "compute.zones.list",
    "container.projects.locations.clusters.get": "container.clusters.get",
    "container.projects.locations.getServerConfig": "container.clusters.list",
    "iam.projects.serviceAccounts.get": "iam.serviceAccounts.get",
    "serviceusage.services.batchGet": "serviceusage.services.get",
}
"""The permissions that a preflight needs, by the method that it calls.

https://cloud.google.com/iam/docs/permissions-reference
"""

_THROTTLED = {"rateLimitExceeded", "RATE_LIMIT_EXCEEDED", "quotaExceeded", "userRateLimitExceeded"}

UNREACHABLE = {"TransportError", "ServerNotFoundError", "TimeoutError", "ConnectionError", "SSLError", "gaierror"}
"""Names of classes of errors that mean that nothing came through."""


class AskedError(Exception):
    """A method of Google Cloud's that was called, and what came of it instead of an answer."""

    def __init__(self, method: str, cause: BaseException) -> None:
        super().__init__(method)
        self.method, self.cause = method, cause


def kinds(error: BaseException) -> list[str]:
    """The names of an error's classes, its own first, so that no SDK has to be imported to tell them apart."""
    return [kind.__name__ for kind in type(_cause(error)).__mro__]


def status(error: BaseException) -> int:
    """HTTP's status of an answer of Google Cloud; 0 where it is none."""
    return int(getattr(_cause(error), "status_code", 0) or 0) if "HttpError" in kinds(error) else 0


def reason(error: BaseException) -> str:
    """The reason that Google Cloud gives, such as SERVICE_DISABLED; older services write accessNotConfigured."""
    body = _body(error)
    for detail in body.get("details", ()):
        if isinstance(detail, Mapping) and detail.get("reason"):
            return str(detail["reason"])
    return next((str(one["reason"]) for one in body.get("errors", ()) if one.get("reason")), "")


def disabled(error: BaseException) -> str | None:
    """The API that is not enabled in the project, such as compute.googleapis.com; None where it is not about that."""
    if status(error) != 403 or reason(error) not in ("SERVICE_DISABLED", "accessNotConfigured"):
        return None
    for detail in _body(error).get("details", ()):
        service = detail.get("metadata", {}).get("service") if isinstance(detail, Mapping) else None
        if service:
            return str(service)
    return method(error).partition(".")[0] + ".googleapis.com"


def denied(error: BaseException) -> str | None:
    """The permission that is missing; None where it is not about one."""
    if status(error) != 403 or disabled(error) or reason(error) in _THROTTLED:
        return None
    if reason(error) == "USER_PROJECT_DENIED":
        return "serviceusage.services.use"
    for detail in _body(error).get("details", ()):
        permission = detail.get("metadata", {}).get("permission") if isinstance(detail, Mapping) else None
        if permission:
            return str(permission)
    return PERMISSIONS.get(method(error), method(error))


def method(error: BaseException) -> str:
    """The method that was called, as discovery names it."""
    return error.method if isinstance(error, AskedError) else ""


def brief(error: BaseException) -> str:
    """The error in a line without its text: that may hold a token or a whole request."""
    kind = f"{status(error)} {reason(error)}".strip() if status(error) else type(_cause(error)).__name__
    return f"{kind} at {method(error)}" if method(error) else kind


def _cause(error: BaseException) -> BaseException:
    return error.cause if isinstance(error, AskedError) else error


def _body(error: BaseException) -> Mapping[str, Any]:
    try:
        found = json.loads(getattr(_cause(error), "content", b"") or b"{}").get("error", {})
    except (ValueError, AttributeError):
        return {}
    return found if isinstance(found, Mapping) else {}
