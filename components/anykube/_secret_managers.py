"""What the readers of the clouds' secret managers share: the request, and the error."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2

_SECONDS = 30.0
"""What a manager has to answer within."""


class UnreadableSecretError(Exception):
    """A manager does not give a secret; the text is what it said."""


def client() -> "httpx2.Client":
    """Asks a manager."""
    import httpx2

    return httpx2.Client(timeout=_SECONDS)


def get(url: str, token: str) -> Mapping[str, Any]:
    """The JSON at a URL, for a bearer token. Raises UnreadableSecretError."""
    import httpx2

    try:
        with client() as http:
            answer = http.get(url, headers={"Authorization": f"Bearer {token}"})
    except httpx2.HTTPError as error:
        raise UnreadableSecretError(str(error)) from None
    if answer.is_error:
        raise UnreadableSecretError(f"{answer.status_code}: {_message(answer)}")
    content: Mapping[str, Any] = answer.json()
    return content


def _message(answer: "httpx2.Response") -> str:
    """The sentence in an error of Google's or Azure's."""
    try:
        return str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return answer.reason_phrase
