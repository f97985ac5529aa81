"""A key in Cloud KMS. The ciphertext names its version, so Google decrypts with it while the version is enabled.

https://docs.cloud.google.com/kms/docs/key-rotation
"""

import base64
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from anykube_cli.preflight.gcp import identity
from anykube_cli.preflight.gcp.clients import Session, build_client, execute, list_pages
from anykube_cli.preflight.gcp.errors import RequestError, missing_permission, status, summarize_error
from anykube_cli.preflight.problem import Problem
from anykube_cli.preflight.runner import mute_loggers
from anykube_cli.state_backends.backend import BackendError
from anykube_cli.state_backends.keys import SUBJECT, MissingPermissionError

_UNREADABLE_STATES = ("DISABLED", "DESTROY_SCHEDULED")


def open_key(url: str) -> "KmsKey":
    """Opens the key of a URL such as gcpkms://projects/P/locations/L/keyRings/R/cryptoKeys/K. Raises BackendError."""
    mute_loggers("google", "googleapiclient", "google_auth_httplib2")
    try:
        session = identity.open_session()
    except Exception as error:
        problem = identity.explain(error)
        raise BackendError(f"Cannot log in to Google Cloud: {problem.message}. To fix it, {problem.remedy}") from error
    return KmsKey(url, session)


class KmsKey:
    """A key with all its versions."""

    def __init__(self, url: str, session: Session) -> None:
        parts = urlsplit(url)
        self._url, self._name = url, f"{parts.netloc}{parts.path}"
        self._keys = build_client(session, "cloudkms", "v1").projects().locations().keyRings().cryptoKeys()

    @property
    def name(self) -> str:
        """The key's resource name."""
        return self._name

    def pinned_url(self, data_key: bytes) -> str:
        """The same URL: it needs no version."""
        self.is_outdated(data_key)
        return self._url

    def is_outdated(self, data_key: bytes) -> bool:
        """Whether another version than the primary one encrypted the data key."""
        body = {"ciphertext": base64.b64encode(data_key).decode()}
        return not self._execute(self._keys.decrypt(name=self._name, body=body)).get("usedPrimary", False)

    def rotate(self, data_key: bytes) -> str:
        """Makes another version the primary one, unless the data key already has an older version."""
        if not self.is_outdated(data_key):
            version = self._unused_version() or self._create_version()
            body = {"cryptoKeyVersionId": version.rpartition("/")[2]}
            self._execute(self._keys.updatePrimaryVersion(name=self._name, body=body))
        return self._url

    def problems(self, data_key: bytes) -> Iterator[Problem]:
        """Older versions that decrypt nothing. The data key's own version must be enabled."""
        self.is_outdated(data_key)
        for version in self._versions():
            if version["state"] in _UNREADABLE_STATES:
                number = version["name"].rpartition("/")[2]
                destroyed = (
                    f" and will be destroyed on {version['destroyTime'][:10]}" if "destroyTime" in version else ""
                )
                yield Problem(
                    SUBJECT,
                    f"the version {number} of {self._name} is disabled{destroyed}: states and stacks that it encrypted "
                    "are unreadable",
                    f"enable it until no stack needs it: gcloud kms keys versions enable {number} --key {self._name}",
                    "warning",
                )

    def _versions(self) -> list[Mapping[str, Any]]:
        try:
            pages = list(list_pages(self._keys.cryptoKeyVersions(), parent=self._name))
        except RequestError as error:
            raise self._explained(error) from error
        return [version for page in pages for version in page.get("cryptoKeyVersions", ())]

    def _unused_version(self) -> str | None:
        """An enabled version that is newer than the primary one: an interrupted rotation created it."""
        primary = _number(self._execute(self._keys.get(name=self._name))["primary"]["name"])
        enabled = (version["name"] for version in self._versions() if version["state"] == "ENABLED")
        return max((name for name in enabled if _number(name) > primary), key=_number, default=None)

    def _create_version(self) -> str:
        request = self._keys.cryptoKeyVersions().create(parent=self._name, body={})
        return str(self._execute(request)["name"])

    def _execute(self, request: Any) -> Mapping[str, Any]:
        try:
            return execute(request)
        except RequestError as error:
            raise self._explained(error) from error

    def _explained(self, error: RequestError) -> BackendError:
        return (MissingPermissionError if missing_permission(error) else BackendError)(self._explain(error))

    def _explain(self, error: RequestError) -> str:
        # 400 FAILED_PRECONDITION: the version is disabled or destroyed.
        if status(error) == 400 and error.method.endswith("decrypt"):
            versions = ", ".join(
                version["name"].rpartition("/")[2]
                for version in self._versions()
                if version["state"] in _UNREADABLE_STATES
            )
            return (
                f"The key {self._name} does not decrypt the secrets: the version that encrypted them is disabled or "
                f"destroyed. Enable it: gcloud kms keys versions enable VERSION --key {self._name}. Disabled: "
                f"{versions or 'none'}"
            )
        if permission := missing_permission(error):
            return f"The caller lacks the permission {permission} for the key {self._name}. Grant it"
        if identity.ends_run(error):
            problem = identity.explain(error)
            return f"Cannot log in to Google Cloud: {problem.message}. To fix it, {problem.remedy}"
        return f"The request for the key {self._name} failed: {summarize_error(error)}"


def _number(version: str) -> int:
    return int(version.rpartition("/")[2])
