"""A simulated key in Cloud KMS, with versions that encrypt and decrypt for real.

https://docs.cloud.google.com/kms/docs/re-encrypt-data
https://docs.cloud.google.com/kms/docs/key-states
"""

import base64
from typing import Any

from anykube_cli.preflight.gcp.clients import Session
from cryptography.fernet import Fernet
from google.oauth2.credentials import Credentials

from tests.operations.preflight.gcp.wire import Parameters, RefusedError, Wire

NAME = "projects/acme-shop/locations/europe-west1/keyRings/shop-state/cryptoKeys/state"
_KEYS = "cloudkms.projects.locations.keyRings.cryptoKeys"


class Kms:
    """A project with one key. The ciphertext starts with the number of its version."""

    def __init__(self) -> None:
        self.wire = Wire()
        self.versions: list[dict[str, Any]] = []
        self.primary = 1
        self._secrets: list[Fernet] = []
        respond = self.wire.respond
        respond(f"{_KEYS}.get", lambda *_: {"name": NAME, "primary": self.versions[self.primary - 1]})
        respond(f"{_KEYS}.decrypt", lambda _, body: self._decrypt(base64.b64decode(body["ciphertext"])))
        respond(f"{_KEYS}.updatePrimaryVersion", self._update_primary)
        respond(f"{_KEYS}.cryptoKeyVersions.create", lambda *_: self.create_version())
        respond(f"{_KEYS}.cryptoKeyVersions.list", lambda *_: {"cryptoKeyVersions": self.versions})
        self.create_version()

    @property
    def session(self) -> Session:
        """A caller's session, whose requests reach this key alone."""
        return Session(Credentials("secret-token"), lambda: self.wire)

    def create_version(self) -> dict[str, Any]:
        """Creates a version. It is not the primary one."""
        self._secrets.append(Fernet(Fernet.generate_key()))
        self.versions.append({"name": f"{NAME}/cryptoKeyVersions/{len(self._secrets)}", "state": "ENABLED"})
        return self.versions[-1]

    def rotate(self) -> None:
        """Creates a primary version, as the key's rotation period does."""
        self.create_version()
        self.primary = len(self.versions)

    def encrypt(self) -> bytes:
        """A data key, encrypted by the primary version."""
        return b"%d:" % self.primary + self._secrets[self.primary - 1].encrypt(b"k" * 32)

    def _decrypt(self, ciphertext: bytes) -> Any:
        number, _, content = ciphertext.partition(b":")
        if self.versions[int(number) - 1]["state"] != "ENABLED":
            return RefusedError(400, "FAILED_PRECONDITION")
        plaintext = self._secrets[int(number) - 1].decrypt(content)
        return {"plaintext": base64.b64encode(plaintext).decode(), "usedPrimary": int(number) == self.primary}

    def _update_primary(self, _: Parameters, body: Any) -> Any:
        self.primary = int(body["cryptoKeyVersionId"])
        return {"name": NAME, "primary": self.versions[self.primary - 1]}
