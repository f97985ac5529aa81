"""A key in a vault, by the requests that Pulumi sends.

A vault decrypts with the version in the request, or with the newest one. The ciphertext does not name its version, so
the versions are tried, the newest first.

https://learn.microsoft.com/rest/api/keyvault/keys/decrypt/decrypt
https://github.com/google/go-cloud/blob/v0.46.0/secrets/azurekeyvault/akv.go
"""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from anykube_cli.preflight.azure import identity
from anykube_cli.preflight.azure.clients import Session
from anykube_cli.preflight.azure.errors import error_code, status
from anykube_cli.preflight.problem import Problem
from anykube_cli.preflight.runner import mute_loggers
from anykube_cli.state_backends.backend import BackendError
from anykube_cli.state_backends.keys import SUBJECT, MissingPermissionError

_API_VERSION = "7.4"
_ALGORITHM = "RSA-OAEP-256"
"""The default of Pulumi's library."""
EXPIRY_DAYS = 30
"""Days before a version expires from which on a warning is printed."""


def open_key(url: str) -> "VaultKey":
    """Opens the key of a URL such as azurekeyvault://NAME.vault.azure.net/keys/KEY/VERSION. Raises BackendError."""
    mute_loggers("azure", "msal")
    try:
        session, _ = identity.open_session()
    except ImportError as error:
        raise BackendError("The Azure SDK is not installed. Run `anykube up` for a stack on Azure") from error
    except Exception as error:
        problem = identity.explain(error)
        raise BackendError(f"Cannot log in to Azure: {problem.message}. To fix it, {problem.remedy}") from error
    return VaultKey(url, session)


class VaultKey:
    """A key at a version, or at the newest one."""

    def __init__(self, url: str, session: Session) -> None:
        from azure.core import PipelineClient
        from azure.core.pipeline.policies import BearerTokenCredentialPolicy, RetryPolicy

        parts = urlsplit(url)
        vault, _, key = f"{parts.netloc}{parts.path}".rpartition("/keys/")
        self._vault, self._query = vault, parts.query
        self._key, _, self._version = key.partition("/")
        self._algorithm = parse_qs(parts.query).get("algorithm", [_ALGORITHM])[-1]
        domain = vault.partition(".vault.")[2] or "azure.net"
        token = BearerTokenCredentialPolicy(session.credential, f"https://vault.{domain}/.default")
        options = {} if session.transport is None else {"transport": session.transport}
        self._client: Any = PipelineClient(
            f"https://{vault}", policies=[RetryPolicy(total_retries=4), token], **options
        )

    @property
    def name(self) -> str:
        """The key without its version."""
        return f"{self._vault}/keys/{self._key}"

    def pinned_url(self, data_key: bytes) -> str:
        """The URL with the version that encrypted the data key."""
        return self._url(self._version_of(data_key))

    def is_outdated(self, data_key: bytes) -> bool:
        """Whether another version than the newest encrypted the data key."""
        return self._version_of(data_key) != self._newest()

    def rotate(self, data_key: bytes) -> str:
        """The URL with the newest version, which is created if the data key has the newest one."""
        if self.is_outdated(data_key):
            return self._url(self._newest())
        return self._url(_version(self._send("POST", "rotate")["key"]["kid"]))

    def problems(self, data_key: bytes) -> Iterator[Problem]:
        """A URL without a version, a version that is disabled or expires, and a newer version."""
        version = self._version_of(data_key)
        if not self._version:
            yield from self._unpinned(version)
        elif version != self._newest():
            yield Problem(
                SUBJECT,
                f"the key {self._key} in {self._vault} was rotated, and the secrets still have the older version "
                f"{version}",
                "re-encrypt them with `anykube rotate-key`, and keep the older version enabled until then",
                "warning",
            )
        yield from self._expiry(version)

    def _unpinned(self, version: str) -> Iterator[Problem]:
        remedy = "record the version with `anykube rotate-key --pin`"
        if version == self._newest():
            message = f"the URL of the key {self._key} has no version: its next rotation makes all secrets unreadable"
            yield Problem(SUBJECT, message, remedy, "warning")
        else:
            message = (
                f"the URL of the key {self._key} has no version, and the key was rotated: Pulumi cannot decrypt the "
                f"secrets, which the version {version} encrypted"
            )
            yield Problem(SUBJECT, message, remedy)

    def _expiry(self, version: str) -> Iterator[Problem]:
        """An expired version still decrypts, but encrypts no more.

        https://learn.microsoft.com/azure/key-vault/keys/about-keys-details#date-time-controlled-operations
        """
        seconds = self._versions()[version].get("exp")
        expires = datetime.fromtimestamp(seconds, UTC) if seconds else None
        if expires and expires < datetime.now(UTC) + timedelta(days=EXPIRY_DAYS):
            yield Problem(
                SUBJECT,
                f"the version {version} of the key {self._key} expires on {expires:%Y-%m-%d}",
                "re-encrypt the secrets with `anykube rotate-key`",
                "warning",
            )

    def _url(self, version: str) -> str:
        query = f"?{self._query}" if self._query else ""
        return f"azurekeyvault://{self.name}/{version}{query}"

    def _version_of(self, data_key: bytes) -> str:
        """The version that encrypted the data key."""
        versions, ciphertext = self._versions(), _ciphertext(data_key)
        disabled: list[str] = []
        for version in dict.fromkeys((*filter(None, [self._version]), *versions)):
            if not versions.get(version, {}).get("enabled", True):
                disabled.append(version)
            elif self._decrypts(version, ciphertext):
                return version
        raise BackendError(self._unreadable(disabled))

    def _unreadable(self, disabled: Sequence[str]) -> str:
        message = f"No enabled version of the key {self._key} in {self._vault} decrypts the secrets"
        if not disabled:
            return f"{message}. If the key was deleted, recover it: az keyvault key recover"
        name = self._vault.partition(".")[0]
        command = f"az keyvault key set-attributes --vault-name {name} --name {self._key} --enabled true --version"
        return f"{message}. These versions are disabled: {', '.join(disabled)}. Enable them: {command} VERSION"

    def _decrypts(self, version: str, ciphertext: bytes) -> bool:
        """Whether the version decrypts the ciphertext. The plaintext is discarded."""
        from azure.core.exceptions import HttpResponseError

        body = {"alg": self._algorithm, "value": base64.urlsafe_b64encode(ciphertext).decode().rstrip("=")}
        try:
            self._request("POST", f"{version}/decrypt", body)
        except HttpResponseError as error:
            # 400 BadParameter: encrypted with another version. 404: a version that does not exist.
            if status(error) in (400, 404):
                return False
            raise self._explained(error) from error
        return True

    def _newest(self) -> str:
        return _version(self._send("GET", "")["key"]["kid"])

    def _versions(self) -> Mapping[str, Mapping[str, Any]]:
        """The attributes of all versions, the newest first."""
        page = self._send("GET", "versions")
        items = list(page["value"])
        while link := page.get("nextLink"):
            page = self._send("GET", "versions", link)
            items += page["value"]
        items.sort(key=lambda item: -int(item["attributes"].get("created", 0)))
        return {_version(item["kid"]): item["attributes"] for item in items}

    def _send(self, verb: str, path: str, url: str | None = None) -> Mapping[str, Any]:
        from azure.core.exceptions import AzureError

        try:
            return self._request(verb, path, url=url)
        except AzureError as error:
            raise self._explained(error) from error

    def _request(self, verb: str, path: str, body: Any = None, url: str | None = None) -> Mapping[str, Any]:
        from azure.core.rest import HttpRequest

        address = url or f"https://{self.name}{f'/{path}' if path else ''}?api-version={_API_VERSION}"
        response = self._client.send_request(HttpRequest(verb, address, json=body))
        response.raise_for_status()
        content: Mapping[str, Any] = response.json()
        return content

    def _explained(self, error: BaseException) -> BackendError:
        return (MissingPermissionError if status(error) == 403 else BackendError)(self._explain(error))

    def _explain(self, error: BaseException) -> str:
        if status(error) == 403:
            return (
                f"The vault {self._vault} refuses the request. Decrypting needs the role Key Vault Crypto User, and "
                "creating a version Key Vault Crypto Officer. With the first role alone, let somebody else run `az "
                f"keyvault key rotate --name {self._key}`, then run this command again"
            )
        if identity.ends_run(error):
            problem = identity.explain(error)
            return f"Cannot use the vault {self._vault}: {problem.message}. To fix it, {problem.remedy}"
        return f"The request to the vault {self._vault} failed: {status(error)} {error_code(error)}".strip()


def _version(key_id: str) -> str:
    """The version in a key's identifier, https://NAME.vault.azure.net/keys/KEY/VERSION."""
    return key_id.rpartition("/")[2]


def _ciphertext(data_key: bytes) -> bytes:
    """The vault's ciphertext. Pulumi encodes it once more, except in some versions of June 2023.

    https://github.com/pulumi/pulumi/issues/15329
    """
    try:
        return base64.b64decode(data_key + b"=" * (-len(data_key) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        return data_key
