"""What the API server says about one object, read from its response."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx2

_NOT_AUTHORIZED = re.compile(r'User "[^"]*" cannot \w+ resource|cannot set blockOwnerDeletion')
_NO_ACCOUNT = "error looking up service account"
"""A pod in a namespace that was created a moment ago."""
_NO_DRY_RUN = re.compile(r'admission webhook "([^"]+)" does not support dry run')
_UNANSWERED = re.compile(r'failed calling webhook "([^"]+)"')
_PREFIX = re.compile(r'^\S+ "[^"]*" is (?:invalid|forbidden): ')
_NOT_IN_SCHEMA = re.compile(r"failed to create typed patch object \([^)]*\): (?:errors:\s*)?(.*)", re.DOTALL)
"""An unknown field or a wrong type. Server-side apply reports it as an internal error."""
_TYPED = re.compile(r"^\s*\.?(\S+): (.+)$")


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a field."""

    field: str
    """Path such as spec.replicas; empty if the message concerns the whole object."""
    message: str


@dataclass(frozen=True)
class Accepted:
    """The API server would store the object."""

    stored: Mapping[str, Any]
    """The object with defaults, as it would be stored."""
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Refused:
    """The API server, an admission plugin or a webhook refuses the object."""

    mistakes: Sequence[Mistake]


@dataclass(frozen=True)
class Unjudged:
    """Nothing is known about the object."""

    reason: str


Verdict = Accepted | Refused | Unjudged


def verdict(response: httpx2.Response) -> Verdict:
    """Reads the response to a dry run."""
    if response.is_success:
        return Accepted(response.json(), [_warning(text) for text in response.headers.get_list("warning")])
    status = _status(response)
    message = str(status.get("message", "")) or f"the API server responds with {response.status_code}"
    if webhook := _NO_DRY_RUN.search(message):
        return Unjudged(f"the webhook {webhook[1]} does not support dry runs (sideEffects)")
    if webhook := _UNANSWERED.search(message):
        return Unjudged(f"the webhook {webhook[1]} does not respond")
    if _NO_ACCOUNT in message:
        return Unjudged("its service account does not exist yet")
    if _NOT_AUTHORIZED.search(message) or response.status_code == HTTPStatus.UNAUTHORIZED:
        return Unjudged("this login may not do that: a run with it would fail too")
    if schema := _NOT_IN_SCHEMA.search(message):
        lines = (_TYPED.match(line) for line in schema[1].splitlines())
        return Refused([Mistake(line[1], line[2]) for line in lines if line] or [Mistake("", schema[1])])
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unjudged(f"the API server failed: {message}")
    causes = (status.get("details") or {}).get("causes") or ()
    mistakes = [Mistake(str(cause.get("field", "")), str(cause.get("message", ""))) for cause in causes]
    return Refused(tuple(dict.fromkeys(mistakes)) or [Mistake("", _PREFIX.sub("", message))])


def _status(response: httpx2.Response) -> Mapping[str, Any]:
    try:
        status = response.json()
    except ValueError:
        return {"message": response.text.strip()}
    return status if isinstance(status, Mapping) else {}


def _warning(header: str) -> str:
    """The text of a Warning header: `299 - "text"`. https://www.rfc-editor.org/rfc/rfc7234#section-5.5"""
    return header.partition('"')[2].removesuffix('"').replace('\\"', '"')
