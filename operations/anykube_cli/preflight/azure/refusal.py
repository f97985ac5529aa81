"""What it means that Azure does not answer a question.

Read from the status and the code of an error; of its text, which may be private, only the name of an action is taken.

https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
"""

import re
from typing import Any
from urllib.parse import urlsplit

UNREACHABLE = {"ServiceRequestError", "ServiceResponseError"}
"""Names of classes of errors that mean that nothing came through."""

_ACTION = re.compile(r"perform action '([A-Za-z.]+(?:/[A-Za-z]+)+)'")

_RESOURCES = "Microsoft.Resources/subscriptions"


def kinds(error: BaseException) -> list[str]:
    """The names of an error's classes, its own first, so that no SDK has to be imported to tell them apart."""
    return [kind.__name__ for kind in type(error).__mro__]


def status(error: BaseException) -> int:
    """HTTP's status of an answer of Azure; 0 where it is none."""
    return int(getattr(error, "status_code", None) or 0)


def code(error: BaseException) -> str:
    """The code that Azure gave, such as AuthorizationFailed."""
    return str(getattr(getattr(error, "error", None), "code", None) or "")


def denied(error: BaseException) -> str | None:
    """The action that is missing, as a role definition names it; None where it is not about one."""
    if status(error) != 403:
        return None
    named = _ACTION.search(str(error))
    return named.group(1) if named else action(_url(error))


def action(url: str) -> str:
    """The action that reads what stands at a URL of Azure Resource Manager.

    https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations
    """
    path = urlsplit(url).path.strip("/").split("/")
    if "providers" in path[2:]:
        at = len(path) - 1 - path[::-1].index("providers")
        namespace, rest = path[at + 1], path[at + 2 :]
        return "/".join([namespace, *rest[::2], "read"]) if rest else f"{_RESOURCES}/providers/read"
    kind = {"resourcegroups": "/resourceGroups", "locations": "/locations"}.get("".join(path[2:3]).lower(), "")
    return f"{_RESOURCES}{kind}/read"


def brief(error: BaseException) -> str:
    """The error in a line without its text: that may hold a token or a whole request."""
    kind = f"{status(error)} {code(error)}".strip() if status(error) else type(error).__name__
    return f"{kind} at {action(_url(error))}" if _url(error) else kind


def _url(error: BaseException) -> str:
    request: Any = getattr(getattr(error, "response", None), "request", None)
    return str(getattr(request, "url", "") or "")
