"""The files of a state backend in Cloud Storage."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from anykube_cli.preflight.gcp import identity
from anykube_cli.preflight.gcp.clients import build_client, list_items
from anykube_cli.preflight.gcp.errors import RequestError, status, summarize_error
from anykube_cli.preflight.runner import mute_loggers
from anykube_cli.state_backends.backend import BackendError


def files(url: str) -> "GcsFiles":
    """Opens a backend at Pulumi's address. Raises BackendError."""
    address = urlsplit(url)
    mute_loggers("google", "googleapiclient", "google_auth_httplib2")
    try:
        storage = build_client(identity.open_session(), "storage", "v1")
    except Exception as error:
        raise BackendError(f"Cannot open {url}: {summarize_error(error)}") from error
    return GcsFiles(storage.objects(), address.netloc, address.path.strip("/"))


class GcsFiles:
    """The files in a folder of a bucket."""

    def __init__(self, objects: Any, bucket: str, folder: str) -> None:
        self._objects, self._bucket, self._folder = objects, bucket, f"{folder}/" if folder else ""

    def names(self, prefix: str) -> Sequence[str]:
        """All names with this prefix."""
        return [name.removeprefix(self._folder) for name in self._list(self._folder + prefix)]

    def _list(self, prefix: str) -> Iterator[str]:
        try:
            for item in list_items(self._objects, bucket=self._bucket, prefix=prefix):
                yield item["name"]
        except RequestError as error:
            raise BackendError(f"Cannot list the bucket {self._bucket}: {summarize_error(error)}") from error

    def read(self, name: str) -> bytes | None:
        """The newest version of a file; None if the file does not exist."""
        content: bytes | None = self._execute(self._objects.get_media(bucket=self._bucket, object=self._folder + name))
        return content

    def remove(self, name: str) -> None:
        """Removes a file, if it exists. Earlier versions are kept."""
        self._execute(self._objects.delete(bucket=self._bucket, object=self._folder + name))

    def _execute(self, request: Any) -> Any:
        try:
            return request.execute(num_retries=2)
        except Exception as error:
            if status(error) == 404:
                return None
            raise BackendError(f"The request to the bucket {self._bucket} failed: {summarize_error(error)}") from error
