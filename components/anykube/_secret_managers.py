"""The HTTP client and the error that all cloud secret managers share."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2

_TIMEOUT = 30.0
"""Seconds."""


class UnreadableSecretError(Exception):
    """A secret manager does not return a secret. The text is its error message."""


def client() -> "httpx2.Client":
    """An HTTP client with a timeout."""
    import httpx2

    return httpx2.Client(timeout=_TIMEOUT)


def get(url: str, token: str) -> Mapping[str, Any]:
    """The JSON document at a URL that requires a bearer token. Raises UnreadableSecretError."""
    import httpx2

    try:
        with client() as http:
            response = http.get(url, headers={"Authorization": f"Bearer {token}"})
    except httpx2.HTTPError as error:
        raise UnreadableSecretError(str(error)) from None
    if response.is_error:
        raise UnreadableSecretError(f"{response.status_code}: {_message(response)}")
    content: Mapping[str, Any] = response.json()
    return content


def _message(response: "httpx2.Response") -> str:
    """The message of an error response of Google Cloud or Azure."""
    try:
        return str(response.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return response.reason_phrase
