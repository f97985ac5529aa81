"""The files of a state backend in a storage account, accessed with an Entra identity instead of a shared key."""

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from anykube_cli.preflight.azure import identity
from anykube_cli.preflight.azure.clients import Session
from anykube_cli.preflight.azure.errors import status
from anykube_cli.preflight.runner import mute_loggers
from anykube_cli.state_backends.backend import BackendError

T = TypeVar("T")


def files(url: str) -> "BlobFiles":
    """Opens a backend at Pulumi's address; AZURE_STORAGE_ACCOUNT may name the account. Raises BackendError."""
    address = urlsplit(url)
    account = parse_qs(address.query).get("storage_account", [os.environ.get("AZURE_STORAGE_ACCOUNT", "")])[-1]
    if not account:
        raise BackendError(f"{url} has no storage account. Use azblob://CONTAINER?storage_account=NAME")
    mute_loggers("azure", "msal")
    try:
        session, _ = identity.open_session()
    except Exception as error:
        problem = identity.explain(error)
        raise BackendError(
            f"Cannot log in to Azure to open {url}: {problem.message}. To fix it, {problem.remedy}"
        ) from error
    return BlobFiles(session, account, address.netloc, address.path.strip("/"))


class BlobFiles:
    """The files in a folder of a container."""

    def __init__(self, session: Session, account: str, container: str, folder: str) -> None:
        from azure.storage.blob import ContainerClient

        options: dict[str, Any] = {"connection_timeout": 5, "read_timeout": 30, "retry_total": 3}
        if session.transport is not None:
            options["transport"] = session.transport
        account_url = f"https://{account}.blob.core.windows.net"
        self._client = ContainerClient(account_url, container, credential=session.credential, **options)
        self._name, self._folder = f"{container} of the storage account {account}", f"{folder}/" if folder else ""

    def names(self, prefix: str) -> Sequence[str]:
        """All names with this prefix."""
        names = self._call(lambda: [str(blob.name) for blob in self._client.list_blobs(self._folder + prefix)])
        return [name.removeprefix(self._folder) for name in names or ()]

    def read(self, name: str) -> bytes | None:
        """The newest version of a file; None if the file does not exist."""
        return self._call(lambda: bytes(self._client.download_blob(self._folder + name).readall()), absent_is_none=True)

    def remove(self, name: str) -> None:
        """Removes a file, if it exists. Earlier versions are kept."""
        self._call(lambda: self._client.delete_blob(self._folder + name), absent_is_none=True)

    def _call(self, call: Callable[[], T], *, absent_is_none: bool = False) -> T | None:
        try:
            return call()
        except Exception as error:
            if absent_is_none and status(error) == 404:
                return None
            kind = f"{status(error)} {getattr(error, 'error_code', '')}" if status(error) else type(error).__name__
            raise BackendError(f"The request to the container {self._name} failed: {kind.strip()}") from error
