"""The files of a backend in a storage account, asked for with Entra's identity: there is no shared key."""

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from anykube_cli.preflight.runner import mute_loggers
from anykube_cli.preflight.azure import identity
from anykube_cli.preflight.azure.clients import Session
from anykube_cli.preflight.azure.errors import status
from anykube_cli.state_backends.backend import BackendError

T = TypeVar("T")


def files(url: str) -> "BlobFiles":
    """By the address as Pulumi takes it; AZURE_STORAGE_ACCOUNT may name the account. Raises BackendError."""
    parts = urlsplit(url)
    account = parse_qs(parts.query).get("storage_account", [os.environ.get("AZURE_STORAGE_ACCOUNT", "")])[-1]
    if not account:
        raise BackendError(f"{url} does not name its storage account: azblob://CONTAINER?storage_account=NAME")
    mute_loggers("azure", "msal")
    try:
        session, _ = identity.enter()
    except Exception as error:
        problem = identity.explain(error)
        raise BackendError(f"{url} cannot be asked: {problem.message}: {problem.remedy}") from error
    return BlobFiles(session, account, parts.netloc, parts.path.strip("/"))


class BlobFiles:
    """Those below a folder of a container."""

    def __init__(self, session: Session, account: str, container: str, folder: str) -> None:
        from azure.storage.blob import ContainerClient

        asking: dict[str, Any] = {"connection_timeout": 5, "read_timeout": 30, "retry_total": 3}
        if session.transport is not None:
            asking["transport"] = session.transport
        where = f"https://{account}.blob.core.windows.net"
        self._client = ContainerClient(where, container, credential=session.credential, **asking)
        self._where, self._folder = f"the container {container} of {account}", f"{folder}/" if folder else ""

    def names(self, prefix: str) -> Sequence[str]:
        """Of all pages."""
        found = self._ask(lambda: [str(blob.name) for blob in self._client.list_blobs(self._folder + prefix)])
        return [name.removeprefix(self._folder) for name in found or ()]

    def read(self, name: str) -> bytes | None:
        """The newest version."""
        return self._ask(lambda: bytes(self._client.download_blob(self._folder + name).readall()), absent_is_none=True)

    def remove(self, name: str) -> None:
        """Earlier versions stay."""
        self._ask(lambda: self._client.delete_blob(self._folder + name), absent_is_none=True)

    def _ask(self, ask: Callable[[], T], *, absent_is_none: bool = False) -> T | None:
        try:
            return ask()
        except Exception as error:
            if absent_is_none and status(error) == 404:
                return None
            kind = f"{status(error)} {getattr(error, 'error_code', '')}" if status(error) else type(error).__name__
            raise BackendError(f"{self._where} cannot be asked: {kind.strip()}") from error
