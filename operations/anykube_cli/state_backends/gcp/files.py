"""The files of a backend in Cloud Storage."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from anykube_cli.preflight.runner import mute_loggers
from anykube_cli.preflight.gcp import identity
from anykube_cli.preflight.gcp.clients import items, service
from anykube_cli.preflight.gcp.errors import RequestError, summarize_error, status
from anykube_cli.state_backends.backend import BackendError


def files(url: str) -> "GcsFiles":
    """By the address as Pulumi takes it. Raises BackendError."""
    parts = urlsplit(url)
    mute_loggers("google", "googleapiclient", "google_auth_httplib2")
    try:
        storage = service(identity.enter(), "storage", "v1")
    except Exception as error:
        raise BackendError(f"{url} cannot be asked: {summarize_error(error)}") from error
    return GcsFiles(storage.objects(), parts.netloc, parts.path.strip("/"))


class GcsFiles:
    """Those below a folder of a bucket."""

    def __init__(self, objects: Any, bucket: str, folder: str) -> None:
        self._objects, self._bucket, self._folder = objects, bucket, f"{folder}/" if folder else ""

    def names(self, prefix: str) -> Sequence[str]:
        """Of all pages."""
        return [name.removeprefix(self._folder) for name in self._listed(self._folder + prefix)]

    def _listed(self, prefix: str) -> Iterator[str]:
        try:
            for item in items(self._objects, bucket=self._bucket, prefix=prefix):
                yield item["name"]
        except RequestError as error:
            raise BackendError(f"the bucket {self._bucket} cannot be asked: {summarize_error(error)}") from error

    def read(self, name: str) -> bytes | None:
        """The newest version."""
        content: bytes | None = self._ask(self._objects.get_media(bucket=self._bucket, object=self._folder + name))
        return content

    def remove(self, name: str) -> None:
        """Earlier versions stay."""
        self._ask(self._objects.delete(bucket=self._bucket, object=self._folder + name))

    def _ask(self, request: Any) -> Any:
        try:
            return request.execute(num_retries=2)
        except Exception as error:
            if status(error) == 404:
                return None
            raise BackendError(f"the bucket {self._bucket} refuses: {summarize_error(error)}") from error
