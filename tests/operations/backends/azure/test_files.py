"""The files of a backend in a storage account: Azure's own client, and answers as the REST reference has them.

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
    """Blobs by name, listed one a page."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.blobs = {name: name.encode() for name in names}
        self.refused: tuple[int, str] | None = None
        self.signed: list[str] = []

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        parts = urlsplit(str(request.url))
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        self.signed.append(str(request.headers.get("Authorization", "")).partition(" ")[0])
        assert parts.netloc == "shopstate.blob.core.windows.net"
        if self.refused:
            return _error(request, *self.refused)
        if asked.get("comp") == "list":
            return _response(request, 200, self._page(asked), {"Content-Type": "application/xml"})
        name = parts.path.removeprefix("/state/")
        if name not in self.blobs:
            return _error(request, 404, "BlobNotFound")
        if request.method == "DELETE":
            del self.blobs[name]
            return _response(request, 202, b"", {})
        content = self.blobs[name]
        length = len(content)
        ranged = {"Content-Range": f"bytes 0-{length - 1}/{length}", "Content-Length": str(length), "ETag": '"1"'}
        return _response(request, 206, content, {**ranged, "Content-Type": "application/octet-stream"})

    def _page(self, asked: Mapping[str, str]) -> bytes:
        there = sorted(name for name in self.blobs if name.startswith(asked.get("prefix", "")))
        at = int(asked.get("marker", 0))
        kind = "<Properties><BlobType>BlockBlob</BlobType></Properties>"
        blobs = "".join(f"<Blob><Name>{name}</Name>{kind}</Blob>" for name in there[at : at + 1])
        following = at + 1 if at + 1 < len(there) else ""
        return (
            '<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="state">'
            f"<Prefix>{asked.get('prefix', '')}</Prefix>"
            f"<Blobs>{blobs}</Blobs><NextMarker>{following}</NextMarker></EnumerationResults>"
        ).encode()

    def close(self) -> None: ...


def _error(request: PreparedRequest, status: int, code: str) -> Response:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>secret-looking text</Message></Error>".encode()
    return _response(request, status, body, {"x-ms-error-code": code, "Content-Type": "application/xml"})


def _response(request: PreparedRequest, status: int, body: bytes, headers: dict[str, str]) -> Response:
    answer = Response()
    answer.status_code, answer.url, answer.request = status, str(request.url), request
    answer.headers.update(headers)
    answer.raw = HTTPResponse(body=io.BytesIO(body), headers=headers, status=status, preload_content=False)
    return answer


def _files(container: Container, folder: str = "") -> BlobFiles:
    return BlobFiles(Session(Credential(), Transport(container)), "shopstate", "state", folder)


def test_files_below_the_address() -> None:
    names = ("team/.pulumi/locks/1.json", "team/.pulumi/locks/2.json", "team/.pulumi/stacks/1.json")
    container = Container(*names)
    found = _files(container, "team")
    assert found.names(".pulumi/locks/") == [".pulumi/locks/1.json", ".pulumi/locks/2.json"]
    assert found.read(".pulumi/locks/1.json") == b"team/.pulumi/locks/1.json"
    found.remove(".pulumi/locks/1.json")
    assert found.read(".pulumi/locks/1.json") is None
    found.remove(".pulumi/locks/1.json")
    assert sorted(container.blobs) == list(names[1:])
    assert set(container.signed) == {"Bearer"}


def test_a_refusal_is_a_sentence_without_azures_text() -> None:
    container = Container()
    container.refused = (403, "AuthorizationPermissionMismatch")
    with pytest.raises(BackendError, match="the container state of shopstate cannot be asked: 403") as refused:
        _files(container).names("a")
    assert "secret" not in str(refused.value)


def test_an_address_without_its_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT", raising=False)
    with pytest.raises(BackendError, match="does not name its storage account"):
        files("azblob://state")
