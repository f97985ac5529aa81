"""Errors of Google Cloud: missing permissions, disabled APIs, failed logins and lost connections.

Reads an error's status and typed details. Its text, which may contain private data, is never shown.

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
"""The permission of each API method that a preflight calls.

https://cloud.google.com/iam/docs/permissions-reference
"""

_THROTTLED = {"rateLimitExceeded", "RATE_LIMIT_EXCEEDED", "quotaExceeded", "userRateLimitExceeded"}

UNREACHABLE_ERRORS = {
    "TransportError",
    "ServerNotFoundError",
    "TimeoutError",
    "ConnectionError",
    "SSLError",
    "gaierror",
}
"""Names of the error classes for a failed connection."""


class RequestError(Exception):
    """A failed request: the API method, and the SDK's error as `cause`."""

    def __init__(self, method: str, cause: BaseException) -> None:
        super().__init__(method)
        self.method, self.cause = method, cause


def class_names(error: BaseException) -> list[str]:
    """The names of an error's class and its ancestors. Comparing names needs no import of the SDK."""
    return [ancestor.__name__ for ancestor in type(_cause(error)).__mro__]


def status(error: BaseException) -> int:
    """The HTTP status; 0 for an error that is not a response of Google Cloud."""
    return int(getattr(_cause(error), "status_code", 0) or 0) if "HttpError" in class_names(error) else 0


def reason(error: BaseException) -> str:
    """The reason of an error, such as SERVICE_DISABLED; older APIs use accessNotConfigured for it."""
    body = _body(error)
    for detail in body.get("details", ()):
        if isinstance(detail, Mapping) and detail.get("reason"):
            return str(detail["reason"])
    return next((str(item["reason"]) for item in body.get("errors", ()) if item.get("reason")), "")


def disabled_api(error: BaseException) -> str | None:
    """The API that is not enabled in the project, such as compute.googleapis.com; None for other errors."""
    if status(error) != 403 or reason(error) not in ("SERVICE_DISABLED", "accessNotConfigured"):
        return None
    for detail in _body(error).get("details", ()):
        service = detail.get("metadata", {}).get("service") if isinstance(detail, Mapping) else None
        if service:
            return str(service)
    return method(error).partition(".")[0] + ".googleapis.com"


def missing_permission(error: BaseException) -> str | None:
    """The missing permission; None for other errors."""
    if status(error) != 403 or disabled_api(error) or reason(error) in _THROTTLED:
        return None
    if reason(error) == "USER_PROJECT_DENIED":
        return "serviceusage.services.use"
    for detail in _body(error).get("details", ()):
        permission = detail.get("metadata", {}).get("permission") if isinstance(detail, Mapping) else None
        if permission:
            return str(permission)
    return PERMISSIONS.get(method(error), method(error))


def method(error: BaseException) -> str:
    """The API method of a failed request, such as compute.regions.list; empty for other errors."""
    return error.method if isinstance(error, RequestError) else ""


def summarize_error(error: BaseException) -> str:
    """The error in one line. Leaves out its text, which may hold a token or a whole request."""
    kind = f"{status(error)} {reason(error)}".strip() if status(error) else type(_cause(error)).__name__
    return f"{kind} at {method(error)}" if method(error) else kind


def _cause(error: BaseException) -> BaseException:
    return error.cause if isinstance(error, RequestError) else error


def _body(error: BaseException) -> Mapping[str, Any]:
    try:
        body = json.loads(getattr(_cause(error), "content", b"") or b"{}").get("error", {})
    except (ValueError, AttributeError):
        return {}
    return body if isinstance(body, Mapping) else {}
