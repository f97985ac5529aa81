"""A simulated vault: keys with versions, which encrypt and decrypt for real.

Its rules are those of Key Vault's documentation and of the errors that users of Pulumi reported:
https://learn.microsoft.com/rest/api/keyvault/keys
https://github.com/pulumi/pulumi/issues/22338
"""

import base64
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from anykube_cli.preflight.azure.clients import Session
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from tests.operations.preflight.azure.subscription import Credential
from tests.operations.preflight.azure.wire import Transport

HOST = "shop.vault.azure.net"
KEY = "state"
_OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
_PAGE = 2
"""Versions on a page, fewer than the vault's 25, so that tests need few."""


@dataclass
class Version:
    """A version of the key."""

    id: str
    created: int
    enabled: bool = True
    expires: int | None = None
    private_key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    @property
    def attributes(self) -> Mapping[str, Any]:
        expiry = {"exp": self.expires} if self.expires else {}
        return {"enabled": self.enabled, "created": self.created, "updated": self.created, **expiry}


class VaultError(Exception):
    """An error response of the vault."""

    def __init__(self, status: int, code: str, message: str, inner: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"code": code, "message": message, **({"innererror": {"code": inner}} if inner else {})}}


class Vault(BaseAdapter):
    """A vault with one key. Also a transport for requests to it."""

    def __init__(self, url: str = f"https://{HOST}") -> None:
        super().__init__()
        self._url = url
        self.versions: list[Version] = []
        self.may_rotate = True
        """Whether the caller has the role Key Vault Crypto Officer."""
        self.rotate()

    @property
    def provider(self) -> str:
        """The URL of Pulumi's secrets provider, without a version."""
        return f"{self._url.replace('https://', 'azurekeyvault://', 1)}/keys/{KEY}"

    @property
    def session(self) -> Session:
        """A caller's session, whose requests reach this vault alone."""
        return Session(Credential(oid="me", tid="t"), Transport(self))

    def rotate(self) -> Version:
        """Creates a version, as the key's rotation policy does."""
        number = len(self.versions) + 1
        self.versions.append(Version(f"{number:032x}", 1_700_000_000 + number))
        return self.versions[-1]

    def respond(self, verb: str, path: str, body: Any) -> Mapping[str, Any]:
        """The response to a request. Raises VaultError."""
        match = re.fullmatch(rf"(?:/[^/]+)?/keys/{KEY}(?:/(?P<version>[0-9a-f]{{32}}))?/*(?P<action>[a-z]+)?", path)
        if match is None:
            raise VaultError(404, "KeyNotFound", "A key with (name/id) was not found in this key vault.")
        if verb == "POST" and match["action"] == "rotate":
            if not self.may_rotate:
                message = "Caller is not authorized to perform action on resource."
                raise VaultError(403, "Forbidden", message, "ForbiddenByRbac")
            return self._bundle(self.rotate())
        version = self._version(match["version"])
        if verb == "GET":
            return self._bundle(version)
        operation = {"encrypt": self._encrypt, "decrypt": self._decrypt}[match["action"]]
        return operation(version, body)

    def page(self, skip: int) -> Mapping[str, Any]:
        """A page of the versions, in no useful order."""
        items = [{"kid": self._kid(version), "attributes": version.attributes} for version in self.versions]
        rest = (
            {"nextLink": f"{self._url}/keys/{KEY}/versions?$skiptoken={skip + _PAGE}"}
            if skip + _PAGE < len(items)
            else {}
        )
        return {"value": items[skip : skip + _PAGE], **rest}

    def _version(self, version_id: str | None) -> Version:
        """Without a version, the newest one, also to decrypt."""
        if not version_id:
            return self.versions[-1]
        for version in self.versions:
            if version.id == version_id:
                return version
        raise VaultError(404, "KeyNotFound", "A key with (name/id) was not found in this key vault.")

    def _encrypt(self, version: Version, body: Any) -> Mapping[str, Any]:
        _require_enabled(version, "encrypt")
        ciphertext = version.private_key.public_key().encrypt(_decode(body["value"]), _OAEP)
        return {"kid": self._kid(version), "value": _encode(ciphertext)}

    def _decrypt(self, version: Version, body: Any) -> Mapping[str, Any]:
        assert body["alg"] == "RSA-OAEP-256"
        _require_enabled(version, "decrypt")
        try:
            plaintext = version.private_key.decrypt(_decode(body["value"]), _OAEP)
        except ValueError:
            raise VaultError(400, "BadParameter", "Unable to decrypt specified value with this key.") from None
        return {"kid": self._kid(version), "value": _encode(plaintext)}

    def _bundle(self, version: Version) -> Mapping[str, Any]:
        return {"key": {"kid": self._kid(version), "kty": "RSA"}, "attributes": version.attributes}

    def _kid(self, version: Version) -> str:
        return f"{self._url}/keys/{KEY}/{version.id}"

    def answer(self, verb: str, url: str, content: bytes) -> tuple[int, Mapping[str, Any]]:
        """Status and body of the response to a request."""
        parts = urlsplit(url)
        try:
            if parts.path.endswith(f"/keys/{KEY}/versions"):
                return 200, self.page(int(parts.query.partition("skiptoken=")[2] or 0))
            return 200, self.respond(verb, parts.path, json.loads(content) if content else None)
        except VaultError as error:
            return error.status, error.body

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        body = request.body or b""
        assert isinstance(body, bytes | str)
        status, content = self.answer(
            str(request.method), str(request.url), body if isinstance(body, bytes) else body.encode()
        )
        response = Response()
        response.status_code, response.url, response.request = status, str(request.url), request
        headers = {"Content-Type": "application/json"}
        response.headers.update(headers)
        raw = io.BytesIO(json.dumps(content).encode())
        response.raw = HTTPResponse(body=raw, headers=headers, status=status, preload_content=False)
        return response

    def close(self) -> None: ...


def _require_enabled(version: Version, operation: str) -> None:
    if not version.enabled:
        message = f"Operation {operation} is not allowed on a disabled key."
        raise VaultError(403, "Forbidden", message, "KeyDisabled")


def encrypt_data_key(vault: Vault, version: Version | None = None) -> bytes:
    """A data key as Pulumi stores it, encrypted by a version; default: the newest."""
    path = f"/keys/{KEY}/{version.id if version else ''}/encrypt"
    value = vault.respond("POST", path, {"alg": "RSA-OAEP-256", "value": _encode(b"k" * 32)})["value"]
    return str(value).encode()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
