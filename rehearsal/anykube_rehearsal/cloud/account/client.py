"""Asks an account, from the plugin, a rehearsal or a stand-in of a cloud's CLI."""

from collections.abc import Sequence
from typing import Any

import httpx2
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random_exponential

from anykube_rehearsal.cloud.account.model import Json, Values

_TIMEOUT = 900.0
"""Seconds: a cluster is made while its request waits."""


class AnswerError(Exception):
    """The account refuses; the text is its own, with the document that says so."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def _is_throttled(error: BaseException) -> bool:
    return isinstance(error, AnswerError) and error.status == httpx2.codes.TOO_MANY_REQUESTS


class Client:
    """The account at a URL."""

    def __init__(self, url: str) -> None:
        self._http = httpx2.Client(base_url=url, timeout=_TIMEOUT, trust_env=False)

    @retry(
        retry=retry_if_exception(_is_throttled),
        wait=wait_random_exponential(0.1, 2),
        stop=stop_after_attempt(8),
        reraise=True,
    )
    def ask(self, operation: str, /, **asked: Any) -> Json:
        """What it answers. Raises AnswerError; a throttled request is tried again, more slowly."""
        answer = self._http.post(f"/_anykube/{operation}", json=asked)
        content: Json = answer.json()
        if answer.is_error:
            document = content.get("document")
            raise AnswerError(answer.status_code, content["message"] + (f" ({document})" if document else ""))
        return content

    def create(self, token: str, inputs: Values, mark: str, *, fresh: bool, known: Sequence[str]) -> Json:
        """Makes a resource, or takes over what an earlier making of the mark left."""
        return self.ask("create", token=token, inputs=inputs, mark=mark, fresh=fresh, known=known)

    def find(self, token: str, identifier: str) -> Json | None:
        """A resource, if there is one."""
        try:
            return self.ask("read", token=token, id=identifier)
        except AnswerError as error:
            if error.status == httpx2.codes.NOT_FOUND:
                return None
            raise

    def update(self, token: str, identifier: str, inputs: Values) -> Json:
        """Changes a resource."""
        return self.ask("update", token=token, id=identifier, inputs=inputs)

    def delete(self, token: str, identifier: str) -> None:
        """Removes a resource; one that is gone already is well."""
        try:
            self.ask("delete", token=token, id=identifier)
        except AnswerError as error:
            if error.status != httpx2.codes.NOT_FOUND:
                raise

    def recall(self, resources: Sequence[Json]) -> None:
        """Tells it what a state says is there: `token`, `id`, `inputs` and `outputs` of each."""
        self.ask("recall", resources=resources)

    def foresee(self, token: str, identifier: str, inputs: Values) -> str | None:
        """What it would refuse of an update of a resource that it was told of; None where it was not."""
        refused: str | None = self.ask("foresee", token=token, id=identifier, inputs=inputs)["refused"]
        return refused

    def all(self) -> list[Json]:
        """Everything that is there."""
        found: list[Json] = self.ask("list")["resources"]
        return found
