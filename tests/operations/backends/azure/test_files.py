"""The files of a state backend in a storage account, with Azure's SDK and responses as in the REST reference.

https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
"""

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from anykube_cli.preflight.azure.clients import Session
from anykube_cli.state_backends.azure.files import BlobFiles, files
from anykube_cli.state_backends.backend import BackendError
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from tests.operations.preflight.azure.subscription import Credential
from tests.operations.preflight.azure.wire import Transport


class Container(BaseAdapter):
    """A fake container that lists one blob per page."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.blobs = {name: name.encode() for name in names}
        self.error: tuple[int, str] | None = None
        self.signed: list[str] = []

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        url = urlsplit(str(request.url))
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        self.signed.append(str(request.headers.get("Authorization", "")).partition(" ")[0])
        assert url.netloc == "shopstate.blob.core.windows.net"
        if self.error:
            return _error(request, *self.error)
        if query.get("comp") == "list":
            return _response(request, 200, self._page(query), {"Content-Type": "application/xml"})
        name = url.path.removeprefix("/state/")
        if name not in self.blobs:
            return _error(request, 404, "BlobNotFound")
        if request.method == "DELETE":
            del self.blobs[name]
            return _response(request, 202, b"", {})
        content = self.blobs[name]
        length = len(content)
        headers = {"Content-Range": f"bytes 0-{length - 1}/{length}", "Content-Length": str(length), "ETag": '"1"'}
        return _response(request, 206, content, {**headers, "Content-Type": "application/octet-stream"})

    def _page(self, query: Mapping[str, str]) -> bytes:
        names = sorted(name for name in self.blobs if name.startswith(query.get("prefix", "")))
        index = int(query.get("marker", 0))
        kind = "<Properties><BlobType>BlockBlob</BlobType></Properties>"
        blobs = "".join(f"<Blob><Name>{name}</Name>{kind}</Blob>" for name in names[index : index + 1])
        following = index + 1 if index + 1 < len(names) else ""
        return (
            '<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="state">'
            f"<Prefix>{query.get('prefix', '')}</Prefix>"
            f"<Blobs>{blobs}</Blobs><NextMarker>{following}</NextMarker></EnumerationResults>"
        ).encode()

    def close(self) -> None: ...


def _error(request: PreparedRequest, status: int, code: str) -> Response:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>secret-looking text</Message></Error>".encode()
    return _response(request, status, body, {"x-ms-error-code": code, "Content-Type": "application/xml"})


def _response(request: PreparedRequest, status: int, body: bytes, headers: dict[str, str]) -> Response:
    response = Response()
    response.status_code, response.url, response.request = status, str(request.url), request
    response.headers.update(headers)
    response.raw = HTTPResponse(body=io.BytesIO(body), headers=headers, status=status, preload_content=False)
    return response


def _files(container: Container, folder: str = "") -> BlobFiles:
    return BlobFiles(Session(Credential(), Transport(container)), "shopstate", "state", folder)


def test_reads_lists_and_removes_files_in_a_folder() -> None:
    names = ("team/.pulumi/locks/1.json", "team/.pulumi/locks/2.json", "team/.pulumi/stacks/1.json")
    container = Container(*names)
    files = _files(container, "team")
    assert files.names(".pulumi/locks/") == [".pulumi/locks/1.json", ".pulumi/locks/2.json"]
    assert files.read(".pulumi/locks/1.json") == b"team/.pulumi/locks/1.json"
    files.remove(".pulumi/locks/1.json")
    assert files.read(".pulumi/locks/1.json") is None
    files.remove(".pulumi/locks/1.json")
    assert sorted(container.blobs) == list(names[1:])
    assert set(container.signed) == {"Bearer"}


def test_error_message_leaves_out_azures_text() -> None:
    container = Container()
    container.error = (403, "AuthorizationPermissionMismatch")
    with pytest.raises(BackendError, match="container state of the storage account shopstate failed: 403") as refused:
        _files(container).names("a")
    assert "secret" not in str(refused.value)


def test_address_without_a_storage_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT", raising=False)
    with pytest.raises(BackendError, match="has no storage account"):
        files("azblob://state")
