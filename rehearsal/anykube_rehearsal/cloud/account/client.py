"""Client of a simulated account, for the plugin, the rehearsal and the stand-ins of cloud CLIs."""

from collections.abc import Sequence
from typing import Any

import httpx2
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random_exponential

from anykube_rehearsal.cloud.account.model import Json, Values

_TIMEOUT_SECONDS = 900.0
"""The account creates a cluster before it responds."""


class ResponseError(Exception):
    """The account refused a request. The text is the account's message with the document of the rule."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def _is_throttled(error: BaseException) -> bool:
    return isinstance(error, ResponseError) and error.status == httpx2.codes.TOO_MANY_REQUESTS


class Client:
    """Client of the account at a URL."""

    def __init__(self, url: str) -> None:
        self._http = httpx2.Client(base_url=url, timeout=_TIMEOUT_SECONDS, trust_env=False)

    @retry(
        retry=retry_if_exception(_is_throttled),
        wait=wait_random_exponential(0.1, 2),
        stop=stop_after_attempt(8),
        reraise=True,
    )
    def call(self, operation: str, /, **arguments: Any) -> Json:
        """Calls an operation and returns its response. Retries throttled requests. Raises ResponseError."""
        response = self._http.post(f"/_anykube/{operation}", json=arguments)
        content: Json = response.json()
        if response.is_error:
            document = content.get("document")
            raise ResponseError(response.status_code, content["message"] + (f" ({document})" if document else ""))
        return content

    def create(self, token: str, inputs: Values, mark: str, *, fresh: bool, known_ids: Sequence[str]) -> Json:
        """Creates a resource, or adopts the one that an earlier attempt with the same mark left."""
        return self.call("create", token=token, inputs=inputs, mark=mark, fresh=fresh, known=known_ids)

    def find(self, token: str, identifier: str) -> Json | None:
        """A resource; None if it does not exist."""
        try:
            return self.call("read", token=token, id=identifier)
        except ResponseError as error:
            if error.status == httpx2.codes.NOT_FOUND:
                return None
            raise

    def update(self, token: str, identifier: str, inputs: Values) -> Json:
        """Updates a resource."""
        return self.call("update", token=token, id=identifier, inputs=inputs)

    def delete(self, token: str, identifier: str) -> None:
        """Deletes a resource. Does nothing if it does not exist."""
        try:
            self.call("delete", token=token, id=identifier)
        except ResponseError as error:
            if error.status != httpx2.codes.NOT_FOUND:
                raise

    def load_known(self, resources: Sequence[Json]) -> None:
        """Loads resources from a Pulumi state: `token`, `id`, `inputs` and `outputs` of each."""
        self.call("recall", resources=resources)

    def validate_update(self, token: str, identifier: str, inputs: Values) -> str | None:
        """Why the account would refuse an update of a loaded resource, or ""; None if it was not loaded."""
        refused: str | None = self.call("foresee", token=token, id=identifier, inputs=inputs)["refused"]
        return refused

    def all(self) -> list[Json]:
        """Every resource in the account."""
        resources: list[Json] = self.call("list")["resources"]
        return resources
