"""Errors of Azure: missing permissions, failed logins and lost connections.

Reads an error's status and code. Of its text, which may contain private data, only the name of an action is used.

https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
"""

import re
from typing import Any
from urllib.parse import urlsplit

UNREACHABLE_ERRORS = {"ServiceRequestError", "ServiceResponseError"}
"""Names of the error classes for a failed connection."""

_ACTION = re.compile(r"perform action '([A-Za-z.]+(?:/[A-Za-z]+)+)'")

_RESOURCES = "Microsoft.Resources/subscriptions"


def class_names(error: BaseException) -> list[str]:
    """The names of an error's class and its ancestors. Comparing names needs no import of the SDK."""
    return [ancestor.__name__ for ancestor in type(error).__mro__]


def status(error: BaseException) -> int:
    """The HTTP status; 0 for an error that is not a response of Azure."""
    return int(getattr(error, "status_code", None) or 0)


def error_code(error: BaseException) -> str:
    """The error code of Azure, such as AuthorizationFailed."""
    return str(getattr(getattr(error, "error", None), "code", None) or "")


def missing_permission(error: BaseException) -> str | None:
    """The missing action as in a role definition; None for other errors."""
    if status(error) != 403:
        return None
    match = _ACTION.search(str(error))
    return match.group(1) if match else read_action(_url(error))


def read_action(url: str) -> str:
    """The action that a GET request to a URL of Azure Resource Manager requires.

    https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations
    """
    path = urlsplit(url).path.strip("/").split("/")
    if "providers" in path[2:]:
        index = len(path) - 1 - path[::-1].index("providers")
        namespace, rest = path[index + 1], path[index + 2 :]
        return "/".join([namespace, *rest[::2], "read"]) if rest else f"{_RESOURCES}/providers/read"
    kind = {"resourcegroups": "/resourceGroups", "locations": "/locations"}.get("".join(path[2:3]).lower(), "")
    return f"{_RESOURCES}{kind}/read"


def summarize_error(error: BaseException) -> str:
    """The error in one line. Leaves out its text, which may hold a token or a whole request."""
    kind = f"{status(error)} {error_code(error)}".strip() if status(error) else type(error).__name__
    return f"{kind} at {read_action(_url(error))}" if _url(error) else kind


def _url(error: BaseException) -> str:
    request: Any = getattr(getattr(error, "response", None), "request", None)
    return str(getattr(request, "url", "") or "")
